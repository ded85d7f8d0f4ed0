"""A guide as a picture: questions as boxes from left to right, lines from answers to what follows from them. Pure."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass

from knowledge.eligibility.diagram import Fork, Leaf, Node, diagram_of
from knowledge.eligibility.model import UNSURE, Guide, RulingKind, Step

BOX_WIDTH = 250
COLUMN = 370  # from one column to the next
GAP = 26
LINE_HEIGHT = 18
ROW_HEIGHT = 26
PADDING = 12
_LETTERS = 32  # in one line of a box
_ROW_LETTERS = 34


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """Answers with one consequence. `answers`: labels, "" for "I am not sure"; `y` of their line; `target` box."""

    answers: tuple[str, ...]
    y: int
    target: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """A question (`step`) with its rows, or an end (`leaf`). `lines`: the question, wrapped."""

    number: int
    x: int
    y: int
    height: int
    lines: tuple[str, ...] = ()
    rows: tuple[Row, ...] = ()
    step: Step | None = None
    leaf: Leaf | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Curve:
    """A line from an answer to what follows from it, as the path of an SVG. `ruling`: of the end it leads to."""

    path: str
    ruling: RulingKind | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """Boxes and lines in a field of `width` times `height`."""

    width: int
    height: int
    boxes: tuple[Box, ...]
    curves: tuple[Curve, ...]


def picture_of(guide: Guide) -> Picture:
    """Draw a guide. Raises TooLarge; conditions name only steps and choices that exist."""
    nodes = _ordered(diagram_of(guide))
    columns = _columns(nodes)
    boxes = _placed(guide, nodes, columns)
    curves = tuple(_curve(box, row, boxes[row.target]) for box in boxes for row in box.rows)
    return Picture(
        width=max(box.x for box in boxes) + BOX_WIDTH + PADDING,
        height=max(box.y + box.height for box in boxes) + PADDING,
        boxes=boxes,
        curves=curves,
    )


def _ordered(root: Node) -> list[Node]:
    """Return every node once, in the order in which somebody reading from the root meets it."""
    found: dict[int, Node] = {id(root): root}
    waiting = [root]
    while waiting:
        node = waiting.pop(0)
        for following in node.ways.values() if isinstance(node, Fork) else ():
            if id(following) not in found:
                found[id(following)] = following
                waiting.append(following)
    return list(found.values())


def _columns(nodes: Sequence[Node]) -> dict[int, int]:
    """Return the column of each node: behind everything that leads to it; ends stand together in the last."""
    columns = {id(node): 0 for node in nodes}
    for _ in nodes:  # as many rounds as the longest path has steps
        for node in nodes:
            for following in node.ways.values() if isinstance(node, Fork) else ():
                columns[id(following)] = max(columns[id(following)], columns[id(node)] + 1)
    last = max(columns.values())
    return columns | {id(node): last for node in nodes if isinstance(node, Leaf)}


def _placed(guide: Guide, nodes: Sequence[Node], columns: dict[int, int]) -> tuple[Box, ...]:
    numbers = {id(node): number for number, node in enumerate(nodes)}
    below = dict.fromkeys(columns.values(), PADDING)
    boxes = []
    for node in nodes:
        column = columns[id(node)]
        x, y = PADDING + column * COLUMN, below[column]
        box = _box(guide, node, numbers, x=x, y=y)
        below[column] = y + box.height + GAP
        boxes.append(box)
    return tuple(boxes)


def _box(guide: Guide, node: Node, numbers: dict[int, int], *, x: int, y: int) -> Box:
    if isinstance(node, Leaf):
        return Box(number=numbers[id(node)], x=x, y=y, height=2 * LINE_HEIGHT + 2 * PADDING, leaf=node)
    step = guide.step(node.step)
    assert step is not None
    lines = tuple(textwrap.wrap(step.question, _LETTERS))
    top = y + PADDING + len(lines) * LINE_HEIGHT + PADDING // 2
    targets: dict[int, list[str]] = {}
    for value, following in node.ways.items():
        targets.setdefault(numbers[id(following)], []).append(_label(step, value))
    rows = tuple(
        Row(answers=tuple(labels), y=top + at * ROW_HEIGHT + ROW_HEIGHT // 2, target=target)
        for at, (target, labels) in enumerate(targets.items())
    )
    height = top + len(rows) * ROW_HEIGHT + PADDING // 2 - y
    return Box(number=numbers[id(node)], x=x, y=y, height=height, lines=lines, rows=rows, step=step)


def _label(step: Step, value: str) -> str:
    """Return an answer as its line says it: a range by where it begins."""
    if value == UNSURE:
        return ""
    choice = step.choice(value)
    return choice.label if choice is not None else f"\N{GREATER-THAN OR EQUAL TO} {value} {step.unit}".strip()


def shortened(text: str) -> str:
    """Return text that fits into a row."""
    return textwrap.shorten(text, _ROW_LETTERS, placeholder="\N{HORIZONTAL ELLIPSIS}")


def _curve(box: Box, row: Row, target: Box) -> Curve:
    begin_x, end_x, end_y = box.x + BOX_WIDTH, target.x, target.y + PADDING + LINE_HEIGHT // 2
    bend = max((end_x - begin_x) // 2, 40)
    path = f"M{begin_x} {row.y}C{begin_x + bend} {row.y} {end_x - bend} {end_y} {end_x} {end_y}"
    return Curve(path=path, ruling=target.leaf.ruling if target.leaf else None)
