"""Files chosen in the console, kept for the second step: bound to the session that brought them, for half an hour."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from admin.tables import Upload

LARGEST = 10 * 2**20  # bytes
KEPT_FOR = timedelta(minutes=30)
_NAME_LENGTH = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """A file that waits. `numbers`: the revisions it was compared with, by the key of the entry."""

    token: str
    name: str
    content: bytes
    numbers: Mapping[str, int]
    expires_at: datetime


def suffix_of(name: str) -> str:
    """Return the extension of a file's name, with its dot, in lower case; "" when it has none."""
    dot, extension = name.rpartition(".")[1:]
    return f".{extension.lower()}" if dot else ""


async def keep(
    session: AsyncSession, session_id: int, *, name: str, content: bytes, numbers: Mapping[str, int], now: datetime
) -> str:
    """Keep a file and return its token. What the session brought before, and what has expired, is thrown away."""
    await session.execute(delete(Upload).where(or_(Upload.session_id == session_id, Upload.expires_at <= now)))
    token = secrets.token_urlsafe(24)
    session.add(
        Upload(
            token=token, session_id=session_id, name=name[-_NAME_LENGTH:], content=content, numbers=dict(numbers),
            created_at=now, expires_at=now + KEPT_FOR,
        )
    )  # fmt: skip
    await session.flush()
    return token


async def find(session: AsyncSession, session_id: int, token: str, *, now: datetime) -> Kept | None:
    """Return a file that this session brought; None when it is not there, somebody else's, or has expired."""
    row = await session.scalar(
        select(Upload).where(Upload.token == token, Upload.session_id == session_id, Upload.expires_at > now)
    )
    if row is None:
        return None
    return Kept(token=token, name=row.name, content=row.content, numbers=row.numbers, expires_at=row.expires_at)


async def drop(session: AsyncSession, session_id: int, token: str) -> None:
    """Throw a file away."""
    await session.execute(delete(Upload).where(Upload.token == token, Upload.session_id == session_id))
