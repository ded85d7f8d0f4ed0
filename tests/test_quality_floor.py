"""Answer quality may rise, never fall: the committed figures of quality_floor.json are the least that counts.

After an improvement, run `python tests/test_quality_floor.py` to raise them; it refuses to lower any.
"""

from __future__ import annotations

import json
import unicodedata
from datetime import datetime
from functools import cache
from pathlib import Path

import pytest

from admin.asking import Ready, evaluated
from benchmarks.corruption import corrupt
from benchmarks.matching import BASES, DATA, make_task
from knowledge.base import Knowledge
from knowledge.evaluation import EvaluatedReply, Report, evaluate, load_questions, load_unanswerable
from knowledge.matching.matcher import Matcher
from knowledge.transfer import starter_snapshot
from runtime.clock import VIETNAM
from runtime.settings import Settings
from server import handlers

AT = datetime(2026, 11, 26, 12, tzinfo=VIETNAM)
HERE = Path(__file__).parent
FLOOR = HERE / "quality_floor.json"
# `exam`, `resit` and `mock` (like the public one) were written by people who had not seen the matcher; nobody who
# works on it reads them.
SETS = {"public": HERE / "data" / "eval", "exam": DATA / "exam", "resit": DATA / "resit", "mock": DATA / "mock"}
SHARES = ("hit1", "hit3", "answered", "precision", "helped", "far answered", "near answered")
FALLING = {f"{name} {kind} answered" for name in SETS for kind in ("far", "near")}  # the less the better
FIGURES = [
    *(f"{name} {share}" for name in SETS for share in SHARES),
    "public hit1 unaccented", "development hit1 clean", "development hit1 messy",
]  # fmt: skip


@cache
def starter() -> Ready:
    """The starter knowledge with everything that may answer before the entries do."""
    snapshot = starter_snapshot()
    matcher = Matcher.build(tuple(snapshot.entries.values())).calibrated()
    return Ready(knowledge=Knowledge(snapshot=snapshot, matcher=matcher), handlers=handlers(Settings()), at=AT)


def ask(text: str) -> EvaluatedReply:
    return evaluated(starter(), text)


@cache
def report(name: str) -> Report:
    folder = SETS[name]
    return evaluate(ask, load_questions(folder / "questions.tsv"), load_unanswerable(folder / "unanswerable.tsv"))


def unaccented_hit1() -> float:
    questions = load_questions(SETS["public"] / "questions.tsv")
    found = [
        ask(
            "".join(
                c for c in unicodedata.normalize("NFD", question.text.replace("đ", "d")) if not unicodedata.combining(c)
            )
        )
        for question in questions
    ]
    right = sum(reply.candidates[0] == question.entry for reply, question in zip(found, questions, strict=True))
    return right / len(questions)


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
    match name.split():
        case ["development", _, level]:
            return development_hit1(level)
        case [_, "hit1", "unaccented"]:
            return unaccented_hit1()
        case [asked, "far" | "near" as kind, _]:
            return getattr(report(asked), kind).value  # type: ignore[no-any-return]
        case [asked, share]:
            return getattr(report(asked).forms["all"], share).value  # type: ignore[no-any-return]
        case _:
            raise KeyError(name)


@pytest.mark.parametrize("name", FIGURES)
def test_quality_does_not_fall(name):
    floor = json.loads(FLOOR.read_text(encoding="utf-8"))[name]

    value = round(figure(name), 4)

    assert value <= floor if name in FALLING else value >= floor


@pytest.mark.parametrize("name", SETS)
def test_every_far_question_is_refused(name):
    assert report(name).far.hits == 0


def raise_floor() -> None:
    stored = json.loads(FLOOR.read_text(encoding="utf-8")) if FLOOR.exists() else {}
    for name in FIGURES:
        value = round(figure(name), 4)
        better = min if name in FALLING else max
        stored[name] = better(value, stored.get(name, value))
    FLOOR.write_text(json.dumps(stored, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    raise_floor()
