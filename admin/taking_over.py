"""Take a whole knowledge file over from the command line, and note it in the audit log."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from admin import audit
from knowledge import transfer
from knowledge.safeguards import Finding, unevidenced_among
from knowledge.schema import KnowledgeFile
from knowledge.transfer import Plan
from runtime.database import Database


async def take_over(
    db: Database, file: KnowledgeFile, name: str, *, now: datetime
) -> tuple[Plan, Mapping[str, tuple[Finding, ...]]]:
    """Bring the database to what a file says; return what was done, and the figures that no source holds, by entry.

    `name` is the file's, for the log. Entries with such figures are published all the same, and named in the log.
    """
    async with db.transaction() as session:
        plan = await transfer.apply_within(session, file, now, by=audit.COMMAND_LINE.login)
        touched = {*plan.created, *plan.changed}
        lacking = await unevidenced_among(session, [item for item in file.entries if item.key in touched])
        if not plan.is_empty:
            done = {"created": len(plan.created), "changed": len(plan.changed)}
            others = {"terms": list(plan.terms), "unevidenced": list(lacking)}
            after = {**done, **{name: keys for name, keys in others.items() if keys}}
            await audit.record(
                session, actor=audit.COMMAND_LINE, action="transfer.import", subject=f"file:{name}", at=now, after=after
            )
    return plan, lacking
