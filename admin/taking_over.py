"""Take a whole knowledge file over from the command line, and note it in the audit log."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from admin import audit
from knowledge import transfer
from knowledge.safeguards import Finding, unevidenced_among
from knowledge.schema import KnowledgeFile, Status
from knowledge.transfer import Plan
from runtime.database import Database


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """What became of a file, or would. What is lacking is published all the same, and named.

    `unevidenced`: figures that no source holds, by entry. `unsourced`: entries that are spoken and rest on no article.
    """

    plan: Plan
    unevidenced: Mapping[str, tuple[Finding, ...]]
    unsourced: Sequence[str]


async def take_over(db: Database, file: KnowledgeFile, name: str, *, now: datetime) -> Taken:
    """Bring the database to what a file says. `name` is the file's, for the log."""
    async with db.transaction() as session:
        plan = await transfer.apply_within(session, file, now, by=audit.COMMAND_LINE.login)
        taken = await _seen(session, file, plan)
        if not plan.is_empty:
            done = {"created": len(plan.created), "changed": len(plan.changed)}
            others = {"terms": list(plan.terms), "unevidenced": list(taken.unevidenced)}
            after = {**done, **{name: keys for name, keys in others.items() if keys}}
            await audit.record(
                session, actor=audit.COMMAND_LINE, action="transfer.import", subject=f"file:{name}", at=now, after=after
            )
    return taken


async def foresee(db: Database, file: KnowledgeFile) -> Taken:
    """Say what `take_over` would do."""
    async with db.reading() as session:
        return await _seen(session, file, await transfer.plan(session, file))


async def _seen(session: AsyncSession, file: KnowledgeFile, plan: Plan) -> Taken:
    new = dict.fromkeys(plan.created, file.new_status)
    return Taken(
        plan=plan,
        unevidenced=await unevidenced_among(session, plan.entries),
        unsourced=[
            item.key
            for item in plan.entries
            if not item.article and (item.status or new.get(item.key, Status.PUBLISHED)) is Status.PUBLISHED
        ],
    )
