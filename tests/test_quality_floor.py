"""Answer quality may rise, never fall: the committed figures of quality_floor.json are the least that counts.

After an improvement, run `python tests/test_quality_floor.py` to raise them; it refuses to lower any.
"""

from __future__ import annotations

import json
import unicodedata
from functools import cache
from pathlib import Path

import pytest

from admin.asking import evaluated
from benchmarks.corruption import corrupt
from benchmarks.cuts import GIVEN, SHIPPED
from benchmarks.matching import BASES, make_task
from benchmarks.wordings import PUBLIC, SETS, knowledge_of, report
from knowledge.evaluation import load_questions
from knowledge.matching.matcher import Matcher

HERE = Path(__file__).parent
FLOOR = HERE / "quality_floor.json"
# The first floors are of the starter knowledge as it was first written, two to four wordings of each entry: there the
# matcher shows. "shipped" is what citizens get. Nobody who works on the matcher reads any set but the public one.
CUTS = {"": GIVEN, "shipped ": SHIPPED}
SHARES = ("hit1", "hit3", "answered", "precision", "helped", "far answered", "near answered")
FALLING = {f"{cut}{name} {kind} answered" for cut in CUTS for name in SETS for kind in ("far", "near")}
"""The less the better."""
FIGURES = [
    *(f"{cut}{name} {share}" for cut in CUTS for name in SETS for share in SHARES),
    "public hit1 unaccented", "shipped public hit1 unaccented", "development hit1 clean", "development hit1 messy",
]  # fmt: skip


@cache
def unaccented_hit1(cut: str) -> float:
    questions = load_questions(PUBLIC / "questions.tsv")
    found = [evaluated(knowledge_of(cut), without_marks(question.text)) for question in questions]
    right = sum(reply.candidates[0] == question.entry for reply, question in zip(found, questions, strict=True))
    return right / len(questions)


def without_marks(text: str) -> str:
    decomposed = unicodedata.normalize("NFD", text.replace("đ", "d"))
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter))


@cache
def development_hit1(level: str) -> float:
    found = [
        (key, matcher.match(corrupt(text, level, number)))
        for matcher, questions in development()
        for number, (key, text) in enumerate(questions)
    ]
    return sum(match.candidates[0].entry == key for key, match in found if match.candidates) / len(found)


@cache
def development() -> list[tuple[Matcher, list[tuple[str, str]]]]:
    tasks = [make_task(name, most=1_000) for name in BASES]
    return [(Matcher.build(task.entries), task.questions) for task in tasks]


def figure(name: str) -> float:
    is_shipped = name.startswith("shipped ")
    cut = SHIPPED if is_shipped else GIVEN
    match name.split()[is_shipped:]:
        case ["development", _, level]:
            return development_hit1(level)
        case [_, "hit1", "unaccented"]:
            return unaccented_hit1(cut)
        case [asked, "far" | "near" as kind, _]:
            return getattr(report(asked, cut), kind).value  # type: ignore[no-any-return]
        case [asked, share]:
            return getattr(report(asked, cut).forms["all"], share).value  # type: ignore[no-any-return]
        case _:
            raise KeyError(name)


@pytest.mark.parametrize("name", FIGURES)
def test_quality_does_not_fall(name):
    floor = json.loads(FLOOR.read_text(encoding="utf-8"))[name]

    value = round(figure(name), 4)

    assert value <= floor if name in FALLING else value >= floor


@pytest.mark.parametrize("cut", CUTS.values())
@pytest.mark.parametrize("name", SETS)
def test_every_far_question_is_refused(name, cut):
    assert report(name, cut).far.hits == 0


def raise_floor() -> None:
    stored = json.loads(FLOOR.read_text(encoding="utf-8")) if FLOOR.exists() else {}
    for name in FIGURES:
        value = round(figure(name), 4)
        better = min if name in FALLING else max
        stored[name] = better(value, stored.get(name, value))
    FLOOR.write_text(json.dumps(stored, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    raise_floor()
