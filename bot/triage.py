"""What staff do with the gaps of the knowledge: see them, share them out, settle them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from bot.gap_states import RESOLVED, WAITING, GapState
from bot.handlers.telling import digest_of
from bot.personal import impersonal
from bot.recurrence import Recurrence, recurrence
from bot.tables import Feedback, FollowUp, Gap, Miss
from bot.wordings import without_persons
from knowledge.matching.normalizer import fold
from knowledge.snapshot import Snapshot

PAGE = 50
SHOWN = 30  # questions of a gap that its page shows
_PROMISES = 500  # gaps looked at in one go
_SEARCHED = 5_000  # latest gaps whose questions are searched


@dataclass(frozen=True, slots=True, kw_only=True)
class GapFilter:
    """What of the queue is wanted. Empty parts do not restrict."""

    states: Collection[GapState] = WAITING
    reason: str = ""
    assignee: str = ""
    text: str = ""  # words of the questions, with or without marks
    is_overdue_on: date | None = None
    among: Collection[int] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class GapLine:
    """A gap in a list."""

    id: int
    text: str
    samples: Sequence[str]
    reason: str
    candidates: Sequence[Mapping[str, Any]]
    people: int
    misses: int
    first_at: datetime
    last_at: datetime
    state: GapState
    assignee: str
    due_on: date | None
    note: str
    entry: str
    becomes: str
    settled_at: datetime | None
    dropped_at: datetime | None
    recurs_id: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class MissLine:
    """One question of a gap. `conversation_id` None: it was deleted."""

    id: int
    text: str
    reason: str
    channel: str
    at: datetime
    conversation_id: int | None
    complaint: str = ""  # what the person wrote with a thumb down


@dataclass(frozen=True, slots=True, kw_only=True)
class GapView:
    """A gap with its questions, the people who wait for its answer, and whether settling it helped."""

    line: GapLine
    questions: Sequence[MissLine]
    askers: int  # people who agreed to be told and wait
    told: int
    recurrence: Recurrence


async def listing(session: AsyncSession, wanted: GapFilter, *, page: int = 1) -> tuple[Sequence[GapLine], int]:
    """Return one page of gaps, those that concern most people first, and how many there are in all."""
    if wanted.text:
        wanted = replace(wanted, among=await _holding(session, wanted.text))
    chosen = _chosen(select(Gap), wanted).order_by(Gap.people.desc(), Gap.misses.desc(), Gap.last_at.desc(), Gap.id)
    rows = await session.scalars(chosen.offset((max(page, 1) - 1) * PAGE).limit(PAGE))
    total = await session.scalar(_chosen(select(func.count()).select_from(Gap), wanted))
    return [_line(row) for row in rows], total or 0


async def lines(session: AsyncSession, gap_ids: Collection[int]) -> Sequence[GapLine]:
    """Return these gaps, those that concern most people first."""
    found = select(Gap).where(Gap.id.in_(gap_ids)).order_by(Gap.people.desc(), Gap.id).limit(_PROMISES)
    return [_line(row) for row in await session.scalars(found)]


async def counts(session: AsyncSession) -> Mapping[GapState, int]:
    """Return how many gaps stand where."""
    rows = await session.execute(select(Gap.state, func.count()).group_by(Gap.state))
    found = {row[0]: row[1] for row in rows}
    return {state: found.get(state.value, 0) for state in GapState}


async def view(session: AsyncSession, gap_id: int, *, now: datetime) -> GapView | None:
    """Return a gap with everything that is known of it; None when there is none."""
    gap = await session.scalar(select(Gap).where(Gap.id == gap_id))
    if gap is None:
        return None
    wishes = await session.execute(
        select(FollowUp.state, func.count(FollowUp.contact_id.distinct()))
        .join(Miss, Miss.id == FollowUp.miss_id)
        .where(Miss.gap_id == gap_id)
        .group_by(FollowUp.state)
    )
    people = {row[0]: row[1] for row in wishes}
    return GapView(
        line=_line(gap),
        questions=await _questions(session, gap_id),
        askers=people.get("waiting", 0),
        told=people.get("told", 0),
        recurrence=await recurrence(session, gap, now=now),
    )


async def share_out(
    session: AsyncSession, gap_ids: Collection[int], *, assignee: str, due_on: date | None = None
) -> int:
    """Give gaps that wait for staff to a person; "" takes them back into the common queue. Return how many."""
    state = GapState.ASSIGNED if assignee else GapState.NEW
    values: dict[str, Any] = {"assignee": assignee, "state": state.value}
    if due_on is not None:
        values["due_on"] = due_on
    return await _change(session, gap_ids, values, within=WAITING)


async def note(session: AsyncSession, gap_id: int, *, text: str, due_on: date | None) -> int:
    """Write down what staff think of a gap, and until when it shall be settled."""
    return await _change(session, [gap_id], {"note": text, "due_on": due_on}, within=tuple(GapState))


async def wait_for_expert(session: AsyncSession, gap_ids: Collection[int]) -> int:
    """Say that only somebody outside can answer; return how many gaps that concerned."""
    return await _change(session, gap_ids, {"state": GapState.WAITING_EXPERT.value}, within=WAITING)


async def settle(
    session: AsyncSession, gap_ids: Collection[int], state: GapState, *, now: datetime, entry: str = ""
) -> int:
    """Take gaps out of the queue: answered by `entry`, out of scope, or spam; return how many.

    Raises ValueError for a state that keeps them in, and for an answer without its entry.
    """
    if state in WAITING or (state in RESOLVED) is not bool(entry):
        raise ValueError(f"{state} with the entry {entry!r}")
    values = {"state": state.value, "settled_at": now, "entry": entry, "becomes": ""}
    return await _change(session, gap_ids, values, within=tuple(GapState))


async def reopen(session: AsyncSession, gap_ids: Collection[int]) -> int:
    """Put settled gaps back into the queue; return how many. Test questions made of them stay: bot.teaching."""
    values = {"state": GapState.NEW.value, "settled_at": None, "entry": "", "becomes": ""}
    return await _change(session, gap_ids, values, within=tuple(set(GapState) - set(WAITING)))


async def promise(session: AsyncSession, gap_ids: Collection[int], entry: str, becomes: GapState, *, by: str) -> int:
    """Say which entry will answer gaps once it is published, and that somebody is at it; return how many.

    Raises ValueError for a state that answers nothing.
    """
    if becomes not in RESOLVED or not entry:
        raise ValueError(f"{becomes} with the entry {entry!r}")
    values = {"entry": entry, "becomes": becomes.value, "state": GapState.ASSIGNED.value, "assignee": by}
    return await _change(session, gap_ids, values, within=WAITING)


async def keep_promises(session: AsyncSession, snapshot: Snapshot, *, now: datetime) -> int:
    """Settle the gaps whose entry is spoken by now, and knows their question if it was to; return how many."""
    waiting = select(Gap).where(Gap.becomes != "", Gap.state.in_([state.value for state in WAITING])).limit(_PROMISES)
    kept = 0
    for gap in (await session.scalars(waiting)).all():
        entry = snapshot.entries.get(gap.entry)
        if entry is None:
            continue
        known = {digest_of(wording) for wording in entry.wordings}
        asked = {digest_of(text) for sample in gap.samples for text in (sample, without_persons(sample))}
        if gap.becomes == GapState.RESOLVED_ENTRY or known & asked:
            kept += await settle(session, [gap.id], GapState(gap.becomes), now=now, entry=gap.entry)
    return kept


def _chosen(statement: Select[Any], wanted: GapFilter) -> Select[Any]:
    statement = statement.where(Gap.state.in_([state.value for state in wanted.states]))
    if wanted.reason:
        statement = statement.where(Gap.reason == wanted.reason)
    if wanted.assignee:
        statement = statement.where(Gap.assignee == wanted.assignee)
    if wanted.among is not None:
        statement = statement.where(Gap.id.in_(wanted.among))
    if wanted.is_overdue_on is not None:
        statement = statement.where(Gap.due_on < wanted.is_overdue_on)
    return statement


async def _holding(session: AsyncSession, text: str) -> Collection[int]:
    """Return the gaps of which a question holds every word of a text. Databases know no Vietnamese: done here."""
    sought = fold(text).split()
    rows = await session.execute(select(Gap.id, Gap.samples).order_by(Gap.last_at.desc()).limit(_SEARCHED))
    return [row[0] for row in rows if any(all(word in fold(said) for word in sought) for said in row[1])]


async def _change(
    session: AsyncSession, gap_ids: Collection[int], values: Mapping[str, Any], *, within: Sequence[GapState]
) -> int:
    changed = await session.scalars(
        update(Gap)
        .where(Gap.id.in_(gap_ids), Gap.state.in_([state.value for state in within]))
        .values(**values)
        .returning(Gap.id)
    )
    return len(changed.all())


async def _questions(session: AsyncSession, gap_id: int) -> Sequence[MissLine]:
    rows = await session.execute(
        select(Miss, Feedback.reason)
        .outerjoin(Feedback, Feedback.message_id == Miss.message_id)
        .where(Miss.gap_id == gap_id)
        .order_by(Miss.id.desc())
        .limit(SHOWN)
    )
    return [
        MissLine(
            id=miss.id, text=impersonal(miss.text), reason=miss.reason, channel=miss.channel, at=miss.created_at,
            conversation_id=miss.conversation_id, complaint=impersonal(complaint or ""),
        )
        for miss, complaint in rows
    ]  # fmt: skip


def _line(gap: Gap) -> GapLine:
    copied: dict[str, Any] = {each.name: getattr(gap, each.name) for each in fields(GapLine)}
    # What was stored before names were masked is masked here.
    samples = tuple(dict.fromkeys(map(impersonal, gap.samples)))
    return GapLine(**copied | {"state": GapState(gap.state), "text": impersonal(gap.text), "samples": samples})
