"""How fast an account may send, counted by all processes together.

One row per account says up to when its messages are spoken for (the "virtual scheduling" form of a leaky bucket).
Whoever wants to send takes the next place in one statement and waits for it. The clocks of the machines may differ by
as much as NTP leaves; what a platform counts differently is met by its own refusal, which is tried again later.
"""

from __future__ import annotations

from sqlalchemy import Double, String, case
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, mapped_column

from runtime.clock import Clock
from runtime.database import Base, Database

# Part of the count that may leave at once; the rest of it is spread evenly, so that no window ever holds more.
_AT_ONCE = 20


class PaceMark(Base):
    """Up to when an account's messages are spoken for."""

    __tablename__ = "pace_marks"

    account: Mapped[str] = mapped_column(String(255), primary_key=True)
    until: Mapped[float] = mapped_column(Double)  # seconds since 1970: the database adds to it


async def take_place(
    db: Database, clock: Clock, account: str, *, count: int, seconds: float, patience: float
) -> float | None:
    """Take the next place and return how many seconds to wait for it; None when that is more than `patience`.

    At most `count` messages fall into any `seconds`. Nothing is taken when the answer is None.
    """
    at_once = max(1, count // _AT_ONCE)
    step = seconds / max(1, count - at_once)
    early = (at_once - 1) * step
    now = clock.now().timestamp()
    build = sqlite.insert if db.is_embedded else postgresql.insert
    begin = case((PaceMark.until > now, PaceMark.until), else_=now)
    statement = (
        build(PaceMark)
        .values(account=account, until=now + step)
        .on_conflict_do_update(
            index_elements=[PaceMark.account],
            set_={"until": begin + step},
            where=PaceMark.until <= now + early + patience,
        )
        .returning(PaceMark.until)
    )
    async with db.transaction() as session:
        until = await session.scalar(statement)
    return None if until is None else max(0.0, until - step - early - now)
