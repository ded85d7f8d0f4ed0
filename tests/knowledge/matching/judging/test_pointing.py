"""An entry that tells of the topic alone is no answer to what is asked of it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from knowledge.matching.judging.pointing import misses_the_point
from knowledge.matching.matcher import Matcher
from knowledge.matching.model import Reason, Verdict
from knowledge.matching.query import prepare


@pytest.mark.parametrize(
    ("question", "entry", "misses"),
    [
        pytest.param("techfest 2024 có livestream không", "techfest-2024", True, id="not told"),
        pytest.param("techfest 2024 co livestream ko", "techfest-2024", True, id="without marks, in chat spelling"),
        pytest.param("techfest 2024 có chỗ đỗ xe không", "techfest-2024", True, id="only its letters stand there"),
        pytest.param("dự án isee-covid nếu vi phạm thì sao", "isee-covid", True, id="a condition that is not told"),
        pytest.param("hợp tác xã có được hỗ trợ không", "nq93-hop-tac-xa", False, id="told"),
        pytest.param(
            "nghị quyết 93 có dành cho hợp tác xã không", "nq93-hop-tac-xa", False, id="one of its words told"
        ),
        pytest.param("thuê chuyên gia có được hoàn không", "nq93-thue-chuyen-gia", False, id="support in other words"),
        pytest.param("techfest có đúng không", "techfest-2024", False, id="whether it is true"),
        pytest.param("có chỗ đỗ xe không", "techfest-2024", False, id="no topic that it tells of"),
        pytest.param(
            "em ở xa nên muốn biết techfest 2024 của tỉnh mình năm nay thì có livestream trên mạng không",
            "techfest-2024",
            False,
            id="too long a story to know",
        ),
    ],
)
def test_what_is_asked_after_is_told_or_not(shipped, question, entry, misses):
    index = shipped.index

    assert misses_the_point(prepare(question, index), index, index.positions[entry]) is misses


def test_it_is_said_that_the_entry_does_not_tell(shipped):
    found = shipped.match("techfest 2024 có livestream không")

    assert (found.verdict, found.reason) == (Verdict.PARTIAL, Reason.ASPECT_NOT_COVERED)
    assert found.candidates[0].entry == "techfest-2024"


@pytest.mark.parametrize(
    "changed",
    [
        pytest.param(lambda entry: {"answer": "", "answer_full": "", "citation": None}, id="no text"),
        pytest.param(lambda entry: {"variants": entry.variants[:3]}, id="few wordings"),
    ],
)
def test_nothing_is_known_of_an_entry_that_says_little(shipped, changed):
    entries = [
        replace(entry, **changed(entry)) if entry.key == "techfest-2024" else entry for entry in shipped.index.entries
    ]
    index = Matcher.build(entries).index

    query = prepare("techfest 2024 có livestream không", index)

    assert not misses_the_point(query, index, index.positions["techfest-2024"])
