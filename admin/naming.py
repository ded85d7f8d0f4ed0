"""Names for what the code calls by its identifier: channels, people of staff, spans of time."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from admin import staff
from admin.audit import COMMAND_LINE
from admin.auth import NOBODY
from admin.page import Permission
from admin.rendering import called
from admin.telling import WATCH
from admin.wording import say
from bot.handoff import ELSEWHERE

MACHINES = (COMMAND_LINE.login, NOBODY.login, WATCH.login)


def channel_name(channel: str) -> str:
    """Return what staff call a channel; one that has no name yet is called as in the settings."""
    try:
        return say(f"console.channel.{channel}")
    except KeyError:
        return channel


def span(time: timedelta) -> str:
    """Return a span of time in its two largest units that matter: days and hours, or hours and minutes."""
    minutes = max(0, int(time.total_seconds() // 60))
    hours, days = minutes // 60, minutes // (24 * 60)
    if days >= 2:  # noqa: PLR2004 - up to two days people count hours
        return say("console.span.days", days=days)
    if hours:
        return say("console.span.hours", hours=hours, minutes=minutes % 60)
    return say("console.span.minutes", minutes=minutes)


async def staff_names(session: AsyncSession) -> Mapping[str, str]:
    """Return the name of every person of staff by login."""
    known = {person.login: person.name for person in await staff.people(session)}
    machines = {login: actor_name(login) for login in MACHINES}
    return {**known, **machines, ELSEWHERE: say("inbox.elsewhere")}


def actor_name(login: str) -> str:
    """Return what the console calls somebody who acts: machines by their names, people by their login."""
    return called("actor", login)


async def who_may(session: AsyncSession, permission: Permission) -> Mapping[str, str]:
    """Return the names, by login, of the people who may do something."""
    return {person.login: person.name for person in await staff.people(session) if person.may(permission)}
