"""Closing a gap: one more way to ask an entry, a new entry, or the word that no entry, or no source, answers it.

What closes a gap is kept as a test question, so that no later change opens it again.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from bot import triage
from bot.gap_states import WAITING, GapState
from bot.phrases import phrase
from bot.triage import GapLine
from bot.wordings import capitalised, without_persons, wordings_of
from knowledge import editing, publishing, workflow
from knowledge.behaviour import Report
from knowledge.feed import KnowledgeFeed
from knowledge.fields import LINE_LENGTH
from knowledge.history import StoredEntry, load_entry
from knowledge.keys import new_key
from knowledge.matching.normalizer import forms
from knowledge.publishing import Decision, Examination
from knowledge.safeguards import replies_changed
from knowledge.schema import EntryItem, Status
from knowledge.snapshot import in_words
from knowledge.trials.questions import keep_question, void_questions
from knowledge.trials.sources import Source
from runtime.database import Database
from runtime.errors import KnowledgeError

Record = Callable[[AsyncSession, str], Awaitable[None]]
"""Notes what was done ("misses.variant", …) where the caller keeps such notes, in the same transaction."""
_LONGEST = 500  # characters of a test question
log = structlog.get_logger(__name__)
_WHY_NOT: Mapping[type[KnowledgeError], str] = {
    workflow.SecondPersonNeeded: "second_person",
    publishing.Unevidenced: "unevidenced",
    publishing.Unquoted: "unquoted",
}


class UnfinishedQuestion(KnowledgeError):
    """A single word says too little to be what an entry does not cover."""


class Lesson(StrEnum):
    """What came of teaching."""

    PUBLISHED = "published"  # citizens get the answer from now on
    SUBMITTED = "submitted"  # waits for somebody who may publish
    REFUSED = "refused"  # other questions would lose their answer; nothing was changed


@dataclass(frozen=True, slots=True, kw_only=True)
class Teacher:
    """Who closes a gap. `reason`: why other questions may lose their answer; "" when none may."""

    by: str
    at: datetime
    may_publish: bool
    reason: str = ""
    second_approval: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """Questions that an entry is to know as wordings of its own; of a gap, or None: staff thought of them.

    `is_covered` False: it is to know them as what it does not cover.
    """

    entry: str
    texts: tuple[str, ...]
    gap: GapLine | None = None
    is_covered: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Taught:
    """What came of it, with the replies it changes, and why it was not published at once."""

    lesson: Lesson
    report: Report
    why: str = ""


async def try_out(db: Database, feed: KnowledgeFeed, proposal: Proposal) -> Report:
    """Return what a proposal would change in the replies to other questions. Raises KnowledgeError."""
    await feed.refresh()
    async with db.reading() as session:
        stored = await load_entry(session, proposal.entry)
        return await replies_changed(session, feed.current, _with(stored.item, proposal))


async def teach(db: Database, feed: KnowledgeFeed, proposal: Proposal, teacher: Teacher, *, record: Record) -> Taught:
    """Add questions to an entry, and publish that when it is safe and the teacher may.

    Otherwise it waits for approval, and a gap that it covers is settled once the entry is published. One that it does
    not cover is set aside at once: nothing else answers it either. When other questions would lose their answer and no
    reason is given, nothing is changed. Raises KnowledgeError for an entry that is not there, UnfinishedQuestion for a
    single word that it is not to cover.
    """
    report = await try_out(db, feed, proposal)
    if report.blocking and not teacher.reason:
        return Taught(lesson=Lesson.REFUSED, report=report)
    gap, key = proposal.gap, proposal.entry
    async with db.transaction() as session:
        stored = await load_entry(session, key)
        number = await _revise(session, stored, proposal, teacher)
        if teacher.reason:  # somebody decided: a test question that says the contrary would fail for ever
            await void_questions(session, proposal.texts)
        if gap is not None and proposal.is_covered:
            await triage.promise(session, [gap.id], key, GapState.RESOLVED_VARIANT, by=teacher.by)
            await _remember(session, gap, proposal.texts, expected=key, teacher=teacher)
        elif gap is not None:
            await set_aside(session, [gap], teacher)
        await record(session, "misses.variant" if proposal.is_covered else "misses.uncovered")
    why = await _publish(db, feed, stored, number, teacher, record=record)
    async with db.transaction() as session:
        if why:
            await workflow.submit(session, key, number=number, by=teacher.by, now=teacher.at)
        elif gap is not None and proposal.is_covered:
            await triage.settle(session, [gap.id], GapState.RESOLVED_VARIANT, now=teacher.at, entry=key)
    return Taught(lesson=Lesson.SUBMITTED if why else Lesson.PUBLISHED, report=report, why=why)


async def _publish(
    db: Database, feed: KnowledgeFeed, stored: StoredEntry, number: int, teacher: Teacher, *, record: Record
) -> str:
    """Publish a revision when it holds nothing but the new wordings; return why not, "" when it is published."""
    if not teacher.may_publish:
        return "not_yours"
    if stored.has_unpublished or stored.status is not Status.PUBLISHED:
        return "unfinished"
    decision = Decision(
        key=stored.item.key, number=number, by=teacher.by, reason=teacher.reason,
        second_approval=teacher.second_approval,
    )  # fmt: skip

    async def note(session: AsyncSession, _examined: Examination) -> None:
        await record(session, "entries.publish")

    try:
        await publishing.publish(db, feed, decision, now=teacher.at, record=note)
    except KnowledgeError as error:
        log.info("teaching.not_published", entry=stored.item.key, error=type(error).__name__)
        return _WHY_NOT.get(type(error), "busy")
    return ""


async def _revise(session: AsyncSession, stored: StoredEntry, proposal: Proposal, teacher: Teacher) -> int:
    item = _with(stored.item, proposal)
    if item == stored.item:
        return stored.latest
    note = phrase("misses.variant_note" if proposal.is_covered else "misses.uncovered_note")
    return await editing.revise(session, item, now=teacher.at, note=note, author=teacher.by, base=stored.latest)


def _with(item: EntryItem, proposal: Proposal) -> EntryItem:
    """Return the entry with these questions among its wordings or what it does not cover, without what is personal.

    Raises KnowledgeError when one is too long, UnfinishedQuestion when one cannot be declared as not covered.
    """
    if not proposal.is_covered and unfinished(proposal.texts):
        raise UnfinishedQuestion("A question that is not covered has more than one word.", hint="Choose another one.")
    if any(len(text) > LINE_LENGTH for text in proposal.texts):
        raise KnowledgeError(f"A wording has at most {LINE_LENGTH} characters.", hint="Write the variant by hand.")
    known = {item.question, *item.variants} if proposal.is_covered else {*item.not_covered}
    added = [text for text in _impersonal(proposal.texts) if text not in known]
    if proposal.is_covered:
        return item.model_copy(update={"variants": (*item.variants, *added)})
    return item.model_copy(update={"not_covered": (*item.not_covered, *added)})


def unfinished(texts: Iterable[str]) -> tuple[str, ...]:
    """Return the questions that no entry can declare as not covered: without what is personal, at most one word."""
    return tuple(text for text in texts if not in_words([without_persons(text).strip()]))


async def start_entry(session: AsyncSession, gap: GapLine, teacher: Teacher) -> str:
    """Start a draft entry that asks what a gap asks, and return its key; the gap is settled once it is published.

    Its question is the shortest clean one of the gap. Raises KnowledgeError for a gap that asks nothing.
    """
    asked = wordings_of([gap.text, *_short(gap.samples)])
    if not asked:
        raise KnowledgeError("The gap holds no question.", hint="Write the entry by hand.")
    question, *others = asked
    key = await new_key(session, question)
    variants = tuple(text for text in others if len(text) <= LINE_LENGTH)
    item = EntryItem(key=key, question=capitalised(question)[:LINE_LENGTH], variants=variants, answer="")
    await editing.revise(session, item, now=teacher.at, note=phrase("misses.entry_note"), author=teacher.by, base=0)
    await triage.promise(session, [gap.id], key, GapState.RESOLVED_ENTRY, by=teacher.by)
    return key


async def set_aside(session: AsyncSession, gaps: Collection[GapLine], teacher: Teacher) -> int:
    """Say that nothing is to answer these gaps; their questions become test questions. Return how many gaps."""
    for gap in gaps:
        for text in _short(gap.samples):
            await keep_question(session, text, expected="", source=Source.OUT_OF_SCOPE, by=teacher.by, now=teacher.at)
    return await triage.settle(session, [gap.id for gap in gaps], GapState.OUT_OF_SCOPE, now=teacher.at)


async def take_back(session: AsyncSession, gaps: Collection[GapLine]) -> int:
    """Put settled gaps back into the queue; that nothing is to answer them holds no longer. Return how many gaps."""
    settled = [gap for gap in gaps if gap.state not in WAITING]
    for gap in settled:
        await void_questions(session, _short(gap.samples), source=Source.OUT_OF_SCOPE)
    return await triage.reopen(session, [gap.id for gap in settled])


async def _remember(
    session: AsyncSession, gap: GapLine, wordings: Sequence[str], *, expected: str, teacher: Teacher
) -> None:
    """Keep the questions of a gap that did not become wordings as test questions."""
    for text in _short(gap.samples):
        if text not in wordings:
            await keep_question(session, text, expected=expected, source=Source.MISS, by=teacher.by, now=teacher.at)


def _impersonal(texts: Sequence[str]) -> tuple[str, ...]:
    """Return questions without what is personal in them; those of which nothing is left are left out."""
    return tuple(dict.fromkeys(text for text in map(without_persons, texts) if forms(text)))


def _short(texts: Sequence[str]) -> tuple[str, ...]:
    """Return the questions short enough for a wording or a test question, and with words in them."""
    return tuple(text for text in texts if len(text) <= _LONGEST and forms(text))
