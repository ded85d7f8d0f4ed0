"""From a draft to what is spoken: submit, send back, approve, restore. Who acts is named; the caller checked the role.

Each act names the number of the latest revision that was looked at, and raises EditConflict when there is a newer one
by now.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from knowledge import editing
from knowledge.approval import claims_of
from knowledge.history import load_entry
from knowledge.schema import Status
from knowledge.tables import Entry, Revision
from runtime.errors import EditConflict, KnowledgeError


class AlreadyPublished(KnowledgeError):
    """The latest revision is published: there is nothing to approve."""


class NoAnswer(KnowledgeError):
    """An entry without an answer has nothing to be approved, and nothing to be spoken."""


class SecondPersonNeeded(KnowledgeError):
    """An entry with money or law in it is approved by somebody who did not write it."""


async def submit(session: AsyncSession, key: str, *, number: int, by: str, now: datetime) -> None:
    """Ask for the approval of the latest revision. Raises AlreadyPublished or NoAnswer."""
    entry, revision = await _latest(session, key, number)
    if revision.id == entry.published_revision_id:
        raise AlreadyPublished(f"Revision {number} of {key!r} is published already.", hint="Change something first.")
    if not (revision.answer or revision.answer_full):
        raise no_answer(key)
    revision.submitted_at, revision.submitted_by, revision.review_note = now, by, ""
    if entry.status is Status.DRAFT:
        entry.status = Status.IN_REVIEW
    await session.flush()


async def send_back(session: AsyncSession, key: str, *, number: int, note: str) -> None:
    """Return a revision that waits for approval to its author, with what is to be done."""
    entry, revision = await _latest(session, key, number)
    if revision.submitted_at is None or revision.published_at is not None:
        raise KnowledgeError(f"Revision {number} of {key!r} does not wait for approval.", hint="Look at its history.")
    revision.submitted_at, revision.review_note = None, note
    if entry.status is Status.IN_REVIEW:
        entry.status = Status.DRAFT
    await session.flush()


async def approve(
    session: AsyncSession, key: str, *, number: int, by: str, now: datetime, second_approval: bool = True
) -> int:
    """Publish the latest revision; return the new version of what is published.

    With `second_approval`, an entry that names money or law (`approval.claims_of`) is refused to the author of that
    revision: SecondPersonNeeded. One that says nothing is refused to everybody: NoAnswer.
    """
    stored = await load_entry(session, key)
    await _latest(session, key, number)
    if not stored.item.has_answer:
        raise no_answer(key)
    if second_approval and by == stored.line.author and (claims := claims_of(stored.item)):
        raise SecondPersonNeeded(
            f"The entry {key!r} names {', '.join(claims)}; who wrote it may not approve it.",
            hint="Ask a second person.",
        )
    return await editing.publish(session, key, now=now, approved_by=by)


async def restore(
    session: AsyncSession, key: str, number: int, *, latest: int | None = None, by: str, now: datetime, note: str
) -> int:
    """Make an earlier revision the newest again, unpublished; return its new number.

    `latest`: the newest that was looked at; None does not look.
    """
    stored = await load_entry(session, key, number)
    return await editing.revise(session, stored.item, now=now, note=note, author=by, base=latest)


@dataclass(frozen=True, slots=True, kw_only=True)
class Bulk:
    """What became of an act on several entries, by their keys; `refused` with the reason."""

    done: tuple[str, ...]
    refused: tuple[tuple[str, KnowledgeError], ...] = ()


async def in_bulk(session: AsyncSession, keys: Iterable[str], act: Callable[[str], Awaitable[object]]) -> Bulk:
    """Do something to each entry; one that refuses does not stop the others."""
    done: list[str] = []
    refused: list[tuple[str, KnowledgeError]] = []
    for key in dict.fromkeys(keys):
        try:
            async with session.begin_nested():
                await act(key)
        except KnowledgeError as error:
            refused.append((key, error))
        else:
            done.append(key)
    return Bulk(done=tuple(done), refused=tuple(refused))


def no_answer(key: str) -> NoAnswer:
    """Return the refusal of an entry that says nothing."""
    return NoAnswer(f"The entry {key!r} has no answer.", hint="Write one first.")


async def submit_latest(session: AsyncSession, key: str, *, by: str, now: datetime) -> None:
    """Ask for the approval of whatever revision is the latest: for acts on many entries."""
    await submit(session, key, number=(await load_entry(session, key)).latest, by=by, now=now)


async def _latest(session: AsyncSession, key: str, number: int) -> tuple[Entry, Revision]:
    entry = await editing.locked_entry(session, key)
    newest = select(Revision).where(Revision.entry_id == entry.id).order_by(Revision.number.desc()).limit(1)
    revision = (await session.scalars(newest, execution_options={"populate_existing": True})).one()
    if revision.number != number:
        raise EditConflict(
            f"The entry {key!r} is at revision {revision.number} by now, not {number}.", hint="Look at it again."
        )
    return entry, revision
