"""Questions that were not answered well: each becomes one miss, whatever showed that it was not."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from bot.gap_states import WAITING
from bot.handlers.composing import ENTRY_PREFIX
from bot.handlers.telling import digest_of
from bot.inbox import Pending
from bot.messages import Outcome, OutcomeKind
from bot.personal import impersonal
from bot.tables import Contact, Conversation, FollowUp, Gap, Message, Miss

CHOICE_ABANDONED, THUMBS_DOWN, ASKED_FOR_PERSON = "choice_abandoned", "thumbs_down", "asked_for_person"
SAMPLES = 6  # different wordings of a gap that are kept to compare with
_RECENT = timedelta(minutes=30)  # who asks for a person within this time of a question means that question
_SWEPT = 200  # abandoned choices looked at in one go
_LOOKED_AT = 60  # misses of a gap that its samples are taken from
# After these a person has gone on to something else; courtesies leave a menu standing.
_GOES_ON = frozenset(OutcomeKind) - {OutcomeKind.SMALLTALK, OutcomeKind.PRIVACY}
_QUESTIONS = ("answer", "choices", "partial", "unknown")


async def record(
    session: AsyncSession, conversation: Conversation, asked: Sequence[Pending], outcome: Outcome, *, now: datetime
) -> None:
    """Keep the question of a turn for staff. Who asks for a person has asked something before: that is kept."""
    text = " ".join(one.update.text for one in asked).strip()
    if outcome.miss == ASKED_FOR_PERSON:
        text = await _question_before(session, conversation.id, now=now)
    ranked = [{"entry": found.entry, "confidence": found.confidence} for found in outcome.candidates]
    await _add(session, conversation, outcome.miss, text, ranked, now=now)


async def settle_choices(session: AsyncSession, conversation: Conversation, outcome: Outcome, *, now: datetime) -> None:
    """Take the choices offered before as picked, or as abandoned when the person asked something else instead."""
    if conversation.choice_message_id is None or outcome.kind not in _GOES_ON:
        return
    message_id = await _take_choices(session, conversation)
    if message_id is not None and outcome.trace.handler != "picking":
        found = outcome.entry if outcome.kind is OutcomeKind.ANSWER else ""
        await _abandon(session, conversation, message_id, now=now, found=found)


async def sweep_abandoned(session: AsyncSession, *, now: datetime) -> int:
    """Make a miss of choices that nobody picked from in time; return how many."""
    due = select(Conversation).where(Conversation.choice_until <= now).order_by(Conversation.choice_until)
    swept = 0
    for conversation in (await session.scalars(due.limit(_SWEPT))).all():
        message_id = await _take_choices(session, conversation)
        if message_id is not None:
            swept += 1
            await _abandon(session, conversation, message_id, now=now)
    return swept


async def judge(session: AsyncSession, message_id: int, value: int, *, now: datetime) -> None:
    """Make a miss of a thumb down (`value` below 0) on a message; take it back when the person thinks better of it."""
    known = await session.scalar(select(Miss).where(Miss.message_id == message_id))
    if value < 0 and known is None:
        message = (await session.scalars(select(Message).where(Message.id == message_id))).one()
        conversation = (
            await session.scalars(select(Conversation).where(Conversation.id == message.conversation_id))
        ).one()
        candidates = [{"entry": message.entry, "confidence": message.confidence or 0.0}] if message.entry else []
        text = await _question_of(session, message)
        await _add(session, conversation, THUMBS_DOWN, text, candidates, now=now, message_id=message_id)
    elif value >= 0 and known is not None and known.reason == THUMBS_DOWN:
        await session.delete(known)
        await session.flush()
        await recount(session, {known.gap_id} - {None})


async def gaps_of(session: AsyncSession, contact_ids: Collection[int]) -> set[int]:
    """Return the gaps that misses of these people belong to: to be counted anew once they are deleted."""
    found = await session.scalars(
        select(Miss.gap_id).where(Miss.contact_id.in_(contact_ids), Miss.gap_id.is_not(None)).distinct()
    )
    return {gap_id for gap_id in found if gap_id is not None}


async def recount(session: AsyncSession, gap_ids: Collection[int | None]) -> None:
    """Bring counts and wordings of gaps in line with their misses; one that waits for staff and has none is deleted.

    Gaps whose texts were dropped keep the counts they had.
    """
    for gap in (await session.scalars(select(Gap).where(Gap.id.in_(gap_ids), Gap.dropped_at.is_(None)))).all():
        count, people = (
            await session.execute(
                select(func.count(), func.count(Miss.contact_id.distinct())).where(Miss.gap_id == gap.id)
            )
        ).one()
        if not count and gap.state in WAITING:
            await session.delete(gap)
            continue
        said = select(Miss.text).where(Miss.gap_id == gap.id, Miss.text != "").order_by(Miss.id).limit(_LOOKED_AT)
        texts = {digest_of(text): text for text in reversed((await session.scalars(said)).all())}
        gap.misses, gap.people = count, people
        gap.samples = list(reversed(texts.values()))[:SAMPLES]
        gap.text = gap.samples[0] if gap.samples else ""
    await session.flush()


async def _add(
    session: AsyncSession,
    conversation: Conversation,
    reason: str,
    text: str,
    candidates: Sequence[Mapping[str, Any]],
    *,
    now: datetime,
    message_id: int | None = None,
) -> None:
    channel = await session.scalar(select(Contact.channel).where(Contact.id == conversation.contact_id))
    session.add(
        Miss(
            conversation_id=conversation.id,
            contact_id=conversation.contact_id,
            message_id=message_id,
            channel=channel or "",
            text=impersonal(text),  # more people look through misses than may read the conversation
            digest=digest_of(text),  # of what was said: by it people are told
            reason=reason,
            candidates=[dict(each) for each in candidates],
            created_at=now,
        )
    )


async def _take_choices(session: AsyncSession, conversation: Conversation) -> int | None:
    """Take the open choices of a conversation; None when somebody else has just done so."""
    message_id = conversation.choice_message_id
    taken = await session.scalars(
        update(Conversation)
        .where(Conversation.id == conversation.id, Conversation.choice_message_id == message_id)
        .values(choice_message_id=None, choice_until=None)
        .returning(Conversation.id)
    )
    return message_id if taken.first() is not None else None


async def _abandon(
    session: AsyncSession, conversation: Conversation, message_id: int, *, now: datetime, found: str = ""
) -> None:
    message = await session.scalar(select(Message).where(Message.id == message_id))
    if message is None:
        return
    offered = [str(choice.get("payload", "")) for choice in (message.reply or {}).get("choices", ())]
    keys = [payload.removeprefix(ENTRY_PREFIX) for payload in offered if payload.startswith(ENTRY_PREFIX)]
    candidates = [
        {"entry": key, "confidence": message.confidence or 0.0} for key in dict.fromkeys((found, *keys)) if key
    ]
    text = await _question_of(session, message)
    await _add(session, conversation, CHOICE_ABANDONED, text, candidates, now=now, message_id=message_id)


async def _question_of(session: AsyncSession, message: Message) -> str:
    """Return what the person asked to get this message; of an answer told later, what they had asked then."""
    if message.update_id is None:
        told = select(Miss.text).join(FollowUp, FollowUp.miss_id == Miss.id).where(FollowUp.message_id == message.id)
        return await session.scalar(told.limit(1)) or ""
    return await _said(session, Message.update_id == message.update_id)


async def _question_before(session: AsyncSession, conversation_id: int, *, now: datetime) -> str:
    asked = (
        select(Message.update_id)
        .where(
            Message.conversation_id == conversation_id,
            Message.outcome.in_(_QUESTIONS),
            Message.created_at >= now - _RECENT,
        )
        .order_by(Message.id.desc())
        .limit(1)
    )
    update_id = await session.scalar(asked)
    return "" if update_id is None else await _said(session, Message.update_id == update_id)


async def _said(session: AsyncSession, of_question: ColumnElement[bool]) -> str:
    statement = select(Message.text).where(of_question, Message.author == "contact").order_by(Message.id).limit(1)
    return await session.scalar(statement) or ""


async def drop_texts(session: AsyncSession, *, before: datetime, now: datetime) -> int:
    """Drop what people wrote of gaps that left the queue before a moment; counts stay. Return how many gaps."""
    settled = select(Gap.id).where(Gap.settled_at < before, Gap.dropped_at.is_(None)).limit(_SWEPT)
    gap_ids = (await session.scalars(settled)).all()
    blank: dict[str, Any] = {"text": "", "digest": "", "candidates": [], "contact_id": None, "conversation_id": None}
    await session.execute(update(Miss).where(Miss.gap_id.in_(gap_ids)).values(**blank))
    await session.execute(
        update(Gap).where(Gap.id.in_(gap_ids)).values(text="", samples=[], candidates=[], dropped_at=now)
    )
    return len(gap_ids)
