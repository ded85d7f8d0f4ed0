"""Change competitions under the rules of all knowledge: a change is a new revision, publishing raises the version.

Everything here runs in the caller's transaction.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from knowledge.editing import lock, raise_version
from knowledge.schema import CompetitionItem, Status
from knowledge.tables import Competition, CompetitionRevision
from runtime.errors import KnowledgeError


async def import_competitions(
    session: AsyncSession, items: Sequence[CompetitionItem], *, now: datetime, note: str = ""
) -> None:
    """Give each competition a new revision holding the item, published at once if it is (or becomes) published.

    An item without a status is published when it is new and leaves the status as it is otherwise. The caller has left
    out unchanged items and raises the version.
    """
    for item in items:
        competition = await _filed(session, item, new=item.status or Status.PUBLISHED)
        competition.status = item.status or competition.status
        revision = await _add_revision(session, competition, item, now=now, note=note)
        if competition.status is Status.PUBLISHED:
            _make_public(competition, revision, now=now)
    await session.flush()


async def revise_competition(session: AsyncSession, item: CompetitionItem, *, now: datetime, note: str = "") -> int:
    """Give a competition a new, unpublished revision and return its number; a new one begins as a draft.

    What is published goes on being spoken until `publish_competition`. The item's status is not used.
    """
    await lock(session)
    competition = await _filed(session, item, new=Status.DRAFT)
    return (await _add_revision(session, competition, item, now=now, note=note)).number


async def publish_competition(session: AsyncSession, key: str, *, now: datetime) -> int:
    """Publish the latest revision; return the new version of what is published."""
    competition = await _locked(session, key)
    latest = select(CompetitionRevision).where(CompetitionRevision.competition_id == competition.id)
    revision = (await session.scalars(latest.order_by(CompetitionRevision.number.desc()).limit(1))).one()
    competition.status = Status.PUBLISHED
    _make_public(competition, revision, now=now)
    await session.flush()
    return await raise_version(session, now=now)


async def withdraw_competition(
    session: AsyncSession, key: str, *, now: datetime, status: Status = Status.SUSPENDED
) -> int:
    """Stop a competition from being spoken, for now or (`ARCHIVED`) for good; return the new version."""
    competition = await _locked(session, key)
    competition.status = status
    await session.flush()
    return await raise_version(session, now=now)


async def _locked(session: AsyncSession, key: str) -> Competition:
    await lock(session)
    found = select(Competition).where(Competition.key == key)
    competition = await session.scalar(found, execution_options={"populate_existing": True})
    if competition is None:
        raise KnowledgeError(f"There is no competition {key!r}.", hint="See `competitions:` in an export.")
    return competition


async def _filed(session: AsyncSession, item: CompetitionItem, *, new: Status) -> Competition:
    competition = await session.scalar(select(Competition).where(Competition.key == item.key))
    if competition is None:
        competition = Competition(key=item.key, status=new)
        session.add(competition)
        await session.flush()
    return competition


async def _add_revision(
    session: AsyncSession, competition: Competition, item: CompetitionItem, *, now: datetime, note: str
) -> CompetitionRevision:
    last = select(func.max(CompetitionRevision.number)).where(CompetitionRevision.competition_id == competition.id)
    revision = CompetitionRevision(
        competition_id=competition.id,
        number=(await session.scalar(last) or 0) + 1,
        content=item.model_dump(mode="json", exclude={"status"}, exclude_defaults=True),
        change_note=note,
        created_at=now,
    )
    session.add(revision)
    await session.flush()
    return revision


def _make_public(competition: Competition, revision: CompetitionRevision, *, now: datetime) -> None:
    competition.published_revision_id = revision.id
    revision.published_at = revision.published_at or now
