"""Change eligibility guides under the rules of all knowledge: a change is a new revision, publishing raises versions.

Everything here runs in the caller's transaction.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from knowledge.editing import lock, raise_version
from knowledge.eligibility.checking import Problem, check
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
    return check(item, dict.fromkeys(also, "") | texts)


async def import_guides(session: AsyncSession, items: Sequence[GuideItem], *, now: datetime, note: str = "") -> None:
    """Give each guide a new revision holding the item, published at once if it is (or becomes) published.

    An item without a status is published when it is new and leaves the status as it is otherwise. The caller has left
    out unchanged and faulty items and raises the version.
    """
    for item in items:
        guide = await _filed(session, item, new=item.status or Status.PUBLISHED)
        guide.status = item.status or guide.status
        revision = await _add_revision(session, guide, item, now=now, note=note)
        if guide.status is Status.PUBLISHED:
            _make_public(guide, revision, now=now)
    await session.flush()


async def revise_guide(session: AsyncSession, item: GuideItem, *, now: datetime, note: str = "") -> int:
    """Give a guide a new, unpublished revision and return its number; a new guide begins as a draft.

    What is published stays in use until `publish_guide`. The item's status is not used.
    """
    await lock(session)
    guide = await _filed(session, item, new=Status.DRAFT)
    return (await _add_revision(session, guide, item, now=now, note=note)).number


async def publish_guide(session: AsyncSession, key: str, *, now: datetime, withdraw_earlier: bool = False) -> int:
    """Publish the latest revision; return the new version of what is published. Raises FaultyGuide.

    Those inside the guide finish on the revision they began; with `withdraw_earlier` (it was wrong) they begin anew.
    """
    guide = await _locked(session, key)
    latest = select(GuideRevision).where(GuideRevision.guide_id == guide.id)
    revision = (await session.scalars(latest.order_by(GuideRevision.number.desc()).limit(1))).one()
    problems = await check_guide(session, GuideItem.model_validate(revision.content))
    if fatal := [problem for problem in problems if problem.is_fatal]:
        raise FaultyGuide(key, fatal)
    if withdraw_earlier:
        await _withdraw_revisions(session, guide, now=now, without=revision.id)
    guide.status = Status.PUBLISHED
    _make_public(guide, revision, now=now)
    await session.flush()
    return await raise_version(session, now=now)


async def withdraw_guide(session: AsyncSession, key: str, *, now: datetime, status: Status = Status.SUSPENDED) -> int:
    """Stop a guide, for now or (`ARCHIVED`) for good, also for those inside it; return the new version."""
    guide = await _locked(session, key)
    guide.status = status
    await _withdraw_revisions(session, guide, now=now)
    await session.flush()
    return await raise_version(session, now=now)


async def _withdraw_revisions(session: AsyncSession, guide: GuideRow, *, now: datetime, without: int = 0) -> None:
    used = GuideRevision.published_at.is_not(None) & GuideRevision.withdrawn_at.is_(None)
    await session.execute(
        update(GuideRevision)
        .where(GuideRevision.guide_id == guide.id, GuideRevision.id != without, used)
        .values(withdrawn_at=now),
        execution_options={"synchronize_session": "fetch"},
    )


async def _locked(session: AsyncSession, key: str) -> GuideRow:
    await lock(session)
    found = select(GuideRow).where(GuideRow.key == key)
    guide = await session.scalar(found, execution_options={"populate_existing": True})
    if guide is None:
        raise KnowledgeError(f"There is no guide {key!r}.", hint="See `guides:` in an export.")
    return guide


async def _filed(session: AsyncSession, item: GuideItem, *, new: Status) -> GuideRow:
    guide = await session.scalar(select(GuideRow).where(GuideRow.key == item.key))
    if guide is None:
        guide = GuideRow(key=item.key, status=new)
        session.add(guide)
        await session.flush()
    return guide


async def _add_revision(
    session: AsyncSession, guide: GuideRow, item: GuideItem, *, now: datetime, note: str
) -> GuideRevision:
    last = select(func.max(GuideRevision.number)).where(GuideRevision.guide_id == guide.id)
    revision = GuideRevision(
        guide_id=guide.id,
        number=(await session.scalar(last) or 0) + 1,
        content=item.model_dump(mode="json", exclude={"status"}, exclude_defaults=True),
        change_note=note,
        created_at=now,
    )
    session.add(revision)
    await session.flush()
    return revision


def _make_public(guide: GuideRow, revision: GuideRevision, *, now: datetime) -> None:
    guide.published_revision_id = revision.id
    revision.published_at = revision.published_at or now
    revision.withdrawn_at = None
