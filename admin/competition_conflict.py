"""Two people at one competition: who wrote meanwhile, what they changed, and both changes as one form."""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncSession

from admin import audit
from admin.naming import staff_names
from admin.wording import say


async def writers_since(session: AsyncSession, key: str, number: int) -> str:
    """Return the names of those who saved a revision of a competition after one, as staff are told; never empty.

    Revisions do not name who wrote them, the audit log does; what it does not know came in with a file.
    """
    events = await audit.find(session, audit.Filter(subject=f"competition:{key}"))
    names = await staff_names(session)
    logins = [
        event.actor
        for event in events
        if event.subject == f"competition:{key}"
        and event.action in {"competitions.save", "competitions.restore"}
        and int((event.after or {}).get("number", 0)) > number
    ]
    said = dict.fromkeys(names.get(login, login) for login in reversed(logins))
    return ", ".join(said) or say("competitions.from_file")
