"""What follows from which answers, as a decision diagram: a question stands in it only where its answer still matters.

Every path from the root asks the steps in their order and ends in a leaf; two answers with the same consequences lead
to the same node, and a step whose answers all lead to one node is left out. So the first step on the way that is not
answered yet is the next question to ask, and a leaf is reached as soon as nothing can change it any more.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import TypeAlias

from knowledge.eligibility.model import UNSURE, Condition, Guide, Is, Not, OneOf, Reaches, RulingKind, Step, atoms

OTHERWISE, UNCLEAR = -1, -2  # instead of the number of a rule: none holds; what is not known decides
MAX_NODES = 5_000


@dataclass(frozen=True, slots=True)
class Leaf:
    """The end of a path: the ruling and the number of the rule that decides (from 0), OTHERWISE or UNCLEAR."""

    ruling: RulingKind
    rule: int


@dataclass(frozen=True, slots=True, eq=False)
class Fork:
    """A question that matters: each representative answer with what follows from it."""

    step: str
    ways: Mapping[str, Node]


Node: TypeAlias = Leaf | Fork


class TooLarge(ValueError):
    """A guide with more combinations than can be looked through."""


def values_of(guide: Guide, step: Step) -> tuple[str, ...]:
    """Return one answer of each kind that the rules tell apart: the choices, or a value of each range; UNSURE last."""
    known = tuple(choice.key for choice in step.choices) if step.kind == "choice" else _ranges(guide, step)
    return (*known, UNSURE) if step.unsure else known


def representative(guide: Guide, step: Step, value: str) -> str:
    """Return the answer of `values_of` that has the same consequences as `value`."""
    if step.kind == "choice" or value == UNSURE:
        return value
    below = [known for known in _ranges(guide, step) if step.measure(known) <= step.measure(value)]
    return below[-1] if below else _ranges(guide, step)[0]


def _ranges(guide: Guide, step: Step) -> tuple[str, ...]:
    """Return the beginning of each range between the thresholds of the rules, ascending, in the step's own writing."""
    written = [atom.value for atom in _atoms_of(guide, step.key) if isinstance(atom, Reaches)]
    thresholds = sorted({step.measure(value) for value in written})
    least = step.measure(step.least) if step.least is not None else None
    most = step.measure(step.most) if step.most is not None else None
    lowest = least if least is not None else (thresholds[0] - 1 if thresholds else Decimal(1))
    inside = [value for value in thresholds if value > lowest and (most is None or value <= most)]
    return tuple(_written(step, value) for value in (lowest, *inside))


def _written(step: Step, measured: Decimal) -> str:
    return date.fromordinal(int(measured)).isoformat() if step.kind == "date" else f"{measured.normalize():f}"


def _atoms_of(guide: Guide, step: str) -> Iterator[Is | OneOf | Reaches]:
    return (atom for rule in guide.rules for atom in atoms(rule.when) if atom.step == step)


@lru_cache(maxsize=64)
def diagram_of(guide: Guide) -> Node:
    """Return the root of a guide's diagram. Raises TooLarge; conditions name only steps and choices that exist."""
    return _Builder(guide).root()


def follow(guide: Guide, answers: Mapping[str, str]) -> Node:
    """Return where the answers lead: the next question (a Fork), or the end."""
    node = diagram_of(guide)
    while isinstance(node, Fork) and node.step in answers:
        step = guide.step(node.step)
        assert step is not None
        node = node.ways[representative(guide, step, answers[node.step])]
    return node


_Held: TypeAlias = bool | None  # None: not known
# A condition with some answers put in: decided, or what is left of it. Hashable, so that equal rests meet.
_Rest: TypeAlias = _Held | tuple[str, object]


class _Builder:
    def __init__(self, guide: Guide) -> None:
        self._guide = guide
        self._values = {step.key: values_of(guide, step) for step in guide.steps}
        self._nodes: dict[tuple[_Rest, ...], Node] = {}
        self._leaves: dict[Leaf, Leaf] = {}
        self._forks: dict[tuple[str, tuple[int, ...]], Fork] = {}

    def root(self) -> Node:
        return self._node(tuple(self._compiled(rule.when) for rule in self._guide.rules), 0)

    def _node(self, rests: tuple[_Rest, ...], at: int) -> Node:
        rests = _until_decided(rests)
        if rests in self._nodes:
            return self._nodes[rests]
        if len(self._nodes) >= MAX_NODES:
            raise TooLarge(f"the guide {self._guide.key} has too many combinations of answers")
        self._nodes[rests] = made = self._made(rests, at)
        return made

    def _made(self, rests: tuple[_Rest, ...], at: int) -> Node:
        asked = {step for rest in rests for step in _steps_in(rest)}
        if not asked:
            leaf = _decide(self._guide, rests)
            return self._leaves.setdefault(leaf, leaf)
        at = next(number for number in range(at, len(self._guide.steps)) if self._guide.steps[number].key in asked)
        step = self._guide.steps[at].key
        ways = {
            value: self._node(tuple(_given(rest, step, value) for rest in rests), at + 1)
            for value in self._values[step]
        }
        if len({id(node) for node in ways.values()}) == 1:
            return next(iter(ways.values()))
        unclear = Leaf(RulingKind.ASK_STAFF, UNCLEAR)
        ends = {node.ruling if isinstance(node, Leaf) else None for node in ways.values()}
        if ends == {RulingKind.ASK_STAFF} and None in rests:
            # Something is not known, and staff are needed whatever the answer: asking on would be idle.
            return self._leaves.setdefault(unclear, unclear)
        return self._forks.setdefault((step, tuple(id(node) for node in ways.values())), Fork(step, ways))

    def _compiled(self, condition: Condition) -> _Rest:
        if isinstance(condition, Is):
            return ("", (condition.step, frozenset({condition.choice})))
        if isinstance(condition, OneOf):
            return ("", (condition.step, frozenset(condition.choices)))
        if isinstance(condition, Reaches):
            step = self._guide.step(condition.step)
            assert step is not None
            known = (value for value in self._values[step.key] if value != UNSURE)
            reached = frozenset(value for value in known if step.measure(value) >= step.measure(condition.value))
            return ("", (condition.step, reached))
        if isinstance(condition, Not):
            return _joined("not", (self._compiled(condition.of),))
        return _joined(condition.kind, tuple(self._compiled(part) for part in condition.of))


def _until_decided(rests: tuple[_Rest, ...]) -> tuple[_Rest, ...]:
    """Leave out what no longer counts: rules after the first that holds."""
    return rests[: rests.index(True) + 1] if True in rests else rests


def _steps_in(rest: _Rest) -> Iterator[str]:
    if not isinstance(rest, tuple):
        return
    kind, parts = rest
    assert isinstance(parts, tuple)
    if kind:
        for part in parts:
            yield from _steps_in(part)
    else:
        yield parts[0]


def _given(rest: _Rest, step: str, value: str) -> _Rest:
    """Put one answer into a condition."""
    if not isinstance(rest, tuple):
        return rest
    kind, parts = rest
    assert isinstance(parts, tuple)
    if kind:
        return _joined(kind, tuple(_given(part, step, value) for part in parts))
    if parts[0] != step:
        return rest
    return None if value == UNSURE else value in parts[1]


def _joined(kind: str, parts: tuple[_Rest, ...]) -> _Rest:
    """Join parts as Kleene does: false decides "all", true decides "any", whatever is not known."""
    if kind == "not":
        [part] = parts
        return (kind, parts) if isinstance(part, tuple) else None if part is None else not part
    decisive = kind == "any"
    if any(part is decisive for part in parts):
        return decisive
    left = tuple(dict.fromkeys(part for part in parts if part is None or isinstance(part, tuple)))
    if not left:
        return not decisive
    return None if left == (None,) else (kind, left)


def _decide(guide: Guide, held: tuple[_Rest, ...]) -> Leaf:
    """Return the ruling when every rule is decided or not knowable: what all possibilities agree on, else unclear."""
    possible: set[RulingKind] = set()
    for number, (rule, holds) in enumerate(zip(guide.rules, held, strict=False)):
        if holds:
            return Leaf(rule.ruling, number) if possible <= {rule.ruling} else Leaf(RulingKind.ASK_STAFF, UNCLEAR)
        if holds is None:
            possible.add(rule.ruling)
    return Leaf(RulingKind.ASK_STAFF, UNCLEAR if possible else OTHERWISE)


def holds(guide: Guide, condition: Condition, answers: Mapping[str, str]) -> _Held:
    """Tell whether a condition holds for the answers; None when that is not known (a step unsure or unanswered)."""
    if isinstance(condition, Is | OneOf | Reaches):
        value = answers.get(condition.step, UNSURE)
        if value == UNSURE:
            return None
        if isinstance(condition, Reaches):
            step = guide.step(condition.step)
            assert step is not None
            return step.measure(value) >= step.measure(condition.value)
        return value == condition.choice if isinstance(condition, Is) else value in condition.choices
    if isinstance(condition, Not):
        held = holds(guide, condition.of, answers)
        return None if held is None else not held
    joined = _joined(condition.kind, tuple(holds(guide, part, answers) for part in condition.of))
    return None if joined is None else bool(joined)
