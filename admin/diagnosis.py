"""Open what the doctor looks at, and make nothing: what is not there yet is tried in a folder that is thrown away."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path

from admin.composition import Composition
from admin.doctor import examine
from bot.channel import Finding
from runtime import schema
from runtime.database import Database, file_of
from runtime.settings import Settings


async def diagnose(composition: Composition, settings: Settings) -> Sequence[Finding]:
    """Return every finding. Raises what opening raises; a database of an older release is not migrated."""
    place = _missing_file(settings)
    if place is not None:
        return await _without_database(composition, settings, place)
    if settings.is_embedded:
        db = Database(settings.database.url)
        try:
            await schema.require_current(db)
        finally:
            await db.close()
    async with composition.open_assistant(settings) as it:
        return await examine(it.db, settings, it.channels, it.feed.current, composition.environment, key=it.vault.key)


def _missing_file(settings: Settings) -> Path | None:
    """Return where an embedded database should be and is not, or is still empty; None: it is there, or is a server."""
    if not settings.is_embedded:
        return None
    place = file_of(settings.database.url)
    return None if place.exists() and (place.stat().st_size or not place.is_file()) else place.absolute()


async def _without_database(composition: Composition, settings: Settings, place: Path) -> Sequence[Finding]:
    """Examine what a first start would make."""
    with tempfile.TemporaryDirectory(prefix="hoidap-doctor-") as folder:
        database = settings.database.model_copy(update={"url": f"sqlite+aiosqlite:///{folder}/hoidap.db"})
        trial = settings.model_copy(update={"database": database})
        async with composition.open_assistant(trial) as it:
            # asking the platform may spend a token that works once, and there is no place to keep the next one
            spending = [name for name in it.channels if settings.channels.get(name, {}).get("refresh_token")]
            asked = {name: channel for name, channel in it.channels.items() if name not in spending}
            found = await examine(it.db, settings, asked, it.feed.current, composition.environment, key=it.vault.key)
    return [_no_database(place), *found[1:], *map(_not_asked, spending)]  # the first is about the folder's database


def _no_database(place: Path) -> Finding:
    return Finding(
        subject="database",
        ok=False,
        is_warning=True,
        message=f"there is none at {place} yet",
        hint="`hoidap serve` makes one; if you have one, correct HOIDAP_DATABASE__URL.",
    )


def _not_asked(channel: str) -> Finding:
    return Finding(
        subject=channel,
        ok=False,
        is_warning=True,
        message="not asked: there is no database yet to keep its tokens",
        hint="Run `hoidap doctor` again after the first start.",
    )
