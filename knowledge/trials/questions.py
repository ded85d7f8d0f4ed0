"""Keep test questions: add one, take one back, read all to ask them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from knowledge.behaviour import Question
from knowledge.cleaning import clean_line
from knowledge.fields import KEY_LENGTH
from knowledge.matching.normalizer import forms
from knowledge.trials.sources import Source
from knowledge.trials.tables import TestQuestion
from runtime.errors import KnowledgeError

MOST_QUESTIONS = 5_000
_LONGEST = 500  # characters


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """A stored test question. `expected` "": no entry may answer it."""

    id: int
    text: str
    expected: str
    source: Source
    created_by: str
    created_at: datetime


async def keep_question(
    session: AsyncSession, text: str, *, expected: str, source: Source, by: str, now: datetime
) -> int:
    """Store a test question and return its id; one that reads the same gets the new expectation instead.

    Raises KnowledgeError when there is nothing to ask, or it is longer than 500 characters.
    """
    asked = clean_line(text)
    folded = _folded(asked)
    if not folded or len(asked) > _LONGEST or len(expected) > KEY_LENGTH:
        raise KnowledgeError(
            "A test question holds words, at most 500 characters.", hint="Shorten it to what is asked."
        )
    stored = await session.scalar(select(TestQuestion).where(TestQuestion.folded == folded))
    stored = stored or TestQuestion(folded=folded, created_by=by, created_at=now)
    stored.text, stored.expected, stored.source = asked, expected, source
    session.add(stored)
    await session.flush()
    return stored.id


async def drop_question(session: AsyncSession, question_id: int) -> bool:
    """Take a test question back; tell whether it was there."""
    gone = await session.scalar(delete(TestQuestion).where(TestQuestion.id == question_id).returning(TestQuestion.id))
    return gone is not None


async def void_questions(session: AsyncSession, texts: Sequence[str], *, source: Source | None = None) -> int:
    """Take back the test questions that say that no entry may answer these texts; return how many there were.

    `source`: only those from there.
    """
    folded = [_folded(clean_line(text)) for text in texts]
    statement = delete(TestQuestion).where(TestQuestion.folded.in_(folded), TestQuestion.expected == "")
    if source is not None:
        statement = statement.where(TestQuestion.source == source)
    return len((await session.scalars(statement.returning(TestQuestion.id))).all())


async def kept_questions(session: AsyncSession, *, expected: str | None = None) -> tuple[Kept, ...]:
    """Return the test questions, newest first; only those for one entry ("": for none) when `expected` names it."""
    statement = select(TestQuestion).order_by(TestQuestion.id.desc()).limit(MOST_QUESTIONS)
    if expected is not None:
        statement = statement.where(TestQuestion.expected == expected)
    return tuple(
        Kept(
            id=row.id, text=row.text, expected=row.expected, source=row.source,
            created_by=row.created_by, created_at=row.created_at,
        )
        for row in await session.scalars(statement)
    )  # fmt: skip


async def load_tests(session: AsyncSession) -> tuple[Question, ...]:
    """Return the test questions as the behaviour check asks them."""
    return tuple(Question(text=kept.text, expected=kept.expected) for kept in await kept_questions(session))


def _folded(asked: str) -> str:
    return " ".join(forms(asked))
