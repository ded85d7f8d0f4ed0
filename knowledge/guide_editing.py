"""Change eligibility guides under the rules of all knowledge: a change is a new revision, publishing raises versions.

Everything here runs in the caller's transaction.
"""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from knowledge.editing import lock, raise_version
from knowledge.eligibility.checking import Problem, check
from knowledge.guide_store import SHELF
from knowledge.guide_tables import GuideRevision, GuideRow
from knowledge.portal.paragraphs import stored_text
from knowledge.schema import GuideItem, Status
from knowledge.tables import Article
from runtime.errors import KnowledgeError


class FaultyGuide(KnowledgeError):
    """A guide must not be published with its flaws; `problems` names each."""

    def __init__(self, key: str, problems: Sequence[Problem]) -> None:
        said = "; ".join(str(problem) for problem in problems)
        super().__init__(f"The guide {key!r} cannot be published: {said}.", hint="Correct it, then publish it again.")
        self.problems = tuple(problems)


async def check_guide(session: AsyncSession, item: GuideItem, *, also: Collection[str] = ()) -> list[Problem]:
    """Return what is wrong with a guide, its quotes compared with the articles as they were last read.

    `also`: keys of articles that are about to come in, their text not known yet.
    """
    wanted = {key for rule in item.rules if (key := item.article_of(rule))}
    known = (await session.scalars(select(Article.key).where(Article.key.in_(wanted)))).all()
    texts = {key: "\n".join(await stored_text(session, key)) for key in known}
    # a large guide takes a while to look through: not on the loop that serves messages
    return await asyncio.to_thread(check, item, dict.fromkeys(also, "") | texts)


async def import_guides(session: AsyncSession, items: Sequence[GuideItem], *, now: datetime, note: str = "") -> None:
    """Give each guide a new revision holding the item, published at once if it is (or becomes) published.

    An item without a status is published when it is new and leaves the status as it is otherwise. The caller has left
    out unchanged and faulty items and raises the version.
    """
    await SHELF.take_in(session, items, now=now, note=note)


async def revise_guide(
    session: AsyncSession, item: GuideItem, *, now: datetime, note: str = "", after: int | None = None
) -> int:
    """Give a guide a new, unpublished revision and return its number; a new guide begins as a draft.

    What is published stays in use until `publish_guide`. The item's status is not used. `after`: the latest revision
    that its author knew. Raises EditConflict when there is a later one by now; None does not look.
    """
    await lock(session)
    return await SHELF.revise(session, item, now=now, note=note, after=after)


async def publish_guide(
    session: AsyncSession, key: str, *, number: int, now: datetime, withdraw_earlier: bool = False
) -> int:
    """Publish the latest revision; return the new version of what is published. Raises FaultyGuide.

    `number` is that of the revision that was looked at. Raises EditConflict when there is a newer one by now. Those
    inside the guide finish on the revision they began; with `withdraw_earlier` (it was wrong) they begin anew.
    """
    await lock(session)
    guide = await SHELF.get(session, key)
    revision = await SHELF.newest(session, guide, number=number)
    problems = await check_guide(session, GuideItem.model_validate(revision.content))
    if fatal := [problem for problem in problems if problem.is_fatal]:
        raise FaultyGuide(key, fatal)
    if withdraw_earlier:
        await _withdraw_revisions(session, guide, now=now, without=revision.id)
    SHELF.make_public(guide, revision, now=now)
    revision.withdrawn_at = None
    await session.flush()
    return await raise_version(session, now=now)


async def withdraw_guide(session: AsyncSession, key: str, *, now: datetime, status: Status = Status.SUSPENDED) -> int:
    """Stop a guide, for now or (`ARCHIVED`) for good, also for those inside it; return the new version."""
    await lock(session)
    guide = await SHELF.get(session, key)
    guide.status = status
    await _withdraw_revisions(session, guide, now=now)
    await session.flush()
    return await raise_version(session, now=now)


async def _withdraw_revisions(session: AsyncSession, guide: GuideRow, *, now: datetime, without: int = 0) -> None:
    used = GuideRevision.published_at.is_not(None) & GuideRevision.withdrawn_at.is_(None)
    await session.execute(
        update(GuideRevision)
        .where(GuideRevision.owner_id == guide.id, GuideRevision.id != without, used)
        .values(withdrawn_at=now),
        execution_options={"synchronize_session": "fetch"},
    )
