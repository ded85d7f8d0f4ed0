"""Objects for tests: sensible as they are, with the parts that matter to the test given by name."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from knowledge.schema import ArticleItem, CompetitionItem, EntryItem, KnowledgeFile
from knowledge.snapshot import Article, Citation, PublishedEntry, Snapshot

NOW = datetime(2024, 6, 1, 3, tzinfo=UTC)


def an_article(**overrides: Any) -> Article:
    """A portal article as the assistant reads it."""
    fields: dict[str, Any] = {
        "key": "bai-viet",
        "title": "Bài viết về Nghị quyết 93",
        "url": "https://portal.example/bai-viet.html",
        "published_on": date(2024, 1, 22),
    }
    return Article(**fields | overrides)


def a_citation(**overrides: Any) -> Citation:
    """A passage of `an_article`."""
    fields: dict[str, Any] = {"article": an_article(), "quote": "hỗ trợ một lần sau đầu tư", "section": "chinh-sach"}
    return Citation(**fields | overrides)


def an_entry(**overrides: Any) -> PublishedEntry:
    """A published entry as the assistant reads it."""
    fields: dict[str, Any] = {
        "key": "nq93-hinh-thuc",
        "question": "Hình thức hỗ trợ theo Nghị quyết 93 là gì?",
        "answer": "Hỗ trợ trực tiếp một lần sau đầu tư.",
        "variants": ("Tiền hỗ trợ được chi trước hay sau?",),
        "topic": "chinh-sach",
        "citation": a_citation(),
    }
    return PublishedEntry(**fields | overrides)


def a_snapshot(*entries: PublishedEntry, version: int = 1) -> Snapshot:
    """What the assistant may say; `an_entry` when none is given."""
    return Snapshot.of(entries or (an_entry(),), version=version)


def an_article_item(**overrides: Any) -> ArticleItem:
    """An article as the knowledge file holds it."""
    fields: dict[str, Any] = {
        "key": "bai-viet",
        "title": "Bài viết về Nghị quyết 93",
        "url": "https://portal.example/bai-viet.html",
        "published": date(2024, 1, 22),
        "sections": {"chinh-sach": "Chính sách hỗ trợ về hoạt động"},
    }
    return ArticleItem(**fields | overrides)


def an_entry_item(**overrides: Any) -> EntryItem:
    """An entry as the knowledge file holds it."""
    fields: dict[str, Any] = {
        "key": "nq93-hinh-thuc",
        "article": "bai-viet",
        "topic": "chinh-sach",
        "question": "Hình thức hỗ trợ theo Nghị quyết 93 là gì?",
        "answer": "Hỗ trợ trực tiếp một lần sau đầu tư.",
        "variants": ("Tiền hỗ trợ được chi trước hay sau?",),
        "quote": "hỗ trợ một lần sau đầu tư",
        "section": "chinh-sach",
    }
    return EntryItem(**fields | overrides)


def a_competition_item(**overrides: Any) -> CompetitionItem:
    """A contest as the knowledge file holds it: entries until 15/03/2024 17:00, final in May."""
    fields: dict[str, Any] = {
        "key": "cuoc-thi-2024",
        "article": "bai-viet",
        "title": "Cuộc thi 2024",
        "stages": (
            {"key": "nop", "name": "Nộp hồ sơ", "takes_entries": True, "starts": "2024-03-01",
             "ends": "2024-03-15 17:00"},
            {"key": "chung-ket", "name": "Chung kết", "starts": "2024-05"},
        ),
    }  # fmt: skip
    return CompetitionItem(**fields | overrides)


def a_file(*entries: EntryItem, **overrides: Any) -> KnowledgeFile:
    """A knowledge file with one article; with `an_entry_item` when no entry is given."""
    fields: dict[str, Any] = {"articles": (an_article_item(),), "entries": entries or (an_entry_item(),)}
    return KnowledgeFile(**fields | overrides)
