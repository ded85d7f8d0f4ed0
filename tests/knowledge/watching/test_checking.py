"""A look at a page: what is kept, flagged, suspended and withdrawn. On PostgreSQL see tests/scenarios."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from knowledge import editing, listing, transfer
from knowledge.portal.paragraphs import stored_text
from knowledge.portal.tables import ArticleCheck, Change, FlagState
from knowledge.schema import Status
from knowledge.watching.checking import RETRY, check
from knowledge.watching.flagging import count_open, find_flag, open_flags, settle
from runtime.clock import FixedClock
from runtime.errors import KnowledgeError, PortalError
from tests.support.builders import NOW, a_file, an_entry_item
from tests.support.portal import PARAGRAPHS, FakeFetch, a_html_page

URL = "https://portal.example/bai-viet.html"
DAY = timedelta(days=1)
FIRST, SECOND, THIRD, FOURTH = PARAGRAPHS
AMOUNT = an_entry_item(key="muc", question="Mức hỗ trợ là bao nhiêu?", quote="Mức hỗ trợ tối đa là 300 triệu đồng")
DATE = an_entry_item(key="han", question="Hạn nộp hồ sơ là khi nào?", quote="trước ngày 30/9 hằng năm")
ELSEWHERE = an_entry_item(key="khac", question="Câu hỏi khác?", article="", quote="")


@pytest.fixture
def database_url(sqlite_url):
    """SQLite alone: what is decided here does not depend on the database."""
    return sqlite_url


class Watch:
    """An article under watch in a database, with the page it is read from."""

    def __init__(self, db) -> None:
        self.db = db
        self.fetch = FakeFetch({URL: a_html_page()})
        self.clock = FixedClock(NOW)
        self.told = []

    async def look(self, page=None, *, after=DAY):
        if page is not None:
            self.fetch.pages[URL] = page
        self.clock.advance(after)
        return await check(self.db, self.fetch, "bai-viet", now=self.clock.now, every=DAY, tell=self._tell)

    async def _tell(self, session, checked, at) -> None:
        self.told.append(checked)

    async def flags(self):
        async with self.db.reading() as session:
            return await open_flags(session)

    async def state(self) -> ArticleCheck:
        async with self.db.reading() as session:
            return (await session.scalars(select(ArticleCheck))).one()

    async def status(self, key) -> Status:
        async with self.db.reading() as session:
            return {line.key: line.status for line in await listing.list_entries(session)}[key]


@pytest.fixture
async def watch(db):
    await transfer.apply(db, a_file(AMOUNT, DATE, ELSEWHERE), NOW)
    watch = Watch(db)
    await watch.look()
    return watch


async def test_first_look_keeps_the_text_and_flags_nothing(watch):
    async with watch.db.reading() as session:
        assert await stored_text(session, "bai-viet") == list(PARAGRAPHS)
    assert (watch.told[0].outcome, watch.told[0].unquoted) == ("first", ())
    assert await watch.flags() == []


async def test_first_look_names_the_entries_whose_quote_the_page_does_not_hold(db):
    await transfer.apply(db, a_file(AMOUNT.model_copy(update={"quote": "999 triệu đồng"}), DATE), NOW)

    assert (await Watch(db).look()).unquoted == ("muc",)


async def test_view_counter_flags_nothing(watch):
    assert (await watch.look(a_html_page(views=9_999))).outcome == "unchanged"


async def test_changed_sentence_flags_exactly_its_entries(watch):
    changed = SECOND.replace("300", "200")

    checked = await watch.look(a_html_page(FIRST, changed, THIRD, FOURTH))

    [flag] = await watch.flags()
    assert checked.flagged == ("muc",)
    assert (flag.entry, flag.change, flag.old_text, flag.new_text) == ("muc", Change.CHANGED, SECOND, changed)
    assert await watch.status("muc") is Status.PUBLISHED


async def test_second_change_updates_the_open_flag(watch):
    await watch.look(a_html_page(FIRST, SECOND.replace("300", "200"), THIRD, FOURTH))
    await watch.look(a_html_page(FIRST, SECOND.replace("300", "100"), THIRD, FOURTH))

    [flag] = await watch.flags()
    assert flag.old_text == SECOND
    assert "100 triệu" in flag.new_text


async def test_flag_is_withdrawn_when_the_page_says_again_what_it_said(watch):
    await watch.look(a_html_page(FIRST, SECOND.replace("300", "200"), THIRD, FOURTH))

    assert (await watch.look(a_html_page())).withdrawn == ("muc",)
    assert await watch.flags() == []


async def test_flag_that_was_settled_is_not_raised_again_by_the_same_page(watch):
    page = a_html_page(FIRST, SECOND.replace("300", "200"), THIRD, FOURTH)
    await watch.look(page)
    [flag] = await watch.flags()
    async with watch.db.transaction() as session:
        await settle(session, flag.id, FlagState.DISMISSED, by="lan", now=NOW)

    await watch.look(page)

    assert await watch.flags() == []


async def test_page_that_is_gone_once_changes_nothing(watch):
    checked = await watch.look(404)

    assert (checked.outcome, checked.suspended) == ("gone", ())
    assert await watch.status("muc") is Status.PUBLISHED


@pytest.mark.parametrize("status", [404, 410])
async def test_page_that_is_gone_twice_suspends_its_entries(watch, status):
    before = await watch.status("khac")
    await watch.look(status)

    checked = await watch.look(status)

    assert checked.suspended == ("muc", "han")
    assert [(flag.entry, flag.change) for flag in await watch.flags()] == [
        ("muc", Change.PAGE_GONE),
        ("han", Change.PAGE_GONE),
    ]
    assert await watch.status("muc") is Status.SUSPENDED
    assert await watch.status("khac") is before


async def test_page_that_stays_gone_leaves_alone_what_a_person_let_speak_again(watch):
    await watch.look(404)
    await watch.look(404)
    async with watch.db.transaction() as session:
        await editing.resume(session, "muc", now=NOW)

    assert (await watch.look(404)).suspended == ()
    assert await watch.status("muc") is Status.PUBLISHED
    assert await watch.status("han") is Status.SUSPENDED


async def test_page_that_comes_back_between_two_looks_suspends_nothing(watch):
    await watch.look(404)
    await watch.look(a_html_page())

    assert (await watch.look(404)).suspended == ()


async def test_page_that_comes_back_leaves_the_suspended_entries_to_a_person(watch):
    await watch.look(404)
    await watch.look(404)

    await watch.look(a_html_page())

    flag = (await watch.flags())[0]
    assert (flag.has_suspended, flag.is_quote_intact) == (True, True)
    assert await watch.status("muc") is Status.SUSPENDED


@pytest.mark.parametrize(
    ("answer", "problem"),
    [
        pytest.param(500, "status", id="server error"),
        pytest.param(403, "status", id="forbidden"),
        pytest.param(PortalError("timeout", "slow"), "timeout", id="slow"),
        pytest.param("<html><body></body></html>", "empty", id="nothing on the page"),
    ],
)
async def test_failed_look_is_noted_and_repeated_soon(watch, answer, problem):
    checked = await watch.look(answer)

    state = await watch.state()
    assert (checked.outcome, checked.problem) == ("failed", problem)
    assert (state.failures, state.problem, state.due_at) == (1, problem, watch.clock.now() + RETRY)
    assert await watch.flags() == []


async def test_portal_that_stays_away_is_asked_at_the_usual_interval_again(watch):
    for _ in range(4):
        await watch.look(500)

    assert (await watch.state()).due_at == watch.clock.now() + DAY


async def test_notice_of_maintenance_flags_nothing_until_it_is_seen_twice(watch):
    notice = a_html_page("Hệ thống đang được bảo trì, xin quý vị vui lòng quay lại sau.", title="Thông báo")

    assert (await watch.look(notice)).outcome == "strange"
    assert await watch.flags() == []
    assert (await watch.look(notice)).flagged == ("muc", "han")


async def test_good_look_ends_a_row_of_failures(watch):
    await watch.look(500)
    await watch.look(a_html_page())

    state = await watch.state()
    assert (state.failures, state.gone, state.problem, state.http_status) == (0, 0, "", 200)
    assert state.due_at == watch.clock.now() + DAY


async def test_page_is_asked_for_by_its_etag_and_unchanged_is_believed(watch):
    checked = await watch.look(304)

    assert watch.fetch.asked[-1] == (URL, '"1"', "")
    assert checked.outcome == "unchanged"


async def test_unknown_article_is_an_error(db):
    with pytest.raises(KnowledgeError):
        await Watch(db).look()


async def test_flag_is_settled_once(watch):
    await watch.look(a_html_page(FIRST, SECOND.replace("300", "200"), THIRD, FOURTH))
    [flag] = await watch.flags()
    async with watch.db.transaction() as session:
        await settle(session, flag.id, FlagState.CONFIRMED, by="lan", now=NOW)

    with pytest.raises(KnowledgeError):
        async with watch.db.transaction() as session:
            await settle(session, flag.id, FlagState.DISMISSED, by="minh", now=NOW)

    async with watch.db.reading() as session:
        assert (await find_flag(session, flag.id)).state is FlagState.CONFIRMED
        assert await count_open(session) == 0
