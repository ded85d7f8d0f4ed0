"""Where competitions are kept, and their revisions as the knowledge file holds them."""

from __future__ import annotations

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from knowledge.revised import Thing, ThingRevision


class Competition(Thing):
    """A contest or event. What is known of it lies in its revisions."""

    __tablename__ = "competitions"

    published_revision_id: Mapped[int | None] = mapped_column(
        ForeignKey(
            "competition_revisions.id",
            use_alter=True,
            name="fk_competitions_published_revision_id_competition_revisions",
        ),
        index=True,
    )


class CompetitionRevision(ThingRevision):
    """One numbered version of a competition. Never changed."""

    __tablename__ = "competition_revisions"
    __table_args__ = (UniqueConstraint("competition_id", "number"),)

    owner_id: Mapped[int] = mapped_column("competition_id", ForeignKey("competitions.id"))
