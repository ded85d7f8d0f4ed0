"""Lead one person through a guide: which question comes next, and what may be concluded. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from knowledge.eligibility.diagram import UNCLEAR, Fork, Leaf, follow, holds
from knowledge.eligibility.model import UNSURE, Guide, Rule, RulingKind, Step, atoms


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """An answer: the key of a choice, a number, a date (ISO 8601) or UNSURE."""

    step: str
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """Where one person stands in one revision of a guide. Answers in the order they were given."""

    guide: str
    revision: int = 0
    answers: tuple[Given, ...] = ()

    @property
    def values(self) -> Mapping[str, str]:
        """The answers by step."""
        return {given.step: given.value for given in self.answers}


class Command(StrEnum):
    """What a person may do besides answering."""

    BEGIN = "begin"  # or go on where they stood
    BACK = "back"
    RESTART = "restart"
    CANCEL = "cancel"


@dataclass(frozen=True, slots=True, kw_only=True)
class Prompt:
    """The next question."""

    run: Run
    step: Step


@dataclass(frozen=True, slots=True, kw_only=True)
class Ruling:
    """The end of a run. `rule` decided; when what is not known decides, it is the first clause that hangs on it."""

    run: Run
    kind: RulingKind
    rule: Rule | None
    is_unclear: bool
    confirm: tuple[str, ...]
    unsure: tuple[Step, ...]  # questions the person could not answer


@dataclass(frozen=True, slots=True, kw_only=True)
class Cancelled:
    """The person does not want to go on."""


def advance(guide: Guide, run: Run, said: Given | Command) -> Prompt | Ruling | Cancelled:
    """Take an answer or a command; return the next question or the ruling.

    An answer to an earlier question replaces it and takes back the ones after it. Raises ValueError for an answer that
    its step does not know.
    """
    if said is Command.CANCEL:
        return Cancelled()
    if said is Command.RESTART:
        run = replace(run, answers=())
    elif said is Command.BACK:
        run = replace(run, answers=run.answers[:-1])
    elif isinstance(said, Given):
        require_known(guide, said)
        steps = [given.step for given in run.answers]
        kept = run.answers[: steps.index(said.step)] if said.step in steps else run.answers
        run = replace(run, answers=(*kept, said))
    node = follow(guide, run.values)
    if isinstance(node, Fork):
        step = guide.step(node.step)
        assert step is not None
        return Prompt(run=run, step=step)
    return _ruling(guide, run, node)


def require_known(guide: Guide, given: Given) -> None:
    """Raise ValueError when a step does not know an answer, or a value lies outside its bounds."""
    step = guide.step(given.step)
    if step is None:
        raise ValueError(f"there is no step {given.step!r}")
    if given.value == UNSURE:
        if not step.unsure:
            raise ValueError(f"{step.key} takes no {UNSURE!r}")
    elif step.kind == "choice":
        if step.choice(given.value) is None:
            raise ValueError(f"{step.key} has no choice {given.value!r}")
    elif not is_within(step, given.value):
        raise ValueError(f"{given.value} lies outside the bounds of {step.key}")


def is_within(step: Step, value: str) -> bool:
    """Tell whether a number or date lies within the bounds of its step. Raises ValueError when it is neither."""
    measured = step.measure(value)
    return (step.least is None or measured >= step.measure(step.least)) and (
        step.most is None or measured <= step.measure(step.most)
    )


def _ruling(guide: Guide, run: Run, leaf: Leaf) -> Ruling:
    is_unclear = leaf.rule == UNCLEAR
    rule = guide.rules[leaf.rule] if leaf.rule >= 0 else _hanging(guide, run) if is_unclear else None
    confirm = rule.confirm if rule is not None else guide.otherwise
    unsure = tuple(step for step in guide.steps if run.values.get(step.key) == UNSURE)
    return Ruling(run=run, kind=leaf.ruling, rule=rule, is_unclear=is_unclear, confirm=confirm, unsure=unsure)


def _hanging(guide: Guide, run: Run) -> Rule:
    """Return the first clause that an answer "I am not sure" leaves open."""
    unsure = {given.step for given in run.answers if given.value == UNSURE}
    hanging = [rule for rule in guide.rules if holds(guide, rule.when, run.values) is None]
    return next((rule for rule in hanging if unsure & {atom.step for atom in atoms(rule.when)}), hanging[0])
