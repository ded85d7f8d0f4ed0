"""Take a whole knowledge file over from the command line, and note it in the audit log."""

from __future__ import annotations

from datetime import datetime

from admin import audit
from knowledge import transfer
from knowledge.schema import KnowledgeFile
from knowledge.transfer import Plan
from runtime.database import Database


async def take_over(db: Database, file: KnowledgeFile, name: str, *, now: datetime) -> Plan:
    """Bring the database to what a file says and return what was done; `name` is the file's, for the log."""
    async with db.transaction() as session:
        plan = await transfer.apply_within(session, file, now, by=audit.COMMAND_LINE.login)
        if not plan.is_empty:
            done = {"created": len(plan.created), "changed": len(plan.changed)}
            await audit.record(
                session, actor=audit.COMMAND_LINE, action="transfer.import", subject=f"file:{name}", at=now, after=done
            )
    return plan
