"""Who asks where an answer comes from is shown its article; a question with the same words stays one."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.handlers.sourcing import sourcing
from bot.messages import DialogueState, OutcomeKind
from knowledge.calendar.model import Competition
from tests.bot.test_handlers import KNOWLEDGE, NOW, a_menu, a_turn

TOLD = replace(a_menu("how"), entry="who", spoken="who")


def said(text, state=TOLD):
    return sourcing(a_turn(text, state=state), KNOWLEDGE)


@pytest.mark.parametrize(
    "text",
    [
        "nguồn ở đâu", "lấy ở đâu ra", "bài nào nói vậy", "cho xin link", "link dau", "căn cứ vào đâu vậy ad",
        "ừ đúng rồi, nguồn ở đâu", "e lay thong tin nay o dau ra v", "dua vao dau ma noi the", "co link ko b",
        "cho c xem bài gốc",
    ],
)  # fmt: skip
def test_the_article_of_the_last_answer_is_shown(text):
    outcome = said(text)

    assert outcome.reply.source.title == "Dấu ấn"
    assert outcome.reply.source.url.startswith("https://portal.example/n892.html#:~:text=")
    assert (outcome.state.entry, outcome.state.choices) == (TOLD.entry, TOLD.choices), "the talk goes on from there"
    assert outcome.kind is OutcomeKind.SMALLTALK
    assert not outcome.miss


@pytest.mark.parametrize(
    "text",
    [
        "nguồn vốn ở đâu", "nguồn kinh phí lấy từ đâu", "link đăng ký ở đâu", "căn cứ vào đâu để được hỗ trợ",
        "bài nào được giải", "mua giống nấm lấy ở đâu", "căn cứ pháp lý là gì", "cho xin file mẫu đơn",
    ],
)  # fmt: skip
def test_a_question_with_such_words_stays_one(text):
    assert said(text) is None


@pytest.mark.parametrize(("entry", "told"), [("who", "dựa trên bài viết sau"), ("how", "không kèm bài viết")])
def test_what_was_only_near_is_not_called_an_answer(entry, told):
    outcome = said("nguồn ở đâu", replace(TOLD, entry=entry, spoken=""))

    assert outcome.reply.text.startswith(("Dạ, nội dung gần nhất", "Nội dung gần nhất"))
    assert told in outcome.reply.text


def test_dates_that_were_told_are_an_answer():
    contest = Competition(key="contest", title="Cuộc thi")
    known = replace(KNOWLEDGE, snapshot=replace(KNOWLEDGE.snapshot, competitions={"contest": contest}))
    state = replace(TOLD, entry="", competition="contest")

    assert sourcing(a_turn("nguồn ở đâu", state=state), known).reply.text.startswith("Nội dung em vừa trả lời")


def test_of_what_rests_on_no_article_that_is_said():
    outcome = said("nguồn ở đâu", replace(TOLD, entry="how", spoken="how"))

    assert outcome.reply.source is None
    assert "không kèm bài viết" in outcome.reply.text


@pytest.mark.parametrize(
    "state",
    [
        pytest.param(DialogueState(), id="nothing was said"),
        pytest.param(replace(TOLD, entry="gone"), id="not published any more"),
        pytest.param(replace(TOLD, at=NOW - timedelta(minutes=11)), id="too long ago"),
    ],
)
def test_without_an_answer_before_it_is_a_question(state):
    assert said("nguồn ở đâu", state) is None
