"""Two people at one guide: what the others changed, and both changes as one draft."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeVar

from sqlalchemy.ext.asyncio import AsyncSession

from admin import merging
from admin.guide_form import LINES, OUTCOMES, PLAIN, Draft, draft_of, rule_draft, step_draft
from admin.merging import Parts, TheirChange, kept_text, their_change
from admin.wording import say
from knowledge.diffing import merge_fields, word_diff
from knowledge.eligibility.lines import condition_lines
from knowledge.eligibility.model import All, Condition, Guide, Not, Rule, Step
from knowledge.eligibility.model import Any as AnyOf

P = TypeVar("P", Step, Rule)
_SAVING = frozenset({"guides.save", "guides.restore"})
_FIELDS = (*PLAIN[1:], "as_of", *LINES, *OUTCOMES)  # the key never changes
_STEP = ("key", "question", "help", "kind", "choices", "unit", "least", "most", "unsure")
_RULE = ("when", "ruling", "clause", "quote", "article", "confirm")


@dataclass(frozen=True, slots=True, kw_only=True)
class Merged:
    """A draft with the changes of both, to be looked at and saved, and what of it the others changed."""

    draft: Draft
    changes: tuple[TheirChange, ...]


async def writers_since(session: AsyncSession, key: str, number: int) -> str:
    """Return the names of those who saved a revision of a guide after one, as staff are told; never empty."""
    return await merging.writers_since(session, f"guide:{key}", number, saving=_SAVING, counted="revision")


def merged(base: Guide, mine: Guide, theirs: Guide) -> Merged:
    """Bring two changes of a guide together: fields by words, as those of entries, steps and rules as a whole each."""
    own = draft_of(mine)
    texts = merge_fields(_texts(draft_of(base)), _texts(own), _texts(draft_of(theirs)))
    steps = Parts(*(_by_key(guide.steps) for guide in (base, mine, theirs)))
    rules = Parts(_numbered(base.rules), _like(base.rules, mine.rules), _like(base.rules, theirs.rules))
    changes = (their_change(it, _heading(it.name)) for it in texts)
    return Merged(
        draft={
            **own,
            **{it.name: kept_text(it, own[it.name]) for it in texts},
            "steps": [step_draft(step) for step in steps.together()],
            "rules": [rule_draft(rule) for rule in rules.together()],
        },
        changes=(
            *(change for change in changes if change),
            *_part_changes(steps, _named_step, _step_text),
            *_part_changes(rules, _named_rule, _rule_text),
        ),
    )


def _texts(draft: Draft) -> dict[str, str]:
    return {name: draft[name] for name in _FIELDS}


def _by_key(steps: Sequence[Step]) -> dict[str, Step]:
    """Return steps by key; a draft may hold two of one key, and neither may be lost."""
    found: dict[str, Step] = {}
    for step in steps:
        found[step.key if step.key not in found else f"{step.key} {len(found)}"] = step
    return found


def _numbered(rules: Sequence[Rule]) -> dict[str, Rule]:
    return {str(number): rule for number, rule in enumerate(rules)}


def _like(base: Sequence[Rule], rules: Sequence[Rule]) -> dict[str, Rule]:
    """Return rules by the number of the one in `base` that each was made of; a new one by what it says."""
    made_of = _origins(base, rules)
    found: dict[str, Rule] = {}
    for at, rule in enumerate(rules):
        key = str(made_of[at]) if at in made_of else rule.model_dump_json()
        found[key if key not in found else f"{key} {at}"] = rule
    return found


def _origins(base: Sequence[Rule], rules: Sequence[Rule]) -> dict[int, int]:
    """Return which rule in `base` each rule was made of, by their places.

    Rules have no keys: one is the same when nothing of it changed, or its condition, or its quote did not; in lists
    that are equally long also when it stands where the other stood.
    """
    marks: tuple[Callable[[int, Rule], object], ...] = (
        lambda _, rule: rule,
        lambda _, rule: rule.when,
        lambda _, rule: (rule.clause, rule.quote) if rule.quote else None,
        lambda at, _: at if len(base) == len(rules) else None,
    )
    found: dict[int, int] = {}
    for mark in marks:
        for at, rule in enumerate(rules):
            wanted = None if at in found else mark(at, rule)
            free = (number for number in range(len(base)) if number not in found.values())
            same = next(
                (number for number in free if wanted is not None and mark(number, base[number]) == wanted), None
            )
            if same is not None:
                found[at] = same
    return found


def _part_changes(parts: Parts[P], named: Callable[[P], str], text: Callable[[P], str]) -> Iterator[TheirChange]:
    for before, after, is_clean in parts.changed():
        shown = after or before
        assert shown is not None, "a part that differs is there before or after"
        texts = (text(part) if part else "" for part in (before, after))
        yield TheirChange(heading=named(shown), pieces=word_diff(*texts), is_clean=is_clean)


def _heading(field: str) -> str:
    name = say(f"guides.field.{field}")
    return name[:1].upper() + name[1:]


def _named_step(step: Step) -> str:
    return say("guides.step_named", question=step.question)


def _named_rule(rule: Rule) -> str:
    return say("guides.rule_named", clause=rule.clause or say(f"guides.ruling.{rule.ruling}"))


def _step_text(step: Step) -> str:
    draft = step_draft(step)
    said = {**draft, "kind": say(f"guides.kind.{step.kind}"), "unsure": say("guides.unsure") if step.unsure else ""}
    return _lines(said, _STEP)


def _rule_text(rule: Rule) -> str:
    said = {**rule_draft(rule), "when": _condition(rule.when), "ruling": say(f"guides.ruling.{rule.ruling}")}
    return _lines(said, _RULE)


def _lines(said: Draft, names: Sequence[str]) -> str:
    return "\n".join(f"{_heading(name)}: {said[name]}" for name in names if said[name])


def _condition(condition: Condition) -> str:
    """Return a condition in one line, as lines of the form, joined by words."""
    if said := condition_lines(condition):
        kind, lines = said
        return f" {say(f'guides.joint.{kind}')} ".join(lines)
    if isinstance(condition, Not):
        return f"{say('guides.joint.not')} ({_condition(condition.of)})"
    assert isinstance(condition, All | AnyOf), "every other condition is a line"
    return f" {say(f'guides.joint.{condition.kind}')} ".join(f"({_condition(part)})" for part in condition.of)
