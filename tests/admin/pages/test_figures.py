"""The dashboard, its CSV and the monthly report."""

from __future__ import annotations

import csv
import io

import pytest

from admin.page import Role
from bot.tables import Contact, Conversation, Gap, Message
from tests.support.builders import NOW
from tests.support.console import a_console


@pytest.fixture
async def desk(sqlite_db):
    async with sqlite_db.transaction() as session:
        contact = Contact(
            channel="zalo", account="oa", external_id="an", address="an", created_at=NOW, last_seen_at=NOW
        )
        session.add(contact)
        await session.flush()
        conversation = Conversation(contact_id=contact.id, state={}, updated_at=NOW)
        session.add(conversation)
        await session.flush()
        for outcome in ("answer", "answer", "unknown"):
            session.add(
                Message(conversation_id=conversation.id, author="bot", text="…", outcome=outcome, created_at=NOW)
            )
        session.add(
            Gap(
                text="=HYPERLINK(1) là gì",
                samples=[],
                reason="too_low",
                candidates=[],
                people=2,
                misses=3,
                first_at=NOW,
                last_at=NOW,
            )
        )
    async with a_console(sqlite_db) as running:
        yield running


async def test_the_dashboard_shows_questions_people_and_what_is_missing(desk):
    browser = await desk.sign_in(Role.EDITOR)

    page = await browser.get("/admin/figures?days=7")

    assert page.status == 200
    assert '<p class="value">3</p>' in page.text
    assert "67%" in page.text
    assert "=HYPERLINK(1) là gì" in page.text
    assert "series-unknown" in page.text


@pytest.mark.parametrize(
    "query", ["days=x", "from=2024-02-30", "from=2024-06-05&to=2024-06-01", "from=0001-01-01", "channel=%00<b>"]
)
async def test_odd_periods_and_channels_are_put_right(desk, query):
    browser = await desk.sign_in(Role.EDITOR)

    page = await browser.get(f"/admin/figures?{query}")

    assert page.status == 200
    assert "<b>" not in page.text


async def test_every_table_is_to_be_had_as_csv_and_holds_no_formula(desk):
    browser = await desk.sign_in(Role.OPERATOR)

    for table in ("days", "channels", "entries", "topics", "missed"):
        answer = await browser.get(f"/admin/figures/{table}.csv?days=7")
        rows = list(csv.reader(io.StringIO(answer.body.decode("utf-8-sig"))))
        assert answer.headers["Content-Type"].startswith("text/csv")
        assert rows[0]
        assert not [cell for row in rows for cell in row if cell.startswith(("=", "+", "@"))]

    missed = await browser.get("/admin/figures/missed.csv")
    assert "'=HYPERLINK(1) là gì" in missed.text
    assert (await browser.get("/admin/figures/other.csv")).status == 404


async def test_the_report_is_of_the_month_that_is_over_unless_another_is_named(desk):
    browser = await desk.sign_in(Role.ADMINISTRATOR)

    latest = await browser.get("/admin/figures/report")
    june = await browser.get("/admin/figures/report?month=2024-06")

    assert latest.heading == "Báo cáo tháng 05/2024"
    assert june.heading == "Báo cáo tháng 06/2024"
    assert '<p class="value">3</p>' in june.text


async def test_what_waits_today_is_no_figure_of_a_month_that_is_over(desk):
    browser = await desk.sign_in(Role.ADMINISTRATOR)

    over = await browser.get("/admin/figures/report?month=2024-05")
    present = await browser.get("/admin/figures/report?month=2024-06")

    assert "Câu hỏi chờ xử lý" not in over.text
    assert "Yêu cầu gặp cán bộ" not in over.text
    assert "Câu hỏi chờ xử lý" in present.text


async def test_a_time_without_messages_claims_no_pace(desk):
    operator = await desk.sign_in(Role.OPERATOR)

    text = (await operator.get("/admin/figures?from=2020-01-01&to=2020-01-07")).text

    assert "chưa có câu trả lời nào" in text
    assert "95% trong" not in text
