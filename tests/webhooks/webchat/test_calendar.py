"""The public calendar: a page and files, from what is published and the clock."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.sessions import LIFE
from bot.speaking import reach_of
from tests.support.builders import NOW, a_competition_item, an_article
from tests.support.fakes import knowledge_of
from webhooks.webchat.channel import WebchatChannel


@pytest.fixture
async def calendar(make_world):
    """A client of a server that knows one competition without dates and one far ahead."""
    dates = {"starts": "2100-03-01", "ends": "2100-03-15 17:00"}
    stage = {"key": "nop", "name": "Nộp <hồ sơ>", "takes_entries": True, **dates}
    dated = a_competition_item(stages=(stage,), organiser="UBND tỉnh")
    bare = a_competition_item(key="chua-ro", title="Ngày hội", stages=({"key": "hoi", "name": "Ngày hội"},))
    known = knowledge_of()
    snapshot = replace(
        known.snapshot,
        competitions={each.key: each for each in (bare, dated)},
        articles={"bai-viet": an_article()},
    )
    _, client = await make_world(knowledge=replace(known, snapshot=snapshot))
    return client


async def test_the_page_lists_competitions_with_what_is_known_of_them(calendar):
    page = await (await calendar.get("/lich")).text()

    assert "từ thứ Hai 01/03/2100 đến 17:00 thứ Hai 15/03/2100" in page
    assert "Nộp &lt;hồ sơ&gt;" in page
    assert "UBND tỉnh" in page
    assert page.count('href="/lich/') == 1, "only what has a date has a calendar file"
    assert "chưa công bố" in page
    assert "webcal://" in page


async def test_the_feed_and_the_file_are_calendars(calendar):
    for path in ("/lich.ics", "/lich/cuoc-thi-2024.ics"):
        answer = await calendar.get(path)
        text = await answer.text()

        assert answer.headers["Content-Type"] == "text/calendar; charset=utf-8"
        assert text.startswith("BEGIN:VCALENDAR\r\n")
        assert "UID:cuoc-thi-2024.nop@hoidap" in text
        assert "DTSTART;TZID=Asia/Ho_Chi_Minh:21000315T170000" in text


@pytest.mark.parametrize("key", ["chua-ro", "khong-co"])
async def test_what_has_no_date_has_no_file(calendar, key):
    answer = await calendar.get(f"/lich/{key}.ics")

    assert answer.status == 404
    assert "chưa có tệp lịch" in await answer.text()


async def test_an_unchanged_feed_is_not_sent_again(calendar):
    first = await calendar.get("/lich.ics")

    again = await calendar.get("/lich.ics", headers={"If-None-Match": first.headers["ETag"]})

    assert again.status == 304


async def test_nothing_is_promised_beyond_the_life_of_a_session():
    """A month after a visit nobody holds a token that opens the conversation: a reminder would reach no one."""
    reach = reach_of(WebchatChannel(), NOW)

    assert reach.is_seen_on_visit
    assert NOW + timedelta(days=29) < reach.until < NOW + LIFE


async def test_without_competitions_the_page_says_so(client):
    assert "chưa có cuộc thi, sự kiện nào" in await (await client.get("/lich")).text()
    assert "BEGIN:VCALENDAR" in await (await client.get("/lich.ics")).text()
