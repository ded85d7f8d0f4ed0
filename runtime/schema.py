"""Bring a database to the schema of this release. Migrations only ever go forward."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from runtime.database import Database
from runtime.errors import DatabaseError

MIGRATIONS = Path(__file__).parent / "migrations"


def alembic_config() -> Config:
    """Return alembic's configuration; there is no alembic.ini, so that an installed package needs none."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    return config


async def migrate(db: Database) -> None:
    """Upgrade to the newest revision; on PostgreSQL also create the job tables. Idempotent."""
    async with db.engine.begin() as connection:
        await connection.run_sync(_upgrade)
    if not db.is_embedded:
        from runtime.wakers.procrastinate import install_schema

        await install_schema(db.engine)


def _upgrade(connection: Connection) -> None:
    config = alembic_config()
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


async def pending(db: Database) -> str:
    """Return "" when the schema is current, else what to say about it."""
    found = await current(db)
    newest = ScriptDirectory.from_config(alembic_config()).get_current_head()
    if found is None:
        return f"it is empty and needs the schema {newest}"
    return "" if found == newest else f"the schema is at {found}, this release needs {newest}"


async def current(db: Database) -> str | None:
    """Return the revision that the database is at; None for an empty one."""
    async with db.engine.connect() as connection:
        return await connection.run_sync(lambda c: MigrationContext.configure(c).get_current_revision())


def known_revisions() -> frozenset[str]:
    """Return every revision that this release can start from."""
    return frozenset(each.revision for each in ScriptDirectory.from_config(alembic_config()).walk_revisions())


async def require_current(db: Database) -> None:
    """Raise DatabaseError when the schema is not the one of this release."""
    problem = await pending(db)
    if problem:
        raise DatabaseError(f"The database is not ready: {problem}.", hint="Run `hoidap migrate`.")
