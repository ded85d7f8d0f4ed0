"""Where eligibility guides are kept: guides, and their immutable revisions as the knowledge file holds them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, ForeignKey, UniqueConstraint, event, inspect
from sqlalchemy.orm import Mapped, Mapper, mapped_column

from knowledge.revised import Thing, ThingRevision
from runtime.database import UtcDateTime

_LASTING = frozenset({"number", "content", "owner_id"})


class GuideRow(Thing):
    """An eligibility guide. What it asks and says lies in its revisions."""

    __tablename__ = "guides"

    published_revision_id: Mapped[int | None] = mapped_column(
        ForeignKey("guide_revisions.id", use_alter=True, name="fk_guides_published_revision_id_guide_revisions"),
        index=True,
    )


class GuideRevision(ThingRevision):
    """One numbered version of a guide. Once published it never changes; people finish on the one they began.

    `withdrawn_at`: from then on nobody is led by it any more, not even those who had begun.
    """

    __tablename__ = "guide_revisions"
    __table_args__ = (UniqueConstraint("guide_id", "number"),)

    owner_id: Mapped[int] = mapped_column("guide_id", ForeignKey("guides.id"))
    withdrawn_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


@event.listens_for(GuideRevision, "before_update")
def _keep_revision(_mapper: Mapper[Any], _connection: Connection, revision: GuideRevision) -> None:
    """Refuse to change what people have been led by: another wording is another revision."""
    attributes = inspect(revision).attrs
    changed = sorted(name for name in _LASTING if attributes[name].history.has_changes())
    if revision.published_at is not None and changed:
        raise ValueError(f"guide revision {revision.id} is published and cannot change: {', '.join(changed)}")
