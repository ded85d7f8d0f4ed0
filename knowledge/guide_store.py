"""Read eligibility guides from the database: what people are led by, and what staff see."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Row, Select, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from knowledge.guide_tables import GuideRevision, GuideRow
from knowledge.schema import GuideItem, Status

MOST_GUIDES = 200  # held in memory as a whole
KEPT_REVISIONS = 5  # earlier revisions of a guide by which those who began on them are led on

_Rows = Select[*tuple[GuideRow, GuideRevision]]
_Pair = Row[*tuple[GuideRow, GuideRevision]]


@dataclass(frozen=True, slots=True, kw_only=True)
class GuidePage:
    """A guide as staff see it: what was written last, and the number of the revision in use (0: none)."""

    item: GuideItem
    status: Status
    number: int
    published_number: int

    @property
    def has_changes(self) -> bool:
        """Whether what was written last is not what is in use."""
        return self.number != self.published_number


@dataclass(frozen=True, slots=True, kw_only=True)
class GuideChange:
    """A revision as the history of its guide shows it."""

    number: int
    item: GuideItem
    change_note: str
    created_at: datetime
    published_at: datetime | None
    withdrawn_at: datetime | None


async def load_guides(session: AsyncSession, *, only_published: bool = False) -> tuple[GuideItem, ...]:
    """Read guides in the order they were added: of published ones what is published, of others the latest.

    Those in use (`only_published`) say which revision they are.
    """
    used = _joined().where(GuideRevision.id == GuideRow.published_revision_id, GuideRow.status == Status.PUBLISHED)
    rows = list((await session.execute(used.limit(MOST_GUIDES))).all())
    if not only_published:
        rows += await _latest(session, without={row[0].id for row in rows})
    return tuple(_item(*row, is_stamped=only_published) for row in sorted(rows, key=lambda row: row[0].id))


async def load_earlier_guides(session: AsyncSession) -> tuple[GuideItem, ...]:
    """Read the revisions before those in use, by which people who began on them are led to their end."""
    earlier = _joined().where(
        GuideRow.status == Status.PUBLISHED,
        GuideRevision.id != GuideRow.published_revision_id,
        GuideRevision.published_at.is_not(None),
        GuideRevision.withdrawn_at.is_(None),
    )
    rank = func.row_number().over(partition_by=GuideRevision.guide_id, order_by=GuideRevision.number.desc())
    ranked = earlier.with_only_columns(GuideRevision.id, rank.label("rank")).subquery()
    kept = _joined().join(ranked, ranked.c.id == GuideRevision.id).where(ranked.c.rank <= KEPT_REVISIONS)
    rows = (await session.execute(kept.order_by(GuideRevision.id).limit(MOST_GUIDES * KEPT_REVISIONS))).all()
    return tuple(_item(*row, is_stamped=True) for row in rows)


async def list_guides(session: AsyncSession) -> list[GuidePage]:
    """Return every guide as staff see it, in the order they were added."""
    return [await _page(session, row) for row in await _latest(session)]


async def find_guide(session: AsyncSession, key: str) -> GuidePage | None:
    """Return a guide as staff see it."""
    rows = await _latest(session, key=key)
    return await _page(session, rows[0]) if rows else None


async def guide_history(session: AsyncSession, key: str, *, limit: int = 50) -> list[GuideChange]:
    """Return the latest revisions of a guide, newest first; none for an unknown key."""
    chosen = _joined().where(GuideRow.key == key).order_by(GuideRevision.number.desc()).limit(limit)
    return [
        GuideChange(
            number=revision.number,
            item=_item(guide, revision),
            change_note=revision.change_note,
            created_at=revision.created_at,
            published_at=revision.published_at,
            withdrawn_at=revision.withdrawn_at,
        )
        for guide, revision in (await session.execute(chosen)).all()
    ]


def _joined() -> _Rows:
    return select(GuideRow, GuideRevision).join(GuideRevision, GuideRevision.guide_id == GuideRow.id)


async def _latest(session: AsyncSession, *, without: set[int] | None = None, key: str = "") -> Sequence[_Pair]:
    newest = select(func.max(GuideRevision.id)).group_by(GuideRevision.guide_id)
    chosen = _joined().where(GuideRevision.id.in_(newest), GuideRow.id.not_in(without or set()))
    if key:
        chosen = chosen.where(GuideRow.key == key)
    return (await session.execute(chosen.order_by(GuideRow.id).limit(MOST_GUIDES))).all()


async def _page(session: AsyncSession, row: _Pair) -> GuidePage:
    guide, revision = row
    used = None
    if guide.status is Status.PUBLISHED:
        used = await session.scalar(select(GuideRevision.number).where(GuideRevision.id == guide.published_revision_id))
    return GuidePage(item=_item(guide, revision), status=guide.status, number=revision.number,
                     published_number=used or 0)  # fmt: skip


def _item(guide: GuideRow, revision: GuideRevision, *, is_stamped: bool = False) -> GuideItem:
    status = None if guide.status is Status.PUBLISHED else guide.status
    stamp = {"revision": revision.number} if is_stamped else {}
    return GuideItem.model_validate({**revision.content, "status": status, **stamp})
