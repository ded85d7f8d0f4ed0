"""The migrations and the tables in the code say the same, on both databases."""

from __future__ import annotations

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from runtime import schema
from runtime.database import Base, Database


def _differences(connection):
    context = MigrationContext.configure(
        connection,
        opts={"compare_type": True, "include_object": lambda _o, name, *_: not str(name).startswith("procrastinate")},
    )
    return compare_metadata(context, Base.metadata)


async def test_empty_to_head_equals_the_models(db: Database):
    async with db.engine.connect() as connection:
        assert await connection.run_sync(_differences) == []


async def test_migrating_again_changes_nothing(db: Database):
    await schema.migrate(db)

    assert await schema.pending(db) == ""


def test_revisions_form_one_line():
    assert len(ScriptDirectory.from_config(schema.alembic_config()).get_heads()) == 1


async def test_an_unmigrated_database_is_named(tmp_path):
    db = Database(f"sqlite+aiosqlite:///{tmp_path}/new.db")
    try:
        assert "needs" in await schema.pending(db)
    finally:
        await db.close()
