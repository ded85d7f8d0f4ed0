"""What waits for somebody: counted for the start page, each with the way there."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy.ext.asyncio import AsyncSession

from admin.page import Permission
from admin.staff import Person
from bot import deadletters, threads, triage
from bot.gap_states import GapState
from knowledge.listing import EntryFilter, Progress, count_entries
from knowledge.watching import flagging


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """One kind of work. `action` with `parts` is where it is done; the wording is `home.task.NAME`."""

    name: str
    permission: Permission
    count: Callable[[AsyncSession], Awaitable[int]]
    action: str
    parts: Mapping[str, str] = field(default_factory=dict)
    tone: str = "info"


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """So much of it waits."""

    task: Task
    count: int


async def _to_approve(session: AsyncSession) -> int:
    return await count_entries(session, EntryFilter(progress=Progress.WAITING))


async def _new_gaps(session: AsyncSession) -> int:
    return (await triage.counts(session))[GapState.NEW]


TASKS = (
    Task(name="inbox", permission=Permission.INBOX_REPLY, count=threads.waiting, action="inbox.list", tone="attention"),
    Task(
        name="approval",
        permission=Permission.ENTRIES_PUBLISH,
        count=_to_approve,
        action="entries.list",
        parts={"show": Progress.WAITING.value},
    ),
    Task(name="misses", permission=Permission.MISSES_EDIT, count=_new_gaps, action="misses.list"),
    Task(
        name="flags",
        permission=Permission.ARTICLES_EDIT,
        count=flagging.count_open,
        action="articles.list",
        tone="attention",
    ),
    Task(name="dead", permission=Permission.SYSTEM_VIEW, count=deadletters.count, action="system.show", tone="danger"),
)


async def waiting_for(session: AsyncSession, person: Person) -> Sequence[Waiting]:
    """Return what waits for this person, and how much of it; nothing that is done."""
    counted = [Waiting(task=task, count=await task.count(session)) for task in TASKS if person.may(task.permission)]
    return [waiting for waiting in counted if waiting.count]
