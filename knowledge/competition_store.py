"""Read competitions from the database: what the assistant may say of them, and what staff see."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Row, Select, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from knowledge.schema import CompetitionItem, Status
from knowledge.tables import Competition, CompetitionRevision

MOST_COMPETITIONS = 1_000  # held in memory as a whole

_Rows = Select[*tuple[Competition, CompetitionRevision]]


@dataclass(frozen=True, slots=True, kw_only=True)
class CompetitionPage:
    """A competition as staff see it: what was written last, and the number of the revision that is spoken (0: none)."""

    item: CompetitionItem
    status: Status
    number: int
    published_number: int

    @property
    def has_changes(self) -> bool:
        """Whether what was written last is not what is spoken."""
        return self.number != self.published_number


@dataclass(frozen=True, slots=True, kw_only=True)
class CompetitionChange:
    """A revision as the history of its competition shows it."""

    number: int
    item: CompetitionItem
    change_note: str
    created_at: datetime
    published_at: datetime | None


async def load_competitions(session: AsyncSession, *, only_published: bool = False) -> tuple[CompetitionItem, ...]:
    """Read competitions in the order they were added: of published ones what is published, of others the latest.

    Those to be spoken (`only_published`) say which revision they are and since when.
    """
    spoken = _joined().where(CompetitionRevision.id == Competition.published_revision_id)
    spoken = spoken.where(Competition.status == Status.PUBLISHED)
    rows = list((await session.execute(spoken.limit(MOST_COMPETITIONS))).all())
    if not only_published:
        rows += await _latest(session, without={row[0].id for row in rows})
    return tuple(_item(*row, is_stamped=only_published) for row in sorted(rows, key=lambda row: row[0].id))


async def list_competitions(session: AsyncSession) -> list[CompetitionPage]:
    """Return every competition as staff see it, in the order they were added."""
    return [await _page(session, row) for row in await _latest(session)]


async def find_competition(session: AsyncSession, key: str) -> CompetitionPage | None:
    """Return a competition as staff see it."""
    rows = await _latest(session, key=key)
    return await _page(session, rows[0]) if rows else None


async def competition_history(session: AsyncSession, key: str, *, limit: int = 50) -> list[CompetitionChange]:
    """Return the latest revisions of a competition, newest first; none for an unknown key."""
    rows = (await session.execute(
        _joined().where(Competition.key == key).order_by(CompetitionRevision.number.desc()).limit(limit)
    )).all()  # fmt: skip
    return [
        CompetitionChange(
            number=revision.number,
            item=_item(competition, revision),
            change_note=revision.change_note,
            created_at=revision.created_at,
            published_at=revision.published_at,
        )
        for competition, revision in rows
    ]


def _joined() -> _Rows:
    return select(Competition, CompetitionRevision).join(
        CompetitionRevision, CompetitionRevision.competition_id == Competition.id
    )


async def _latest(
    session: AsyncSession, *, without: set[int] | None = None, key: str = ""
) -> Sequence[Row[*tuple[Competition, CompetitionRevision]]]:
    newest = select(func.max(CompetitionRevision.id)).group_by(CompetitionRevision.competition_id)
    chosen = _joined().where(CompetitionRevision.id.in_(newest), Competition.id.not_in(without or set()))
    if key:
        chosen = chosen.where(Competition.key == key)
    return (await session.execute(chosen.order_by(Competition.id).limit(MOST_COMPETITIONS))).all()


async def _page(session: AsyncSession, row: Row[*tuple[Competition, CompetitionRevision]]) -> CompetitionPage:
    competition, revision = row
    spoken = None
    if competition.status is Status.PUBLISHED:
        spoken = await session.scalar(
            select(CompetitionRevision.number).where(CompetitionRevision.id == competition.published_revision_id)
        )
    return CompetitionPage(
        item=_item(competition, revision),
        status=competition.status,
        number=revision.number,
        published_number=spoken or 0,
    )


def _item(competition: Competition, revision: CompetitionRevision, *, is_stamped: bool = False) -> CompetitionItem:
    status = None if competition.status is Status.PUBLISHED else competition.status
    stamp = {"revision": revision.number, "revised_at": revision.published_at} if is_stamped else {}
    return CompetitionItem.model_validate({**revision.content, "status": status, **stamp})
