"""Figures are checked against what is stored; test questions are kept once each."""

from __future__ import annotations

import pytest

from knowledge import entry_trial, transfer
from knowledge.base import Knowledge
from knowledge.behaviour import Effect
from knowledge.learning import make_matcher
from knowledge.portal.paragraphs import keep
from knowledge.safeguards import Quoting, quoting_of, replies_changed, unevidenced
from knowledge.schema import snapshot_of
from knowledge.trials.questions import drop_question, keep_question, kept_questions, load_tests
from knowledge.trials.sources import Source
from runtime.errors import KnowledgeError
from tests.support.builders import NOW, a_file, an_article_item, an_entry_item

ANSWER = "Đến nay đã hỗ trợ 17 lượt với hơn 436 triệu đồng."
QUOTE = "đến nay đã hỗ trợ cho 17 lượt tổ chức"


async def _article(db, *paragraphs):
    await transfer.apply(db, a_file(articles=(an_article_item(),)), NOW)
    async with db.transaction() as session:
        await keep(session, 1, paragraphs, now=NOW)


async def _findings(db, **fields):
    async with db.reading() as session:
        return [(each.field, each.token.text) for each in await unevidenced(session, an_entry_item(**fields))]


async def test_a_figure_rests_on_the_quote_or_on_the_passage_around_it(db):
    await _article(db, f"Kết quả: {QUOTE}", "với tổng số tiền hơn 436.000.000 đồng", "Hội thảo", "có 99 người dự")

    assert await _findings(db, answer=ANSWER, quote=QUOTE) == []
    assert await _findings(db, answer=ANSWER, quote=QUOTE, article="") == [("answer", "436 triệu đồng")]
    assert await _findings(db, answer="Có 99 người dự.", quote=QUOTE) == [("answer", "99")]
    assert await _findings(db, answer="Có 99 người dự.", quote="có 99 người dự") == []


async def test_a_quote_that_the_article_no_longer_holds_evidences_only_itself(db):
    await _article(db, "với tổng số tiền hơn 436.000.000 đồng")

    assert await _findings(db, answer=ANSWER, quote=QUOTE) == [("answer", "436 triệu đồng")]


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        pytest.param({"quote": "HỖ TRỢ cho  17 lượt"}, Quoting.HELD, id="spelt otherwise"),
        pytest.param({"quote": "lượt tổ chức với tổng số tiền"}, Quoting.HELD, id="over two paragraphs"),
        pytest.param({"quote": "mở cửa từ 7 giờ 30 đến 17 giờ"}, Quoting.ABSENT, id="invented"),
        pytest.param({"quote": "hỗ trợ cho 17 lượt, mở cửa"}, Quoting.ABSENT, id="invented in part"),
        pytest.param({"quote": "hỗ trợ cho 1"}, Quoting.ABSENT, id="half a number"),
        pytest.param({"quote": ""}, Quoting.NO_QUOTE, id="no quote"),
        pytest.param({"quote": QUOTE, "article": ""}, Quoting.NO_ARTICLE, id="no article"),
        pytest.param({"quote": QUOTE, "article": "bai-khac"}, Quoting.NO_TEXT, id="no text"),
    ],
)
async def test_a_quote_is_compared_with_the_stored_text_of_its_article(db, fields, expected):
    await _article(db, QUOTE, "với tổng số tiền hơn 436.000.000 đồng")

    async with db.reading() as session:
        assert await quoting_of(session, an_entry_item(**fields)) is expected


async def test_the_day_of_an_article_may_be_named(db):
    await _article(db)

    assert await _findings(db, answer="Theo bài viết ngày 22/01/2024.", quote="") == []


async def test_test_questions_are_kept_once_and_the_last_expectation_counts(db):
    async with db.transaction() as session:
        first = await keep_question(session, "Ai được hỗ trợ?", expected="", source=Source.MISS, by="an", now=NOW)
        again = await keep_question(session, "ai duoc ho tro", expected="x", source=Source.STAFF, by="binh", now=NOW)
        await keep_question(session, "Giá vàng hôm nay", expected="", source=Source.OUT_OF_SCOPE, by="an", now=NOW)

    async with db.reading() as session:
        every = await kept_questions(session)
        for_none = await kept_questions(session, expected="")
    assert first == again
    assert [(kept.text, kept.expected) for kept in every] == [("Giá vàng hôm nay", ""), ("ai duoc ho tro", "x")]
    assert [kept.source for kept in for_none] == [Source.OUT_OF_SCOPE]


async def test_a_test_question_can_be_taken_back(db):
    async with db.transaction() as session:
        kept = await keep_question(session, "Ai được hỗ trợ?", expected="x", source=Source.MISS, by="an", now=NOW)
        assert await drop_question(session, kept)
        assert not await drop_question(session, kept)

        assert await load_tests(session) == ()


@pytest.mark.parametrize("text", ["", "?!", "hỏi " * 200])
async def test_what_cannot_be_asked_is_no_test_question(db, text):
    async with db.transaction() as session:
        with pytest.raises(KnowledgeError):
            await keep_question(session, text, expected="", source=Source.STAFF, by="an", now=NOW)


async def test_stored_test_questions_are_asked_before_publication(db):
    file = a_file(an_entry_item(), articles=(an_article_item(),))
    async with db.transaction() as session:
        await keep_question(session, "Giá vàng hôm nay", expected="", source=Source.OUT_OF_SCOPE, by="an", now=NOW)
    snapshot = snapshot_of(file)
    known = Knowledge(snapshot=snapshot, matcher=make_matcher(snapshot, None)[0])
    greedy = an_entry_item(key="gia-vang", question="Giá vàng hôm nay", variants=(), answer="Cao.")

    async with db.reading() as session:
        report = await replies_changed(session, known, greedy)

    assert (Effect.STOLEN, "Giá vàng hôm nay") in [(shift.effect, shift.question.text) for shift in report.blocking]


async def test_what_was_looked_at_is_not_asked_again_but_for_the_test_questions_since(db, monkeypatch):
    """Closing a gap tries the entry, keeps the questions of the gap as tests, and publishes it."""
    rehearsals, rehearse = [], entry_trial.rehearse
    monkeypatch.setattr(entry_trial, "rehearse", lambda trial: rehearsals.append(trial) or rehearse(trial))
    snapshot = snapshot_of(a_file(an_entry_item(), articles=(an_article_item(),)))
    known = Knowledge(snapshot=snapshot, matcher=make_matcher(snapshot, None)[0])
    greedy = an_entry_item(key="gia-vang", question="Giá vàng hôm nay", variants=(), answer="Cao.")

    async with db.reading() as session:
        first = await replies_changed(session, known, greedy)
    async with db.transaction() as session:
        await keep_question(session, "Giá vàng hôm nay", expected="", source=Source.OUT_OF_SCOPE, by="an", now=NOW)
    async with db.reading() as session:
        second = await replies_changed(session, known, greedy)
        await replies_changed(session, known, greedy.model_copy(update={"answer": "Rất cao."}))

    assert len(rehearsals) == 2
    assert first.blocking == ()
    assert [shift.effect for shift in second.blocking] == [Effect.STOLEN]
    assert second.asked == first.asked + 1
