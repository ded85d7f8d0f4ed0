"""What a person does about a flag: confirm with a quote that the page holds, or dismiss."""

from __future__ import annotations

from datetime import timedelta

import pytest

from knowledge import editing, transfer
from knowledge.history import load_entry
from knowledge.portal.tables import FlagState
from knowledge.schema import Status
from knowledge.watching.checking import check
from knowledge.watching.flagging import close_answered, find_flag, open_flags
from knowledge.watching.settling import confirm, dismiss, proposed_quote, resume
from runtime.errors import KnowledgeError
from tests.support.builders import NOW, a_file, an_entry_item
from tests.support.portal import PARAGRAPHS, FakeFetch, a_html_page

URL = "https://portal.example/bai-viet.html"
FIRST, SECOND, THIRD, FOURTH = PARAGRAPHS
CHANGED = SECOND.replace("tối đa là 300", "tối đa là 350")
QUOTE = "Mức hỗ trợ tối đa là 300 triệu đồng cho một dự án."


@pytest.fixture
def database_url(sqlite_url):
    """SQLite alone: what is decided here does not depend on the database."""
    return sqlite_url


async def flagged(db, *pages, quote=QUOTE):
    """Read a page and then others; return the flag on the one entry."""
    await transfer.apply(db, a_file(an_entry_item(key="muc", quote=quote)), NOW)

    async def tell(_session, _checked, _at):
        return None

    for page in (a_html_page(), *pages):
        await check(db, FakeFetch({URL: page}), "bai-viet", now=lambda: NOW, every=timedelta(days=1), tell=tell)
    async with db.reading() as session:
        [flag] = await open_flags(session)
    return flag


async def entry_of(db):
    async with db.reading() as session:
        return await load_entry(session, "muc")


async def test_quote_is_proposed_from_the_new_text(db):
    flag = await flagged(db, a_html_page(FIRST, CHANGED, THIRD, FOURTH))

    assert proposed_quote(flag) == "Mức hỗ trợ tối đa là 350 triệu đồng cho một dự án."


async def test_proposed_quote_is_as_short_as_the_old_one(db):
    flag = await flagged(db, a_html_page(FIRST, CHANGED, THIRD, FOURTH), quote="tối đa là 300 triệu đồng")

    assert proposed_quote(flag) == "tối đa là 350 triệu đồng"


async def test_quote_that_still_stands_is_proposed_as_it_is(db):
    flag = await flagged(db, a_html_page(FIRST, SECOND.replace("sau đầu tư", "trước đầu tư"), THIRD, FOURTH))

    assert proposed_quote(flag) == QUOTE


async def test_nothing_is_proposed_for_a_paragraph_that_vanished(db):
    assert proposed_quote(await flagged(db, a_html_page(FIRST, THIRD, FOURTH))) == ""


async def test_confirmed_quote_waits_for_approval_while_the_entry_goes_on(db):
    flag = await flagged(db, a_html_page(FIRST, CHANGED, THIRD, FOURTH))

    async with db.transaction() as session:
        settled = await confirm(session, flag.id, quote=proposed_quote(flag), by="lan", now=NOW, note="câu trích")

    entry = await entry_of(db)
    assert (settled.entry, settled.revision) == ("muc", 2)
    assert (entry.status, entry.published, entry.line.is_waiting) == (Status.PUBLISHED, 1, True)
    assert entry.item.quote == "Mức hỗ trợ tối đa là 350 triệu đồng cho một dự án."


async def test_quote_that_stands_is_confirmed_without_a_new_revision(db):
    flag = await flagged(db, a_html_page(FIRST, SECOND.replace("sau đầu tư", "trước đầu tư"), THIRD, FOURTH))

    async with db.transaction() as session:
        settled = await confirm(session, flag.id, quote=QUOTE, by="lan", now=NOW, note="câu trích")

    assert settled.revision == 0
    assert (await entry_of(db)).latest == 1


@pytest.mark.parametrize("quote", ["", QUOTE, "một câu không có trên trang"])
async def test_quote_that_the_page_does_not_hold_is_refused(db, quote):
    flag = await flagged(db, a_html_page(FIRST, CHANGED, THIRD, FOURTH))

    with pytest.raises(KnowledgeError):
        async with db.transaction() as session:
            await confirm(session, flag.id, quote=quote, by="lan", now=NOW, note="câu trích")

    async with db.reading() as session:
        assert (await find_flag(session, flag.id)).state is FlagState.OPEN


async def test_entry_of_a_page_that_came_back_speaks_again_when_a_person_says_so(db):
    flag = await flagged(db, 404, 404, a_html_page())
    assert flag.status is Status.SUSPENDED

    async with db.transaction() as session:
        await resume(session, flag.id, by="lan", now=NOW)

    assert (await entry_of(db)).status is Status.PUBLISHED


async def test_entry_of_a_page_that_stays_away_cannot_speak_again(db):
    flag = await flagged(db, 404, 404)

    with pytest.raises(KnowledgeError):
        async with db.transaction() as session:
            await resume(session, flag.id, by="lan", now=NOW)
    assert (await entry_of(db)).status is Status.SUSPENDED


async def test_dismissing_touches_no_entry(db):
    flag = await flagged(db, 404, 404)

    async with db.transaction() as session:
        await dismiss(session, flag.id, by="lan", now=NOW)

    assert (await entry_of(db)).status is Status.SUSPENDED
    async with db.reading() as session:
        assert (await find_flag(session, flag.id)).state is FlagState.DISMISSED


async def test_flag_goes_once_the_entry_is_published_with_a_quote_that_the_page_holds(db):
    flag = await flagged(db, a_html_page(FIRST, CHANGED, THIRD, FOURTH))
    entry = await entry_of(db)
    item = entry.item.model_copy(update={"quote": CHANGED, "answer": "Tối đa 350 triệu đồng."})

    async with db.transaction() as session:
        await editing.revise(session, item, now=NOW)
        await close_answered(session, now=NOW)
        assert (await find_flag(session, flag.id)).state is FlagState.OPEN
        await editing.publish(session, "muc", now=NOW + timedelta(minutes=1))
        await close_answered(session, now=NOW)

        assert (await find_flag(session, flag.id)).state is FlagState.CONFIRMED


async def test_flag_stays_when_the_entry_is_published_with_its_old_quote(db):
    flag = await flagged(db, a_html_page(FIRST, CHANGED, THIRD, FOURTH))
    entry = await entry_of(db)

    async with db.transaction() as session:
        await editing.revise(session, entry.item.model_copy(update={"answer": "Khác."}), now=NOW)
        await editing.publish(session, "muc", now=NOW + timedelta(minutes=1))
        await close_answered(session, now=NOW)

        assert (await find_flag(session, flag.id)).state is FlagState.OPEN


async def test_flag_that_somebody_closed_cannot_be_confirmed(db):
    flag = await flagged(db, a_html_page(FIRST, CHANGED, THIRD, FOURTH))
    async with db.transaction() as session:
        await dismiss(session, flag.id, by="minh", now=NOW)

    with pytest.raises(KnowledgeError):
        async with db.transaction() as session:
            await confirm(session, flag.id, quote=CHANGED, by="lan", now=NOW, note="câu trích")
    assert (await entry_of(db)).latest == 1
