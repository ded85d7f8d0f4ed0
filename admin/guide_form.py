"""The form of a guide: a guide as fields of a form, and the fields as what the model reads. No requests here."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any, Protocol, TypeAlias

from pydantic import TypeAdapter, ValidationError

from knowledge.eligibility.lines import choice_line, condition_lines, read_choice, read_condition
from knowledge.eligibility.model import MAX_STEPS, Condition, Guide, Rule, RulingKind, Step
from knowledge.guide_file import Fault, InvalidGuide

Draft: TypeAlias = dict[str, Any]
"""What the form shows: texts by field name, and lists of the same under `steps` and `rules`."""

PLAIN = ("key", "title", "short_title", "intro", "article", "contact")
LINES = ("wordings", "otherwise")
OUTCOMES = tuple(kind.value for kind in RulingKind)
STEP_FIELDS = ("key", "kind", "question", "help", "choices", "unit", "least", "most")
RULE_FIELDS = ("mode", "when", "kept", "ruling", "clause", "quote", "article", "confirm")
_MOST_RULES = 50
_CONDITION: TypeAdapter[Condition] = TypeAdapter(Condition)


class Fields(Protocol):
    """Posted fields; admin.forms.Form."""

    def text(self, name: str) -> str:
        """Return a field without the space around it."""
        ...

    def flag(self, name: str) -> bool:
        """Tell whether a check box was set."""
        ...

    def integer(self, name: str) -> int | None:
        """Return a whole number, None when there is none."""
        ...


def draft_of(guide: Guide) -> Draft:
    """Return a guide as the form shows it."""
    return {
        **{name: getattr(guide, name) for name in PLAIN},
        **{name: "\n".join(getattr(guide, name)) for name in LINES},
        **{name: getattr(guide.outcomes, name) for name in OUTCOMES},
        "as_of": guide.as_of.isoformat() if guide.as_of else "",
        "steps": [step_draft(step) for step in guide.steps],
        "rules": [rule_draft(rule) for rule in guide.rules],
    }


def draft_from(form: Fields) -> Draft:
    """Return what was posted, in the order the positions say, without what was removed or left blank."""
    return {
        **{name: form.text(name) for name in (*PLAIN, *LINES, *OUTCOMES, "as_of")},
        "steps": _blocks(form, "s", STEP_FIELDS, min(form.integer("steps") or 0, MAX_STEPS + 1), _is_step),
        "rules": _blocks(form, "r", RULE_FIELDS, min(form.integer("rules") or 0, _MOST_RULES + 1), _is_rule),
    }


def with_blanks(draft: Draft) -> Draft:
    """Return the draft with an empty step and an empty rule at the end, to be filled in."""
    step = dict.fromkeys(STEP_FIELDS, "") | {"kind": "choice", "unsure": True}
    rule = dict.fromkeys(RULE_FIELDS, "") | {"mode": "all", "ruling": RulingKind.MAY_QUALIFY.value}
    return draft | {"steps": [*draft["steps"], step], "rules": [*draft["rules"], rule]}


def fields_of(draft: Draft) -> dict[str, Any]:
    """Return the fields the model reads. Raises InvalidGuide naming lines and dates that cannot be read."""
    faults: list[Fault] = []
    rules = [_rule_fields(number, rule, faults) for number, rule in enumerate(draft["rules"], 1)]
    as_of = draft["as_of"]
    if as_of and not _is_day(as_of):
        faults.append(Fault(place=("as_of",), kind="date_format"))
    if faults:
        raise InvalidGuide(*faults)
    return {
        **{name: draft[name] for name in PLAIN},
        **{name: _lines(draft[name]) for name in LINES},
        "outcomes": {name: draft[name] for name in OUTCOMES},
        "as_of": as_of or None,
        "steps": [_step_fields(step) for step in draft["steps"]],
        "rules": rules,
    }


def step_draft(step: Step) -> Draft:
    """Return a step as the form shows it."""
    plain = {name: getattr(step, name) or "" for name in ("key", "kind", "question", "help", "unit", "least", "most")}
    return plain | {"choices": "\n".join(choice_line(choice) for choice in step.choices), "unsure": step.unsure}


def rule_draft(rule: Rule) -> Draft:
    """Return a rule as the form shows it. `kept`: a condition that no lines can say, which the form carries along."""
    said = condition_lines(rule.when)
    mode, lines = said or ("all", [])
    return {
        "mode": mode,
        "when": "\n".join(lines),
        "kept": "" if said else rule.when.model_dump_json(),
        "ruling": rule.ruling.value,
        "clause": rule.clause,
        "quote": rule.quote,
        "article": rule.article,
        "confirm": "\n".join(rule.confirm),
    }


def _blocks(
    form: Fields, prefix: str, names: Sequence[str], count: int, is_filled: Callable[[Draft], bool]
) -> list[Draft]:
    found: list[tuple[int, int, Draft]] = []
    for number in range(count):
        block: Draft = {name: form.text(f"{prefix}{number}-{name}") for name in names}
        block["unsure"] = form.flag(f"{prefix}{number}-unsure")
        at = form.integer(f"{prefix}{number}-at")
        if is_filled(block) and not form.flag(f"{prefix}{number}-remove"):
            found.append((number + 1 if at is None else at, number, block))
    return [block for _, _, block in sorted(found, key=lambda each: each[:2])]


def _is_step(block: Draft) -> bool:
    return bool(block["key"] or block["question"] or block["choices"])


def _is_rule(block: Draft) -> bool:
    return any(block[name] for name in ("when", "kept", "clause", "quote", "confirm"))


def _step_fields(step: Draft) -> dict[str, Any]:
    is_choice = step["kind"] == "choice"
    return {
        **{name: step[name] for name in ("key", "kind", "question", "help", "unit")},
        "choices": [read_choice(line) for line in _lines(step["choices"])] if is_choice else [],
        "least": step["least"] or None,
        "most": step["most"] or None,
        "unsure": step["unsure"],
    }


def _rule_fields(number: int, rule: Draft, faults: list[Fault]) -> dict[str, Any]:
    return {
        "when": _condition(number, rule, faults),
        **{name: rule[name] for name in ("ruling", "clause", "quote", "article")},
        "confirm": _lines(rule["confirm"]),
    }


def _condition(number: int, rule: Draft, faults: list[Fault]) -> Any:
    lines = _lines(rule["when"])
    try:
        if lines:
            return read_condition(rule["mode"], lines)
        return _CONDITION.validate_json(rule["kept"]).model_dump()
    except ValidationError:  # nothing was kept, or a browser made it up
        faults.append(Fault(place=("rules", number, "when"), kind="missing"))
    except ValueError as error:
        faults.append(Fault(place=("rules", number, "when"), kind="condition", detail=str(error)))
    return None


def _lines(text: str) -> list[str]:
    return [line for each in text.splitlines() if (line := each.strip())]


def _is_day(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True
