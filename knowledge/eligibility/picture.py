"""A guide as a picture: questions as boxes from left to right, lines from answers to what follows from them. Pure."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass, replace

from knowledge.eligibility.diagram import Fork, Leaf, Node, diagram_of
from knowledge.eligibility.model import UNSURE, Guide, Step

BOX_WIDTH = 320
COLUMN = 400  # from one column to the next
GAP = 24
LINE_HEIGHT = 18
PADDING = 12
_LETTERS = 40  # in one line of a question
_ROW_LETTERS = 22  # in one line of an answer; what it ends in stands beside it


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """Answers with one consequence: another question (`target`, the number of its box), or an end (`leaf`).

    `answers`: labels, "" for "I am not sure"; `y`: the middle of the row; `top`: the base of its first line of text.
    """

    answers: tuple[str, ...]
    y: int
    top: int
    target: int = -1
    leaf: Leaf | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """A question with its rows. `lines`: the question, wrapped."""

    number: int
    x: int
    y: int
    height: int
    lines: tuple[str, ...]
    rows: tuple[Row, ...]
    step: Step


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """Boxes, and lines between them as the paths of an SVG, in a field of `width` times `height`."""

    width: int
    height: int
    boxes: tuple[Box, ...]
    curves: tuple[str, ...]


def picture_of(guide: Guide) -> Picture:
    """Draw a guide; without a question that matters, there are no boxes.

    Raises TooLarge; conditions name only steps and choices that exist.
    """
    boxes = _placed(guide, _ordered(diagram_of(guide)))
    drawn = ((box, row) for box in boxes for row in box.rows if row.target >= 0)
    return Picture(
        width=max((box.x + BOX_WIDTH for box in boxes), default=0) + PADDING,
        height=max((box.y + box.height for box in boxes), default=0) + PADDING,
        boxes=boxes,
        curves=tuple(_curve(box, row, boxes[row.target]) for box, row in drawn),
    )


def wrapped(row: Row, unsure: str) -> list[str]:
    """Return the answers of a row as lines of text; `unsure` stands for "I am not sure"."""
    return textwrap.wrap(", ".join(answer or unsure for answer in row.answers), _ROW_LETTERS) or [unsure]


def _ordered(root: Node) -> list[Fork]:
    """Return every question once, in the order in which somebody reading from the root meets it."""
    found = {id(root): root} if isinstance(root, Fork) else {}
    waiting = list(found.values())
    while waiting:
        for following in waiting.pop(0).ways.values():
            if isinstance(following, Fork) and id(following) not in found:
                found[id(following)] = following
                waiting.append(following)
    return list(found.values())


def _placed(guide: Guide, forks: Sequence[Fork]) -> tuple[Box, ...]:
    numbers = {id(fork): number for number, fork in enumerate(forks)}
    columns = _columns(forks)
    below = dict.fromkeys(columns.values(), PADDING)
    boxes = []
    for fork in forks:
        column = columns[id(fork)]
        box = _box(guide, fork, numbers, x=PADDING + column * COLUMN, y=below[column])
        below[column] += box.height + GAP
        boxes.append(box)
    return tuple(boxes)


def _columns(forks: Sequence[Fork]) -> dict[int, int]:
    """Return the column of each question: behind every one that leads to it."""
    columns = {id(fork): 0 for fork in forks}
    for _ in forks:  # at least as many rounds as the longest path has questions
        for fork in forks:
            for following in fork.ways.values():
                if isinstance(following, Fork):
                    columns[id(following)] = max(columns[id(following)], columns[id(fork)] + 1)
    return columns


def _box(guide: Guide, fork: Fork, numbers: dict[int, int], *, x: int, y: int) -> Box:
    step = guide.step(fork.step)
    assert step is not None
    lines = tuple(textwrap.wrap(step.question, _LETTERS))
    grouped: dict[int, tuple[Node, list[str]]] = {}
    for value, following in fork.ways.items():
        grouped.setdefault(id(following), (following, []))[1].append(_label(step, value))
    rows: list[Row] = []
    at = y + PADDING + len(lines) * LINE_HEIGHT + PADDING // 2
    for following, labels in grouped.values():
        leaf = following if isinstance(following, Leaf) else None
        row = Row(answers=tuple(labels), y=0, top=0, target=numbers.get(id(following), -1), leaf=leaf)
        height = len(wrapped(row, "?" * 8)) * LINE_HEIGHT + PADDING // 2
        rows.append(replace(row, y=at + height // 2, top=at + LINE_HEIGHT - PADDING // 4))
        at += height
    return Box(number=numbers[id(fork)], x=x, y=y, height=at + PADDING - y, lines=lines, rows=tuple(rows), step=step)


def _label(step: Step, value: str) -> str:
    """Return an answer as its row says it: a range by where it begins."""
    if value == UNSURE:
        return ""
    choice = step.choice(value)
    return choice.label if choice is not None else f"\N{GREATER-THAN OR EQUAL TO} {value} {step.unit}".strip()


def _curve(box: Box, row: Row, target: Box) -> str:
    begin, end, end_y = box.x + BOX_WIDTH, target.x, target.y + PADDING + LINE_HEIGHT // 2
    bend = (end - begin) // 2
    return f"M{begin} {row.y}C{begin + bend} {row.y} {end - bend} {end_y} {end} {end_y}"
