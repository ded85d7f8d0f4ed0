"""The words of a question that say what is asked of its topic."""

from __future__ import annotations

import pytest

from knowledge.matching.asking.points import PointReader
from knowledge.matching.lexicon import Lexicon
from knowledge.matching.normalizer import words

READER = PointReader.of(Lexicon.default())
LIGHT = {"la", "vay", "a", "nguoi"}


@pytest.mark.parametrize(
    ("question", "points"),
    [
        pytest.param("techfest có chỗ đỗ xe không", ["cho do xe"], id="between có and không"),
        pytest.param("techfest co cho do xe khong a", ["cho do xe"], id="without marks, with a courtesy behind"),
        pytest.param("công ty có vốn nước ngoài có được hưởng không", ["duoc huong"], id="the last có"),
        pytest.param("sàn còn nhận gian hàng không", ["nhan gian hang"], id="còn"),
        pytest.param("trẻ con có vào được chưa", ["vao duoc"], id="còn only where there is no có"),
        pytest.param("em nghe nói thế, có đúng không", [], id="whether it is true"),
        pytest.param("nếu vi phạm thì sao", ["vi pham"], id="a condition"),
        pytest.param("nếu có vốn nước ngoài", [], id="a condition that asks nothing"),
        pytest.param("dự án này ai duyệt kinh phí", ["duyet kinh phi"], id="behind ai"),
        pytest.param("ai là người duyệt", [""], id="nothing that says much behind ai"),
        pytest.param("không có vốn", [], id="không in front"),
        pytest.param("techfest là gì", [], id="another question"),
    ],
)
def test_what_is_asked_after(question, points):
    source = words(question)

    found = list(READER.runs(source, lambda word: word.form in LIGHT))

    assert [" ".join(word.form for word in source[start:stop]) for start, stop in found] == points


@pytest.mark.parametrize(("text", "is_general"), [("vấn đề", True), ("van de", True), ("chỗ đỗ xe", False)])
def test_words_that_may_stand_for_anything(text, is_general):
    assert READER.is_general(words(text)) is is_general
