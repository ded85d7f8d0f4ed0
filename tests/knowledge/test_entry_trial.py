"""Before an entry is published, staff see whose questions it would take."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import pytest

from benchmarks.cuts import GIVEN
from benchmarks.cuts import starter as few_wordings
from knowledge.behaviour import Effect, Origin, Question
from knowledge.entry_trial import check_entry
from knowledge.matching.matcher import Matcher
from knowledge.snapshot import PublishedEntry
from tests.support.builders import an_entry


@cache
def starter() -> dict[str, PublishedEntry]:
    """The starter entries with few wordings: there a variant can still do harm."""
    return dict(few_wordings(GIVEN).entries)


@cache
def matcher() -> Matcher:
    return Matcher.build(tuple(starter().values()))


def with_variant(key: str, *variants: str) -> PublishedEntry:
    entry = starter()[key]
    return replace(entry, variants=(*entry.variants, *variants))


def test_a_greedy_variant_is_caught_with_the_questions_it_takes():
    report = check_entry(matcher(), with_variant("nq93-tong-quan", "hỗ trợ"))

    caught = [(shift.effect, shift.question.text) for shift in report.shifts]
    assert (Effect.VAGUE, "hỗ trợ") in caught
    assert (Effect.OVERTAKEN, "Nghị quyết 93 hỗ trợ những hoạt động nào?") in caught


def test_a_variant_that_takes_a_right_answer_needs_a_reason_and_stands_first():
    report = check_entry(matcher(), with_variant("nq93-hinh-thuc", "Nghị quyết 93 nói về cái gì"))

    [stolen] = report.blocking
    assert report.shifts[0] is stolen
    assert (stolen.effect, stolen.question.origin) == (Effect.STOLEN, Origin.PARAPHRASE)
    assert stolen.question.text == "Nghị quyết 93 của tỉnh Cao Bằng nói về cái gì?"
    assert (stolen.before.answer, stolen.after.first) == ("nq93-tong-quan", "nq93-hinh-thuc")


def test_the_worst_stands_first():
    report = check_entry(matcher(), with_variant("nq93-hinh-thuc", "Nghị quyết 93 nói về cái gì"))

    order = [list(Effect).index(shift.effect) for shift in report.shifts]
    assert order == sorted(order)


def test_an_unchanged_entry_changes_nothing():
    assert check_entry(matcher(), starter()["kiem-dinh"]).shifts == ()


@pytest.mark.parametrize("key", ["nq93-noi-dung", "tot-cao-bang", "kiem-dinh"])
def test_a_wording_as_broad_as_half_the_base_needs_a_reason_wherever_it_is_put(key):
    assert check_entry(matcher().calibrated(), with_variant(key, "hỗ trợ")).blocking


def test_a_harmless_variant_is_only_a_gain():
    report = check_entry(matcher(), with_variant("giam-doc-so", "Sếp to nhất của Sở là người nào?"))

    assert report.blocking == ()
    assert [(shift.effect, shift.after.answer) for shift in report.shifts] == [(Effect.GAINED, "giam-doc-so")]


def test_a_paraphrase_on_the_edge_of_a_choice_is_not_lost_by_a_hair():
    """A wording of "cuoc-thi-lan-1" asked as if it were unknown: a confidence of 0.520 before, 0.518 after."""
    report = check_entry(matcher().calibrated(), with_variant("tram-xanh", "nhóm bạn trẻ thu pin cũ để ở đâu"))

    assert report.blocking == ()
    assert [shift.effect for shift in report.shifts] == [Effect.GAINED]


def test_the_wording_of_another_entry_used_again_loses_its_answer():
    taken = starter()["tram-xanh"].question

    report = check_entry(matcher(), with_variant("kiem-dinh", taken))

    assert {(shift.effect, shift.question.text, shift.question.expected) for shift in report.blocking} >= {
        (Effect.LOST, taken, "tram-xanh")
    }
    assert (Effect.UNREACHED, taken) in {(shift.effect, shift.question.text) for shift in report.shifts}


def test_a_question_that_none_may_answer_is_stolen_by_the_entry_that_does():
    outside = Question(text="Lịch tiêm phòng dại cho chó ở Cao Bằng", expected="")

    report = check_entry(matcher(), an_entry(key="thu-y", question=outside.text, answer="Hằng tháng."), [outside])

    assert [(shift.effect, shift.question) for shift in report.blocking] == [(Effect.STOLEN, outside)]


def test_a_test_question_that_gets_its_answer_is_a_gain():
    asked = Question(text="Ai đứng đầu ngành khoa học của tỉnh?", expected="giam-doc-so")

    report = check_entry(matcher(), with_variant("giam-doc-so", asked.text), [asked])

    assert Effect.GAINED in {shift.effect for shift in report.shifts if shift.question == asked}


def test_a_wording_that_the_entry_itself_excludes_is_not_reached():
    contradictory = replace(
        starter()["tram-xanh"], variants=("Trạm xanh mở cửa mấy giờ?",), must_not_match=("Trạm xanh mở cửa mấy giờ?",)
    )

    report = check_entry(matcher(), contradictory)

    assert (Effect.UNREACHED, "Trạm xanh mở cửa mấy giờ?") in {
        (shift.effect, shift.question.text) for shift in report.shifts
    }


@pytest.mark.parametrize("excluding", ["must_not_match", "not_covered"])
def test_what_an_entry_excluded_so_far_is_not_answered_unnoticed(excluding):
    asked = "Trạm xanh mở cửa mấy giờ?"
    guarded = matcher().with_entry(replace(starter()["tram-xanh"], **{excluding: (asked,)}))

    report = check_entry(guarded, with_variant("tram-xanh", asked))

    assert [(shift.effect, shift.question.text) for shift in report.blocking] == [(Effect.FORBIDDEN, asked)]
