"""The audit log: every change, who made it, when, what was before and after, from where. Only ever added to."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from sqlalchemy import Select, select
from sqlalchemy.ext.asyncio import AsyncSession

from admin.tables import AuditEvent

PAGE_ROWS = 50
EXPORT_ROWS = 50_000
VALUE_LENGTH = 500  # characters of one value; longer ones are cut
_NEVER = ("password", "secret", "token", "totp", "code", "hash", "text", "message", "answer")
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


class Actor(Protocol):
    """Who acts: a person of staff, or the command line."""

    @property
    def id(self) -> int | None:
        """The id of the person; None for the machine."""
        ...

    @property
    def login(self) -> str:
        """The name that the log shows for ever."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Machine:
    """Somebody at the command line, or the server itself."""

    login: str
    id: None = None


COMMAND_LINE = Machine(login="(command line)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """One event as it is shown."""

    id: int
    at: datetime
    actor: str
    action: str
    subject: str
    before: Mapping[str, Any] | None
    after: Mapping[str, Any] | None
    origin: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """Which events: parts that are empty or None do not limit. `until` is exclusive."""

    actor: str = ""
    action: str = ""
    subject: str = ""
    since: datetime | None = None
    until: datetime | None = None


async def record(
    session: AsyncSession,
    *,
    actor: Actor,
    action: str,
    subject: str,
    at: datetime,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
    origin: str = "",
) -> None:
    """Add one event to the unit of work that makes the change.

    `action` is "entries.publish", `subject` is "entry:KEY". `before` and `after` hold the changed fields only: keys,
    numbers, dates and states. Raises ValueError for names that sound like secrets or message text: they do not
    belong into a log that is kept for ever.
    """
    session.add(
        AuditEvent(
            at=at,
            staff_id=actor.id,
            actor=actor.login,
            action=action,
            subject=subject[:200],
            before=_fit(before),
            after=_fit(after),
            origin=origin[:64],
        )
    )
    await session.flush()


def _fit(values: Mapping[str, Any] | None) -> dict[str, Any] | None:
    if values is None:
        return None
    for name in values:
        if any(word in name.lower().split("_") for word in _NEVER):
            raise ValueError(f"{name!r} does not belong into the audit log")
    return {name: _short(value) for name, value in values.items()}


def _short(value: Any) -> Any:
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, list | tuple | set | frozenset):
        return [_short(each) for each in list(value)[:100]]
    said = str(value)
    return said if len(said) <= VALUE_LENGTH else f"{said[: VALUE_LENGTH - 1]}…"


async def find(
    session: AsyncSession, which: Filter, *, before_id: int | None = None, limit: int = PAGE_ROWS
) -> Sequence[Recorded]:
    """Return events, newest first; `before_id` continues a list after its last event."""
    query = _matching(which)
    if before_id is not None:
        query = query.where(AuditEvent.id < before_id)
    rows = await session.scalars(query.order_by(AuditEvent.id.desc()).limit(limit))
    return [
        Recorded(
            id=row.id, at=row.at, actor=row.actor, action=row.action, subject=row.subject,
            before=row.before, after=row.after, origin=row.origin,
        )
        for row in rows
    ]  # fmt: skip


async def known_actions(session: AsyncSession) -> Sequence[str]:
    """Return the actions that occur, for the filter."""
    return (await session.scalars(select(AuditEvent.action).distinct().order_by(AuditEvent.action).limit(300))).all()


def _matching(which: Filter) -> Select[AuditEvent]:
    query = select(AuditEvent)
    if which.actor:
        query = query.where(AuditEvent.actor == which.actor.lower())
    if which.action:
        query = query.where(AuditEvent.action == which.action)
    if which.subject:
        query = query.where(AuditEvent.subject.contains(which.subject, autoescape=True))
    if which.since is not None:
        query = query.where(AuditEvent.at >= which.since)
    if which.until is not None:
        query = query.where(AuditEvent.at < which.until)
    return query


def as_csv(events: Sequence[Recorded], heading: Sequence[str]) -> bytes:
    """Return the events as CSV that Excel opens as UTF-8 and never takes for formulas."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(heading)
    for event in events:
        cells = (
            event.at.isoformat(), event.actor, event.action, event.subject,
            _said(event.before), _said(event.after), event.origin,
        )  # fmt: skip
        writer.writerow([harmless(cell) for cell in cells])
    return text.getvalue().encode("utf-8-sig")


def harmless(cell: str) -> str:
    """Return a cell that no spreadsheet takes for a formula (https://owasp.org/www-community/attacks/CSV_Injection)."""
    return f"'{cell}" if cell.lstrip(" ").startswith(_FORMULA) else cell


def _said(values: Mapping[str, Any] | None) -> str:
    return "; ".join(f"{name}: {value}" for name, value in (values or {}).items())
