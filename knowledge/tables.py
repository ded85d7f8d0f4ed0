"""Where curated knowledge is kept: articles, entries, their immutable revisions, and the counter of publications."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    Connection,
    Date,
    Enum,
    ForeignKey,
    String,
    Text,
    UniqueConstraint,
    event,
    inspect,
    select,
)
from sqlalchemy.orm import Mapped, Mapper, mapped_column, relationship

from knowledge.schema import Status
from knowledge.snapshot import OnExpiry
from runtime.database import Base, Json, UtcDateTime

_STATUS = Enum(Status, native_enum=False, length=16, values_callable=lambda kinds: [kind.value for kind in kinds])
_ON_EXPIRY = Enum(OnExpiry, native_enum=False, length=16, values_callable=lambda kinds: [kind.value for kind in kinds])


class Article(Base):
    """A page of the portal that entries quote."""

    __tablename__ = "articles"

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(120), unique=True)
    title: Mapped[str] = mapped_column(Text)
    url: Mapped[str] = mapped_column(Text)
    published_on: Mapped[date | None] = mapped_column(Date)
    author: Mapped[str] = mapped_column(Text, default="", server_default="")
    portal: Mapped[str] = mapped_column(Text, default="", server_default="")
    as_of: Mapped[date | None] = mapped_column(Date)
    sections: Mapped[dict[str, str]] = mapped_column(Json, default=dict, server_default="{}")


class Entry(Base):
    """One curated question. What it says lies in its revisions; `published_revision_id` is the one in use.

    `search_text` holds the words of its latest revision without marks and case, for staff's search.
    """

    __tablename__ = "entries"

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(120), unique=True)
    topic: Mapped[str] = mapped_column(Text, default="", server_default="")
    status: Mapped[Status] = mapped_column(_STATUS, default=Status.DRAFT, server_default=Status.DRAFT.value)
    position: Mapped[int] = mapped_column(default=0, server_default="0")
    owner: Mapped[str] = mapped_column(Text, default="", server_default="")
    review_on: Mapped[date | None] = mapped_column(Date)
    search_text: Mapped[str] = mapped_column(Text, default="", server_default="")
    published_revision_id: Mapped[int | None] = mapped_column(
        ForeignKey("revisions.id", use_alter=True, name="fk_entries_published_revision_id_revisions"), index=True
    )

    published_revision: Mapped[Revision | None] = relationship(
        foreign_keys=[published_revision_id], post_update=True, lazy="raise"
    )


class Revision(Base):
    """One numbered wording of an entry. Once published it never changes.

    `valid_from` and `valid_until` are Vietnam dates, both included, as in the knowledge file. `section`, `quote` and
    the article stand in its citations. People are named as the console names them; "" stands for an import.
    `submitted_at`: it waits for approval; `review_note`: what the approver said when sending it back.
    """

    __tablename__ = "revisions"
    __table_args__ = (UniqueConstraint("entry_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    entry_id: Mapped[int] = mapped_column(ForeignKey("entries.id"))
    number: Mapped[int]
    question: Mapped[str] = mapped_column(Text)
    answer: Mapped[str] = mapped_column(Text)
    answer_full: Mapped[str] = mapped_column(Text, default="", server_default="")
    short_title: Mapped[str] = mapped_column(Text, default="", server_default="")
    valid_from: Mapped[date | None] = mapped_column(Date)
    valid_until: Mapped[date | None] = mapped_column(Date)
    related: Mapped[list[str]] = mapped_column(Json, default=list, server_default="[]")
    must_not_match: Mapped[list[str]] = mapped_column(Json, default=list, server_default="[]")
    not_covered: Mapped[list[str]] = mapped_column(Json, default=list, server_default="[]")
    buttons: Mapped[list[str]] = mapped_column(Json, default=list, server_default="[]")
    audience: Mapped[str] = mapped_column(Text, default="", server_default="")
    document: Mapped[str] = mapped_column(Text, default="", server_default="")
    on_expiry: Mapped[OnExpiry] = mapped_column(_ON_EXPIRY, default=OnExpiry.WARN, server_default=OnExpiry.WARN.value)
    successor: Mapped[str] = mapped_column(String(120), default="", server_default="")
    author: Mapped[str] = mapped_column(String(255), default="", server_default="")
    change_note: Mapped[str] = mapped_column(Text, default="", server_default="")
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    submitted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    submitted_by: Mapped[str] = mapped_column(String(255), default="", server_default="")
    review_note: Mapped[str] = mapped_column(Text, default="", server_default="")
    approved_by: Mapped[str] = mapped_column(String(255), default="", server_default="")
    published_at: Mapped[datetime | None] = mapped_column(UtcDateTime, active_history=True)

    entry: Mapped[Entry] = relationship(foreign_keys=[entry_id], lazy="raise")
    variants: Mapped[list[Variant]] = relationship(back_populates="revision", order_by="Variant.position", lazy="raise")
    citations: Mapped[list[Citation]] = relationship(
        back_populates="revision", order_by="Citation.position", lazy="raise"
    )


class Variant(Base):
    """One more way to ask the question of a revision."""

    __tablename__ = "variants"
    __table_args__ = (UniqueConstraint("revision_id", "position"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    revision_id: Mapped[int] = mapped_column(ForeignKey("revisions.id"))
    position: Mapped[int]
    text: Mapped[str] = mapped_column(Text)

    revision: Mapped[Revision] = relationship(back_populates="variants", lazy="raise")


class Citation(Base):
    """A passage that carries an answer. Without an article it is kept, but not shown."""

    __tablename__ = "citations"
    __table_args__ = (UniqueConstraint("revision_id", "position"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    revision_id: Mapped[int] = mapped_column(ForeignKey("revisions.id"))
    article_id: Mapped[int | None] = mapped_column(ForeignKey("articles.id"), index=True)
    position: Mapped[int] = mapped_column(default=0, server_default="0")
    quote: Mapped[str] = mapped_column(Text, default="", server_default="")
    section: Mapped[str] = mapped_column(Text, default="", server_default="")

    revision: Mapped[Revision] = relationship(back_populates="citations", lazy="raise")


class Draft(Base):
    """What a person is writing and has not saved: the fields of the form as they stand, kept so that nothing is lost.

    `entry_key` is "" for an entry that does not exist yet; `base` is the number of the revision they started from.
    """

    __tablename__ = "drafts"
    __table_args__ = (UniqueConstraint("entry_key", "author"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    entry_key: Mapped[str] = mapped_column(String(120))
    author: Mapped[str] = mapped_column(String(255))
    base: Mapped[int]
    fields: Mapped[dict[str, str]] = mapped_column(Json)
    saved_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Term(Base):
    """A word of the staff lexicon: an abbreviation, a synonym or an old name, with the days on which it holds.

    `weight` is 0.0-1.0: how surely the term means that. Both dates are included, as in a revision. `changed_by` names
    people as a revision does; None and "": changed before that was kept.
    """

    __tablename__ = "terms"
    __table_args__ = (UniqueConstraint("term", "meaning"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    term: Mapped[str] = mapped_column(Text)
    meaning: Mapped[str] = mapped_column(Text)
    kind: Mapped[str] = mapped_column(String(32))
    weight: Mapped[float] = mapped_column(default=1.0, server_default="1.0")
    valid_from: Mapped[date | None] = mapped_column(Date)
    valid_until: Mapped[date | None] = mapped_column(Date)
    changed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    changed_by: Mapped[str] = mapped_column(String(255), default="", server_default="")


class Publication(Base):
    """The one row that says which version of the knowledge is current. Every published edit adds one to it.

    `caution`: the share of wrong answers that staff allow at most; None: the assistant's own thresholds.
    """

    __tablename__ = "publication"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    version: Mapped[int] = mapped_column(default=0, server_default="0")
    published_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    calibration: Mapped[dict[str, Any] | None] = mapped_column(Json)
    caution: Mapped[float | None]


@event.listens_for(Revision, "before_update")
def _keep_revision(_mapper: Mapper[Any], _connection: Connection, revision: Revision) -> None:
    """Refuse to change what has been said in public: a new wording is a new revision."""
    attributes = inspect(revision).attrs
    history = attributes["published_at"].history
    was_published = any(history.deleted) if history.has_changes() else revision.published_at is not None
    changed = [each.key for each in inspect(Revision).column_attrs if attributes[each.key].history.has_changes()]
    if was_published and changed:
        raise ValueError(f"revision {revision.id} is published and cannot change: {', '.join(changed)}")


@event.listens_for(Variant, "before_update")
@event.listens_for(Variant, "before_delete")
@event.listens_for(Citation, "before_update")
@event.listens_for(Citation, "before_delete")
def _keep_part(_mapper: Mapper[Any], connection: Connection, part: Variant | Citation) -> None:
    """Refuse to change the variants and citations of a published revision."""
    if connection.scalar(select(Revision.published_at).where(Revision.id == part.revision_id)) is not None:
        raise ValueError(f"revision {part.revision_id} is published and cannot change")
