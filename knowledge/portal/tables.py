"""What is kept of an article: its paragraphs, how the last look at its page went, and what a change touches."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import Enum, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from runtime.database import Base, UtcDateTime


class Change(StrEnum):
    """What happened to the paragraph that an entry quotes."""

    CHANGED = "changed"
    VANISHED = "vanished"
    PAGE_GONE = "page_gone"


class FlagState(StrEnum):
    """What became of a flag. `withdrawn`: the page says again what it said."""

    OPEN = "open"
    CONFIRMED = "confirmed"
    DISMISSED = "dismissed"
    WITHDRAWN = "withdrawn"


class Paragraph(Base):
    """One paragraph of an article. `vanished_at` None: it stands on the page as last read, at `position`."""

    __tablename__ = "paragraphs"

    id: Mapped[int] = mapped_column(primary_key=True)
    article_id: Mapped[int] = mapped_column(ForeignKey("articles.id"), index=True)
    position: Mapped[int]
    text: Mapped[str] = mapped_column(Text)
    digest: Mapped[str] = mapped_column(String(64))
    first_seen_at: Mapped[datetime] = mapped_column(UtcDateTime)
    last_seen_at: Mapped[datetime] = mapped_column(UtcDateTime)
    vanished_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class ArticleCheck(Base):
    """How the last look at an article's page went, and when the next is due (None: the page is not watched).

    `failures` and `gone` count looks in a row: any that failed, and those that found no page (404, 410). `problem` is
    a word for why the last one failed, "" when it did not.
    """

    __tablename__ = "article_checks"

    article_id: Mapped[int] = mapped_column(ForeignKey("articles.id"), primary_key=True, autoincrement=False)
    due_at: Mapped[datetime | None] = mapped_column(UtcDateTime, index=True)
    checked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    http_status: Mapped[int | None]
    etag: Mapped[str] = mapped_column(Text, default="", server_default="")
    last_modified: Mapped[str] = mapped_column(Text, default="", server_default="")
    failures: Mapped[int] = mapped_column(default=0, server_default="0")
    gone: Mapped[int] = mapped_column(default=0, server_default="0")
    problem: Mapped[str] = mapped_column(Text, default="", server_default="")


def _words(kind: type[StrEnum]) -> Enum:
    return Enum(kind, native_enum=False, length=16, values_callable=lambda members: [each.value for each in members])


class ArticleFlag(Base):
    """An entry whose quoted paragraph changed or vanished. `quote` is what the entry quoted when it was raised."""

    __tablename__ = "article_flags"
    __table_args__ = (
        # one open flag for an entry and an article: a second change updates it
        Index(
            "uq_article_flags_open",
            "entry_id",
            "article_id",
            unique=True,
            sqlite_where=text("state = 'open'"),
            postgresql_where=text("state = 'open'"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    article_id: Mapped[int] = mapped_column(ForeignKey("articles.id"), index=True)
    entry_id: Mapped[int] = mapped_column(ForeignKey("entries.id"), index=True)
    change: Mapped[Change] = mapped_column(_words(Change))
    state: Mapped[FlagState] = mapped_column(_words(FlagState), index=True)
    quote: Mapped[str] = mapped_column(Text)
    old_text: Mapped[str] = mapped_column(Text)
    new_text: Mapped[str] = mapped_column(Text, default="", server_default="")
    is_quote_intact: Mapped[bool] = mapped_column(default=False, server_default="0")
    has_suspended: Mapped[bool] = mapped_column(default=False, server_default="0")
    raised_at: Mapped[datetime] = mapped_column(UtcDateTime)
    settled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    settled_by: Mapped[str] = mapped_column(Text, default="", server_default="")
