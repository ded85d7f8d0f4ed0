"""Keys for new entries, made of the words of their question."""

from __future__ import annotations

from hashlib import blake2s

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from knowledge.matching.normalizer import forms
from knowledge.tables import Entry

_WORDS = 7
_LENGTH = 60  # characters; a number may follow


def key_of(question: str) -> str:
    """Return a key for a question: its first words without marks, joined by hyphens; "muc" when it has none."""
    key = "-".join(forms(question)[:_WORDS])
    return (
        "".join(char for char in key if char.isascii() and (char.isalnum() or char == "-"))[:_LENGTH].strip("-")
        or "muc"
    )


def steady_key(question: str) -> str:
    """Return the key of a question that comes in a file without one: the same whenever the file comes again.

    When not all of its words fit, letters made of all of them follow: two long questions may begin alike.
    """
    asked, key = " ".join(forms(question)), key_of(question)
    mark = blake2s(asked.encode(), digest_size=3).hexdigest()
    return key if key == asked.replace(" ", "-") else f"{key}-{mark}"


async def new_key(session: AsyncSession, question: str) -> str:
    """Return a key for a question that no entry has yet."""
    wanted = key_of(question)
    taken = set(await session.scalars(select(Entry.key).where(Entry.key.startswith(wanted, autoescape=True))))
    free = (f"{wanted}-{number}" if number > 1 else wanted for number in range(1, len(taken) + 2))
    return next(key for key in free if key not in taken)
