"""What is wrong with a guide before anybody is led through it. Every problem here forbids publishing but NO_TEXT."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from knowledge.eligibility.diagram import OTHERWISE, Fork, Leaf, Node, TooLarge, diagram_of
from knowledge.eligibility.model import SHORT_TITLE, Guide, Is, OneOf, Reaches, Rule, RulingKind, atoms
from knowledge.quoting import is_quoted, plain


class Flaw(StrEnum):
    """The kinds of problems; the console says each in a sentence of its own."""

    REPEATED_STEP = "repeated_step"
    REPEATED_CHOICE = "repeated_choice"
    LONG_LABEL = "long_label"  # a label that no button holds, without a short title
    UNKNOWN_STEP = "unknown_step"
    UNKNOWN_CHOICE = "unknown_choice"
    WRONG_KIND = "wrong_kind"  # a number compared with a choice, or the other way round
    UNREACHABLE_STEP = "unreachable_step"
    USELESS_RULE = "useless_rule"  # it contradicts itself, or an earlier rule always decides
    CONTRADICTION = "contradiction"  # two rules ask the same and rule differently
    NO_PATH = "no_path"  # a choice that no rule and no "otherwise" takes care of
    NO_CITATION = "no_citation"
    NO_CONFIRMATION = "no_confirmation"  # people are sent to staff, and nobody says what for
    UNKNOWN_ARTICLE = "unknown_article"
    NOT_QUOTED = "not_quoted"  # the quote is not in the article
    NO_TEXT = "no_text"  # the article's text is not known here: nothing can be compared (a warning)
    PROMISE = "promise"  # a text that tells somebody they qualify
    TOO_LARGE = "too_large"


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One flaw. `place`: "step KEY" or "rule N" (from 1); `detail`: what it is about, a key or a quote."""

    flaw: Flaw
    place: str = ""
    detail: str = ""

    @property
    def is_fatal(self) -> bool:
        """Tell whether the guide must not be published with it."""
        return self.flaw is not Flaw.NO_TEXT

    def __str__(self) -> str:
        """Return it as the command line says it."""
        said = self.flaw.value.replace("_", " ")
        return ": ".join(part for part in (self.place, f"{said} {self.detail}".strip()) if part)


# What a guide must never say, in any spelling: whether somebody qualifies is for staff to find (field.md 3.4).
_PROMISE = plain("\u0111\u1ee7 \u0111i\u1ec1u ki\u1ec7n")


def check(guide: Guide, articles: Mapping[str, str]) -> list[Problem]:
    """Return every problem. `articles`: the text of each known article by its key, "" where the text is not known."""
    problems = [*_names(guide), *_references(guide), *_citations(guide, articles), *_promises(guide)]
    if any(problem.flaw in BREAKS_DIAGRAM for problem in problems):
        return problems
    try:
        return [*problems, *_consequences(guide, diagram_of(guide))]
    except TooLarge:
        return [*problems, Problem(flaw=Flaw.TOO_LARGE)]


# What follows from such a guide cannot be looked at.
BREAKS_DIAGRAM = frozenset(
    {Flaw.REPEATED_STEP, Flaw.REPEATED_CHOICE, Flaw.UNKNOWN_STEP, Flaw.UNKNOWN_CHOICE, Flaw.WRONG_KIND}
)


def promises(text: str) -> bool:
    """Tell whether a text holds the words that must never be said."""
    return _PROMISE in plain(text)


def _names(guide: Guide) -> Iterator[Problem]:
    for key in _repeated(step.key for step in guide.steps):
        yield Problem(flaw=Flaw.REPEATED_STEP, place=f"step {key}")
    for step in guide.steps:
        for key in _repeated(choice.key for choice in step.choices):
            yield Problem(flaw=Flaw.REPEATED_CHOICE, place=f"step {step.key}", detail=key)
        for choice in step.choices:
            if len(choice.label) > SHORT_TITLE and not choice.short_title:
                yield Problem(flaw=Flaw.LONG_LABEL, place=f"step {step.key}", detail=choice.label)


def _references(guide: Guide) -> Iterator[Problem]:
    for number, rule in enumerate(guide.rules, 1):
        for atom in atoms(rule.when):
            flaw = _broken(guide, atom)
            if flaw is not None:
                detail = atom.step if flaw is not Flaw.UNKNOWN_CHOICE else f"{atom.step}: {', '.join(_named(atom))}"
                yield Problem(flaw=flaw, place=f"rule {number}", detail=detail)


def _broken(guide: Guide, atom: Is | OneOf | Reaches) -> Flaw | None:
    step = guide.step(atom.step)
    if step is None:
        return Flaw.UNKNOWN_STEP
    if isinstance(atom, Reaches) is (step.kind == "choice"):
        return Flaw.WRONG_KIND
    if isinstance(atom, Reaches):
        try:
            step.measure(atom.value)
        except ValueError:
            return Flaw.WRONG_KIND
        return None
    return None if all(step.choice(key) for key in _named(atom)) else Flaw.UNKNOWN_CHOICE


def _named(atom: Is | OneOf | Reaches) -> tuple[str, ...]:
    if isinstance(atom, Is):
        return (atom.choice,)
    return atom.choices if isinstance(atom, OneOf) else ()


def _citations(guide: Guide, articles: Mapping[str, str]) -> Iterator[Problem]:
    for number, rule in enumerate(guide.rules, 1):
        place, article = f"rule {number}", guide.article_of(rule)
        if rule.ruling is RulingKind.ASK_STAFF and not rule.confirm:
            yield Problem(flaw=Flaw.NO_CONFIRMATION, place=place)
        if rule.ruling is not RulingKind.ASK_STAFF and not (rule.clause and rule.quote and article):
            yield Problem(flaw=Flaw.NO_CITATION, place=place)
        elif article and article not in articles:
            yield Problem(flaw=Flaw.UNKNOWN_ARTICLE, place=place, detail=article)
        elif rule.quote and article and not articles[article]:
            yield Problem(flaw=Flaw.NO_TEXT, place=place, detail=article)
        elif rule.quote and not is_quoted(rule.quote, articles.get(article, "")):
            yield Problem(flaw=Flaw.NOT_QUOTED, place=place, detail=rule.quote)


def _promises(guide: Guide) -> Iterator[Problem]:
    for place, text in guide.said():
        if promises(text):
            yield Problem(flaw=Flaw.PROMISE, place=place, detail=text)


def _consequences(guide: Guide, root: Node) -> Iterator[Problem]:
    forks, leaves = _parts(root)
    asked = {fork.step for fork in forks}
    for step in guide.steps:
        if step.key not in asked:
            yield Problem(flaw=Flaw.UNREACHABLE_STEP, place=f"step {step.key}")
    decided = {leaf.rule for leaf in leaves}
    for number, rule in enumerate(guide.rules):
        if number not in decided:
            yield _undecided(guide.rules, number, rule)
    if not guide.otherwise:
        yield from _left_out(guide, forks)


def _undecided(rules: tuple[Rule, ...], number: int, rule: Rule) -> Problem:
    twin = next((n for n in range(number) if rules[n].when == rule.when and rules[n].ruling is not rule.ruling), None)
    if twin is None:
        return Problem(flaw=Flaw.USELESS_RULE, place=f"rule {number + 1}")
    return Problem(flaw=Flaw.CONTRADICTION, place=f"rule {number + 1}", detail=f"rule {twin + 1}")


def _left_out(guide: Guide, forks: Iterable[Fork]) -> Iterator[Problem]:
    """Yield the choices that lead to an end for which nobody has written anything."""
    found = ((fork.step, value) for fork in forks for value, node in fork.ways.items() if _is_otherwise(node))
    for key, value in dict.fromkeys(found):
        step = guide.step(key)
        choice = step.choice(value) if step is not None else None
        detail = choice.label if choice is not None else value
        yield Problem(flaw=Flaw.NO_PATH, place=f"step {key}", detail=detail)


def _is_otherwise(node: Node) -> bool:
    return isinstance(node, Leaf) and node.rule == OTHERWISE


def _parts(root: Node) -> tuple[list[Fork], set[Leaf]]:
    forks: dict[int, Fork] = {}
    leaves: set[Leaf] = set()
    waiting = [root]
    while waiting:
        node = waiting.pop()
        if isinstance(node, Leaf):
            leaves.add(node)
        elif id(node) not in forks:
            forks[id(node)] = node
            waiting += node.ways.values()
    return list(forks.values()), leaves


def _repeated(keys: Iterable[str]) -> list[str]:
    return [key for key, times in Counter(keys).items() if times > 1]
