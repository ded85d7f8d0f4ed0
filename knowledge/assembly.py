"""From rows to the items of the knowledge file: which revision of an entry counts, and how it is put together."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, TypeAlias

from sqlalchemy import ColumnElement, Row, Select, Subquery, and_, case, func, select

from knowledge.buttons import button_of
from knowledge.schema import ArticleItem, EntryItem, KnowledgeFile, Status
from knowledge.tables import Citation, Entry, Revision, Variant

AnyRow: TypeAlias = Row[*tuple[Any, ...]]
AnySelect: TypeAlias = Select[*tuple[Any, ...]]


def current_revisions(*, only_published: bool) -> Subquery:
    """Select entry_id, revision_id and the number of revisions: published entries by what is published."""
    is_spoken: ColumnElement[bool] = and_(Entry.status == Status.PUBLISHED, Entry.published_revision_id.is_not(None))
    if only_published:
        statement = select(Entry.id.label("entry_id"), Entry.published_revision_id.label("revision_id"))
        return statement.where(is_spoken).subquery()
    newest = func.max(Revision.id)  # ids grow with the numbers of an entry's revisions
    return (
        select(
            Entry.id.label("entry_id"),
            case((is_spoken, Entry.published_revision_id), else_=newest).label("revision_id"),
            func.count(Revision.id).label("revisions"),
        )
        .join(Revision, Revision.entry_id == Entry.id)
        .group_by(Entry.id)
        .subquery()
    )


def entries_of(current: Subquery) -> AnySelect:
    """Select what chosen revisions and their entries hold, in the order of the entries."""
    return (
        select(
            Revision.id,
            Entry.key,
            Entry.topic,
            Entry.status,
            Revision.question,
            Revision.answer,
            Revision.answer_full,
            Revision.short_title,
            Revision.valid_from,
            Revision.valid_until,
            Revision.related,
            Revision.must_not_match,
            Revision.not_covered,
            Revision.buttons,
            Revision.audience,
            Revision.document,
            Revision.on_expiry,
            Revision.successor,
            Entry.owner,
            Entry.review_on,
        )
        .join(current, current.c.entry_id == Entry.id)
        .join(Revision, Revision.id == current.c.revision_id)
        .order_by(Entry.position, Entry.id)
    )


def variants_of(current: Subquery) -> AnySelect:
    """Select revision_id and text of the variants of chosen revisions, in order."""
    return (
        select(Variant.revision_id, Variant.text)
        .join(current, current.c.revision_id == Variant.revision_id)
        .order_by(Variant.revision_id, Variant.position)
    )


def citations_of(current: Subquery) -> AnySelect:
    """Select citations so that the first of a revision comes last and stays: the file and the reply show one."""
    return (
        select(Citation.revision_id, Citation.article_id, Citation.quote, Citation.section)
        .join(current, current.c.revision_id == Citation.revision_id)
        .order_by(Citation.revision_id, Citation.position.desc())
    )


def assemble(
    articles: Sequence[AnyRow],
    variants: Sequence[AnyRow],
    citations: Sequence[AnyRow],
    entries: Sequence[AnyRow],
) -> KnowledgeFile:
    """Put the rows of the selections above together, with the rows of all articles."""
    keys = {article.id: article.key for article in articles}
    texts: defaultdict[int, list[str]] = defaultdict(list)
    for revision_id, text in variants:
        texts[revision_id].append(text)
    passages = {row.revision_id: row for row in citations}
    return KnowledgeFile(
        articles=tuple(_article_item(row) for row in articles),
        entries=tuple(_entry_item(row, texts.get(row.id, ()), passages.get(row.id), keys) for row in entries),
    )


def _article_item(row: AnyRow) -> ArticleItem:
    return ArticleItem.model_construct(
        key=row.key,
        title=row.title,
        url=row.url,
        published=row.published_on,
        author=row.author,
        portal=row.portal,
        as_of=row.as_of,
        sections=row.sections,
    )


def _entry_item(
    row: AnyRow, variants: Iterable[str], citation: AnyRow | None, articles: Mapping[int, str]
) -> EntryItem:
    """Rebuild the item as it was accepted, without checking it again: old rows must stay readable under new rules."""
    return EntryItem.model_construct(
        key=row.key,
        article=articles.get(citation.article_id, "") if citation else "",
        topic=row.topic,
        status=None if row.status is Status.PUBLISHED else row.status,
        question=row.question,
        variants=tuple(variants),
        answer=row.answer,
        answer_full=row.answer_full,
        short_title=row.short_title,
        section=citation.section if citation else "",
        quote=citation.quote if citation else "",
        valid_from=row.valid_from,
        valid_until=row.valid_until,
        related=tuple(row.related),
        must_not_match=tuple(row.must_not_match),
        not_covered=tuple(row.not_covered),
        buttons=tuple(button_of(line) for line in row.buttons),
        audience=row.audience,
        document=row.document,
        on_expiry=row.on_expiry,
        successor=row.successor,
        owner=row.owner,
        review_on=row.review_on,
    )
