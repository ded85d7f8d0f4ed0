"""Staff keep questions whose answer they know, and see at once which go wrong."""

from __future__ import annotations

import pytest

from admin.page import Role
from knowledge import transfer
from knowledge.learning import make_matcher
from knowledge.trials.questions import kept_questions
from tests.support.builders import NOW, a_file, an_article_item, an_entry_item
from tests.support.console import a_console

KEY = "nq93-hinh-thuc"


@pytest.fixture
async def desk(db):
    await transfer.apply(db, a_file(an_entry_item(), articles=(an_article_item(),)), NOW)
    async with a_console(db, make_matcher=make_matcher) as running:
        yield running


async def kept(desk):
    async with desk.db.reading() as session:
        return [(each.text, each.expected, each.created_by) for each in await kept_questions(session)]


async def test_a_question_is_kept_with_who_wrote_it(desk):
    browser = await desk.sign_in(Role.EDITOR)

    await browser.post("/admin/trials", {"text": "Chi tiền trước hay sau?", "expected": KEY})

    assert await kept(desk) == [("Chi tiền trước hay sau?", KEY, "person-editor")]


async def test_all_are_asked_on_demand_and_what_is_wrong_stands_out(desk):
    browser = await desk.sign_in(Role.EDITOR)
    await browser.post("/admin/trials", {"text": an_entry_item().question, "expected": KEY})
    await browser.post("/admin/trials", {"text": "Tiền hỗ trợ được chi trước hay sau?", "expected": ""})

    page = await browser.get("/admin/trials?run=1")

    assert "1 trên 2 câu được trả lời đúng." in page.text
    assert page.text.count("Chưa đúng") == 1


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        pytest.param({"text": "?!", "expected": ""}, "vui lòng viết một câu hỏi", id="nothing asked"),
        pytest.param({"text": "Ai?", "expected": "khong-co"}, "Không có mục “khong-co”", id="no such entry"),
    ],
)
async def test_what_cannot_be_a_test_question_is_said_and_what_was_typed_stays(desk, fields, said):
    browser = await desk.sign_in(Role.EDITOR)

    answer = await browser.post("/admin/trials", fields)

    assert answer.status == 422
    assert said in answer.text
    assert f'value="{fields["text"]}"' in answer.text
    assert await kept(desk) == []


async def test_a_question_is_taken_back_once(desk):
    browser = await desk.sign_in(Role.EDITOR)
    await browser.post("/admin/trials", {"text": "Ai?", "expected": ""})

    first = await browser.post("/admin/trials/drop", {"id": 1}, follow=True)
    second = await browser.post("/admin/trials/drop", {"id": 1}, follow=True)

    assert "Đã bỏ câu hỏi kiểm tra." in first.text
    assert "Câu hỏi này không còn nữa." in second.text
