from __future__ import annotations

import json

import pytest

from knowledge.evaluation import (
    EvaluatedReply,
    Question,
    Share,
    Unanswerable,
    evaluate,
    load_questions,
    load_unanswerable,
)
from runtime.errors import KnowledgeError

QUESTIONS = [
    Question(entry="a", form="clean", text="answered right"),
    Question(entry="a", form="plain", text="answered wrong"),
    Question(entry="a", form="plain", text="offered"),
    Question(entry="a", form="chat", text="unknown"),
]
OUTSIDE = [
    Unanswerable(kind="far", text="far"),
    Unanswerable(kind="near", text="near"),
    Unanswerable(kind="caveat", text="caveat answered", entry="a"),
    Unanswerable(kind="caveat", text="caveat partial", entry="a"),
]
REPLIES = {
    "answered right": EvaluatedReply(outcome="answer", entry="a", candidates=("a", "b")),
    "answered wrong": EvaluatedReply(outcome="answer", entry="b", candidates=("b", "a")),
    "offered": EvaluatedReply(outcome="choices", candidates=("b", "c", "a")),
    "unknown": EvaluatedReply(outcome="unknown"),
    "far": EvaluatedReply(outcome="unknown"),
    "near": EvaluatedReply(outcome="answer", entry="b", candidates=("b",)),
    "caveat answered": EvaluatedReply(outcome="answer", entry="a", candidates=("a",)),
    "caveat partial": EvaluatedReply(outcome="partial", entry="b", candidates=("b",)),
}


@pytest.fixture
def report():
    return evaluate(REPLIES.__getitem__, QUESTIONS, OUTSIDE)


def test_figures_over_all_forms(report):
    every = report.forms["all"]

    assert (every.hit1.hits, every.hit1.total) == (1, 4)
    assert every.hit3.hits == 3
    assert every.mrr == pytest.approx((1 + 1 / 2 + 1 / 3) / 4)
    assert every.answered.hits == 2
    assert (every.precision.hits, every.precision.total) == (1, 2)
    assert every.helped.hits == 2


def test_figures_of_one_form(report):
    assert report.forms["plain"].hit1.total == 2
    assert list(report.forms) == ["all", "chat", "clean", "plain"]


def test_answers_to_the_unanswerable_are_counted_apart(report):
    assert (report.far.hits, report.near.hits) == (0, 1)
    assert (report.caveat.hits, report.caveat.total) == (2, 2)


def test_what_went_wrong_is_listed(report):
    assert len(report.wrong) == 4
    assert any("near" in line for line in report.wrong)


def test_the_table_and_the_json_say_the_same(report):
    stored = json.loads(json.dumps(report.as_json()))

    assert stored["forms"]["all"]["hit1"]["value"] == 0.25
    assert "0.250" in report.table()
    assert "far questions answered:  0 of 1" in report.table()


def test_nothing_asked_gives_an_empty_report():
    assert evaluate(REPLIES.__getitem__, [], []).forms == {}


@pytest.mark.parametrize(
    ("hits", "total", "low", "high"),
    [
        pytest.param(0, 0, 0.0, 1.0, id="nothing asked"),
        pytest.param(0, 20, 0.0, 0.161, id="none of twenty"),
        pytest.param(98, 98, 0.962, 1.0, id="all"),
        pytest.param(50, 100, 0.404, 0.596, id="half"),
    ],
)
def test_wilson_interval(hits, total, low, high):
    assert Share(hits, total).interval == pytest.approx((low, high), abs=0.001)


def test_tables_are_read(tmp_path):
    (tmp_path / "q.tsv").write_text('# comment\na\tclean\tcâu hỏi "lạ"\n', encoding="utf-8")
    (tmp_path / "u.tsv").write_text("far\tthời tiết\ncaveat\tthể lệ\ta\n", encoding="utf-8")

    assert load_questions(tmp_path / "q.tsv") == [Question(entry="a", form="clean", text='câu hỏi "lạ"')]
    assert load_unanswerable(tmp_path / "u.tsv")[1] == Unanswerable(kind="caveat", text="thể lệ", entry="a")


def test_a_malformed_line_is_named(tmp_path):
    (tmp_path / "q.tsv").write_text("a\tclean\tok\nbroken\n", encoding="utf-8")

    with pytest.raises(KnowledgeError, match="line 2"):
        load_questions(tmp_path / "q.tsv")


def test_the_coverage_that_a_share_of_wrong_answers_costs_is_shown():
    """Thirty right answers at 0.9, then one wrong at 0.5, then nine right ones at 0.4."""
    marks = [(0.9, True)] * 30 + [(0.5, False)] + [(0.4, True)] * 9
    questions = [Question(entry="e", form="clean", text=str(number)) for number in range(len(marks))]

    def ask(text):
        confidence, is_right = marks[int(text)]
        best = "e" if is_right else "other"
        return EvaluatedReply(outcome="answer", entry=best, candidates=(best,), confidence=confidence)

    report = evaluate(ask, questions, [])

    assert [share.hits for share in report.forms["all"].coverage] == [30, 30, 40]
    assert report.as_json()["forms"]["clean"]["coverage"]["0.05"]["hits"] == 40
    assert "5% wrong" in report.table()


def test_equal_confidences_are_covered_together_or_not_at_all():
    questions = [Question(entry=entry, form="clean", text=entry) for entry in ("right", "wrong")]

    report = evaluate(
        lambda _text: EvaluatedReply(outcome="answer", candidates=("right",), confidence=0.9), questions, []
    )

    assert [share.hits for share in report.forms["all"].coverage] == [0, 0, 0]
