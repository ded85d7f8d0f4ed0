"""Where eligibility guides are kept: guides, and their immutable revisions as the knowledge file holds them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Enum, ForeignKey, String, Text, UniqueConstraint, event, inspect
from sqlalchemy.orm import Mapped, Mapper, mapped_column

from knowledge.schema import Status
from runtime.database import Base, Json, UtcDateTime

_STATUS = Enum(Status, native_enum=False, length=16, values_callable=lambda kinds: [kind.value for kind in kinds])
_LASTING = frozenset({"number", "content", "guide_id"})


class GuideRow(Base):
    """An eligibility guide. What it asks and says lies in its revisions."""

    __tablename__ = "guides"

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(120), unique=True)
    status: Mapped[Status] = mapped_column(_STATUS, default=Status.DRAFT, server_default=Status.DRAFT.value)
    published_revision_id: Mapped[int | None] = mapped_column(
        ForeignKey("guide_revisions.id", use_alter=True, name="fk_guides_published_revision_id_guide_revisions"),
        index=True,
    )


class GuideRevision(Base):
    """One numbered version of a guide. Once published it never changes; people finish on the one they began.

    `withdrawn_at`: from then on nobody is led by it any more, not even those who had begun.
    """

    __tablename__ = "guide_revisions"
    __table_args__ = (UniqueConstraint("guide_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    guide_id: Mapped[int] = mapped_column(ForeignKey("guides.id"))
    number: Mapped[int]
    content: Mapped[dict[str, Any]] = mapped_column(Json)
    change_note: Mapped[str] = mapped_column(Text, default="", server_default="")
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    published_at: Mapped[datetime | None] = mapped_column(UtcDateTime, active_history=True)
    withdrawn_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


@event.listens_for(GuideRevision, "before_update")
def _keep_revision(_mapper: Mapper[Any], _connection: Connection, revision: GuideRevision) -> None:
    """Refuse to change what people have been led by: another wording is another revision."""
    attributes = inspect(revision).attrs
    changed = sorted(name for name in _LASTING if attributes[name].history.has_changes())
    if revision.published_at is not None and changed:
        raise ValueError(f"guide revision {revision.id} is published and cannot change: {', '.join(changed)}")
