"""Alembic's entry. The folder is no package on purpose: it looks upwards at every table."""

from typing import Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext
from sqlalchemy import JSON

import admin.tables  # noqa: F401 - imported, like those below, for its tables
import bot.tables  # noqa: F401
import knowledge.competition_tables
import knowledge.guide_tables
import knowledge.portal.tables
import knowledge.tables
import knowledge.trials.tables  # noqa: F401
import runtime.lanes
import runtime.pacing
import runtime.vault  # noqa: F401
from runtime.database import Base, UtcDateTime


def plain_types(kind: str, item: object, context_: AutogenContext) -> str | Literal[False]:
    """Write our own column types into revisions as what they are in the database, so that old revisions stay valid."""
    if kind != "type":
        return False
    if isinstance(item, UtcDateTime):
        return "sa.DateTime(timezone=True)"
    if isinstance(item, JSON):
        context_.imports.add("from sqlalchemy.dialects.postgresql import JSONB")
        return 'sa.JSON().with_variant(JSONB(), "postgresql")'
    return False


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    render_as_batch=True,
    compare_type=True,
    render_item=plain_types,
)
with context.begin_transaction():
    context.run_migrations()
