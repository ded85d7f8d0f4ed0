"""Publishing under the safeguards: figures and quotes need a source, lost answers a reason, money a second person."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from knowledge import editing, workflow
from knowledge.approval import claims_of
from knowledge.behaviour import Report
from knowledge.feed import KnowledgeFeed
from knowledge.history import StoredEntry, load_entry
from knowledge.safeguards import Finding, Quoting, quoting_of, replies_changed, unevidenced
from knowledge.store import published_version
from runtime.database import Database
from runtime.errors import EditConflict, KnowledgeError

_ATTEMPTS = 3  # when others publish while the replies are compared


@dataclass(frozen=True, slots=True, kw_only=True)
class Examination:
    """What is to be known before the latest revision of an entry is published.

    `unevidenced` figures refuse it, and so do a quote that is absent from its article (`quoting`) and an answer that is
    empty; `report.blocking` replies need a reason; `claims` need a second person.
    """

    stored: StoredEntry
    unevidenced: tuple[Finding, ...]
    quoting: Quoting
    report: Report
    claims: tuple[str, ...]

    @property
    def is_sourced(self) -> bool:
        """Tell whether nothing of it is known to lack its source."""
        return not self.unevidenced and self.quoting is not Quoting.ABSENT


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """An approver's decision about revision `number` of an entry. `reason`: why answers may be lost; "" when none are.

    `second_approval`: whether money and law need somebody else than the author.
    """

    key: str
    number: int
    by: str
    reason: str = ""
    second_approval: bool = True


Record = Callable[[AsyncSession, Examination], Awaitable[None]]
"""Notes the publication where the caller keeps such notes, in the same transaction."""


class Unevidenced(KnowledgeError):
    """A figure of the answer stands in no source of it."""


class Unquoted(KnowledgeError):
    """The quote of the entry does not stand in its article as that was last read."""


class AnswersLost(KnowledgeError):
    """Other questions would lose their right answer, and no reason was given."""


async def examine(db: Database, feed: KnowledgeFeed, key: str) -> Examination:
    """Look at what publishing the latest revision would mean. Takes up to two seconds for 1,000 entries."""
    await feed.refresh()
    async with db.reading() as session:
        stored = await load_entry(session, key)
        return Examination(
            stored=stored,
            unevidenced=await unevidenced(session, stored.item),
            quoting=await quoting_of(session, stored.item),
            report=await replies_changed(session, feed.current, stored.item),
            claims=claims_of(stored.item),
        )


async def publish(
    db: Database, feed: KnowledgeFeed, decision: Decision, *, now: datetime, record: Record | None = None
) -> Examination:
    """Publish the latest revision of an entry if it is safe.

    Raises NoAnswer, Unevidenced, Unquoted, AnswersLost, SecondPersonNeeded, or EditConflict when somebody wrote a newer
    revision.
    """
    for _ in range(_ATTEMPTS):
        examined = await examine(db, feed, decision.key)
        compared_with = feed.current.snapshot.version
        _require_safe(examined, decision)
        async with db.transaction() as session:
            await editing.lock(session)
            if await published_version(session) != compared_with:
                continue
            await workflow.approve(
                session, decision.key, number=decision.number, by=decision.by, now=now,
                second_approval=decision.second_approval,
            )  # fmt: skip
            if record is not None:
                await record(session, examined)
        await feed.refresh()
        return examined
    raise EditConflict("Others publish at the same time.", hint="Try again.")


def _require_safe(examined: Examination, decision: Decision) -> None:
    if not examined.stored.item.has_answer:
        raise workflow.no_answer(decision.key)
    if examined.unevidenced:
        figures = ", ".join(finding.token.text for finding in examined.unevidenced)
        raise Unevidenced(f"No source of {decision.key!r} holds {figures}.", hint="Quote the sentence that does.")
    if examined.quoting is Quoting.ABSENT:
        article = examined.stored.item.article
        raise Unquoted(
            f"The article {article!r} does not hold the quote of {decision.key!r}.", hint="Copy it word for word."
        )
    if examined.report.blocking and not decision.reason:
        lost = "; ".join(shift.question.text for shift in examined.report.blocking[:3])
        raise AnswersLost(f"Publishing {decision.key!r} would lose right answers: {lost}.", hint="Give a reason.")
