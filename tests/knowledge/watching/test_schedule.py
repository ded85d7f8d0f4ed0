"""Articles are looked at when they are due, each once, whichever process comes first. On both databases."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import select

from knowledge import transfer
from knowledge.portal.tables import ArticleCheck
from knowledge.watching.checking import check
from knowledge.watching.schedule import put_under_watch, request_check, stop_watching, take_due, watching
from runtime.clock import FixedClock
from runtime.errors import KnowledgeError
from runtime.settings import PortalSettings
from tests.support.builders import NOW, a_file, an_article_item
from tests.support.portal import FakeFetch, a_html_page

DAY = timedelta(days=1)
URLS = {"mot": "https://portal.example/mot.html", "hai": "https://portal.example/hai.html"}


async def silently(_session, _checked, _at) -> None:
    return None


@pytest.fixture
async def articles(db):
    items = [an_article_item(key=key, url=url) for key, url in URLS.items()]
    await transfer.apply(
        db, a_file(articles=(*items, an_article_item(), an_article_item(key="khong-dia-chi", url=""))), NOW
    )
    return db


async def due(db, at=NOW) -> str:
    async with db.transaction() as session:
        await put_under_watch(session, now=NOW, every=DAY)
        return await take_due(session, now=at)


async def test_every_article_with_an_address_is_due_once(articles):
    taken = [await due(articles) for _ in range(4)]

    assert sorted(taken) == ["", "bai-viet", "hai", "mot"]


async def test_two_processes_never_take_the_same_article(articles):
    """The lane keeps them apart; should it be lost, this does."""
    await due(articles)

    taken = await asyncio.gather(*(due(articles) for _ in range(6)))

    assert len([key for key in taken if key]) == len({key for key in taken if key}) == 2


async def test_article_whose_process_died_is_due_again(articles):
    first = await due(articles)

    assert first in {await due(articles, at=NOW + timedelta(minutes=6)) for _ in range(3)}


async def test_article_whose_text_is_known_waits_for_its_time(db):
    await transfer.load_starter(db, NOW)

    assert await due(db) == ""
    assert await due(db, at=NOW + DAY) == "dau-an-khcn-dmst-2023"


async def test_chore_looks_at_one_article_each_time_and_then_waits_a_day(articles):
    clock, fetch = FixedClock(NOW), FakeFetch(dict.fromkeys(URLS.values(), a_html_page()))
    chore = watching(articles, clock, fetch, PortalSettings(), silently)

    for _ in range(5):
        await chore.run()
    assert len(fetch.asked) == 3

    clock.advance(DAY)
    await chore.run()
    assert len(fetch.asked) == 4


async def test_articles_that_are_not_watched_are_read_once(articles):
    clock, fetch = FixedClock(NOW), FakeFetch(dict.fromkeys(URLS.values(), a_html_page()))
    chore = watching(articles, clock, fetch, PortalSettings(check_hours=0), silently)
    for _ in range(6):
        await chore.run()
        clock.advance(DAY)

    assert len(fetch.asked) == 3


async def test_article_that_a_person_asks_for_is_next(articles):
    clock, fetch = FixedClock(NOW), FakeFetch(dict.fromkeys(URLS.values(), a_html_page()))
    chore = watching(articles, clock, fetch, PortalSettings(), silently)
    for _ in range(3):
        await chore.run()
    async with articles.transaction() as session:
        await request_check(session, "hai", now=NOW)

    await chore.run()

    assert fetch.asked[-1][0] == URLS["hai"]


async def test_article_taken_off_the_watch_stays_off_until_a_person_wants_it_back(articles):
    clock, fetch = FixedClock(NOW), FakeFetch(dict.fromkeys(URLS.values(), a_html_page()))
    chore = watching(articles, clock, fetch, PortalSettings(), silently)
    async with articles.transaction() as session:
        await put_under_watch(session, now=NOW, every=DAY)
        await stop_watching(session, "hai")

    for _ in range(3):
        await chore.run()
    await check(articles, fetch, "hai", now=clock.now, every=DAY, tell=silently)
    clock.advance(DAY)
    for _ in range(3):
        await chore.run()
    looked = [url for url, *_ in fetch.asked].count(URLS["hai"])
    async with articles.transaction() as session:
        await request_check(session, "hai", now=clock.now())
    await chore.run()
    clock.advance(DAY)
    for _ in range(3):
        await chore.run()

    assert looked == 1, "the look that a person took"
    assert [url for url, *_ in fetch.asked].count(URLS["hai"]) == 3


async def test_an_article_that_is_not_there_is_not_taken_off(articles):
    async with articles.transaction() as session:
        with pytest.raises(KnowledgeError, match="no article"):
            await stop_watching(session, "khong-co")


async def test_article_without_an_address_cannot_be_asked_for(articles):
    async with articles.transaction() as session:
        await request_check(session, "khong-dia-chi", now=NOW)

    async with articles.reading() as session:
        assert (await session.scalars(select(ArticleCheck))).all() == []
