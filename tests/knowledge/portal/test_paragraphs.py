"""Stored paragraphs: what stands on the page now, what vanished, and the text that comes with the program."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select

from knowledge import transfer
from knowledge.portal.paragraphs import STARTER_ARTICLE, keep, stored_text
from knowledge.portal.tables import Paragraph
from knowledge.portal.text import holds
from knowledge.tables import Article
from tests.support.builders import NOW, a_file

LATER = NOW + timedelta(days=1)


async def an_article_id(db) -> int:
    await transfer.apply(db, a_file(), NOW)
    async with db.reading() as session:
        return await session.scalar(select(Article.id))


async def read(db, article_id, *texts, at=NOW):
    async with db.transaction() as session:
        await keep(session, article_id, texts, now=at)
    async with db.reading() as session:
        return await stored_text(session, "bai-viet")


async def test_text_is_read_back_in_order(db):
    article = await an_article_id(db)

    assert await read(db, article, "một", "hai", "một") == ["một", "hai", "một"]


async def test_next_reading_replaces_what_the_page_no_longer_says(db):
    article = await an_article_id(db)
    await read(db, article, "một", "hai")

    assert await read(db, article, "hai", "ba", at=LATER) == ["hai", "ba"]


async def test_paragraph_remembers_when_it_was_seen_and_when_it_vanished(db):
    article = await an_article_id(db)
    await read(db, article, "một", "hai")
    await read(db, article, "hai", at=LATER)

    async with db.reading() as session:
        rows = {row.text: row for row in await session.scalars(select(Paragraph))}

    assert (rows["một"].last_seen_at, rows["một"].vanished_at) == (NOW, LATER)
    assert (rows["hai"].first_seen_at, rows["hai"].last_seen_at, rows["hai"].vanished_at) == (NOW, LATER, None)


async def test_unknown_article_has_no_text(db):
    async with db.reading() as session:
        assert await stored_text(session, "khong-co") == []


async def test_starter_article_has_its_text_from_the_first_start(db):
    await transfer.load_starter(db, NOW)

    async with db.reading() as session:
        text = await stored_text(session, STARTER_ARTICLE)

    assert not [item.key for item in transfer.starter_file().entries if not holds(text, item.quote)]


async def test_starter_article_that_came_with_an_import_gets_its_text_at_the_next_start(db):
    await transfer.apply(db, transfer.starter_file(), NOW)

    assert await transfer.load_starter(db, LATER) is None

    async with db.reading() as session:
        assert len(await stored_text(session, STARTER_ARTICLE)) > 30


async def test_starter_text_is_never_written_over_a_newer_reading(db):
    await transfer.load_starter(db, NOW)
    async with db.transaction() as session:
        article = await session.scalar(select(Article.id).where(Article.key == STARTER_ARTICLE))
        await keep(session, article, ["Trang đã đổi."], now=LATER)

    await transfer.load_starter(db, LATER)

    async with db.reading() as session:
        assert await stored_text(session, STARTER_ARTICLE) == ["Trang đã đổi."]
