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
from benchmarks.matching import BASES, make_task
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
FALLING = {"public far answered", "public near answered"}  # the less the better
FIGURES = [
    "public hit1", "public hit3", "public answered", "public precision", "public helped", "public far answered",
    "public near answered", "public hit1 unaccented", "development hit1 clean", "development hit1 messy",
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
def public() -> Report:
    return evaluate(
        ask, load_questions(HERE / "data/eval/questions.tsv"), load_unanswerable(HERE / "data/eval/unanswerable.tsv")
    )


def unaccented_hit1() -> float:
    questions = load_questions(HERE / "data/eval/questions.tsv")
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
    every = public().forms["all"]
    match name.split():
        case ["public", "far", _]:
            return public().far.value
        case ["public", "near", _]:
            return public().near.value
        case ["public", "hit1", "unaccented"]:
            return unaccented_hit1()
        case ["development", _, level]:
            return development_hit1(level)
        case _:
            share: float = getattr(every, name.split()[1]).value
            return share


@pytest.mark.parametrize("name", FIGURES)
def test_quality_does_not_fall(name):
    floor = json.loads(FLOOR.read_text(encoding="utf-8"))[name]

    value = round(figure(name), 4)

    assert value <= floor if name in FALLING else value >= floor


def test_every_far_question_is_refused():
    assert public().far.hits == 0


def raise_floor() -> None:
    stored = json.loads(FLOOR.read_text(encoding="utf-8")) if FLOOR.exists() else {}
    for name in FIGURES:
        value = round(figure(name), 4)
        better = min if name in FALLING else max
        stored[name] = better(value, stored.get(name, value))
    FLOOR.write_text(json.dumps(stored, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    raise_floor()
