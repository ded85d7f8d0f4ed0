"""Choices and conditions as lines of text, as the console's form shows them; YAML holds what does not fit."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from knowledge.eligibility.model import All, Choice, Condition, Is, Not, OneOf, Reaches
from knowledge.eligibility.model import Any as AnyOf

_BAR, _SEMICOLON = " | ", "; "
_NOT = "!"


def choice_line(choice: Choice) -> str:
    """Return "key | label | short title | synonym; synonym", without the empty parts at its end."""
    parts = (choice.key, choice.label, choice.short_title, _SEMICOLON.join(choice.synonyms))
    return _BAR.join(parts).rstrip(" |")


def read_choice(line: str) -> dict[str, Any]:
    """Return the fields of a choice from its line; the model judges them."""
    key, label, short_title, synonyms, *_ = ([part.strip() for part in line.split("|")] + [""] * 4)[:5]
    words = [word.strip() for word in synonyms.split(";") if word.strip()]
    return {"key": key, "label": label or key, "short_title": short_title, "synonyms": words}


def condition_lines(condition: Condition) -> tuple[str, list[str]] | None:
    """Return how the lines are joined ("all" or "any") and one line per part; None when that cannot say it.

    A line is "step = choice", "step = choice | choice" or "step >= value", with "!" before it for "not".
    """
    kind, parts = (condition.kind, condition.of) if isinstance(condition, All | AnyOf) else ("all", (condition,))
    lines = [_line(part) for part in parts]
    return None if None in lines else (kind, [line for line in lines if line])


def read_condition(kind: str, lines: Sequence[str]) -> dict[str, Any]:
    """Return the fields of a condition from its lines; the model judges them. Raises ValueError naming a bad line."""
    parts = [_read(line) for line in lines]
    return parts[0] if len(parts) == 1 else {"kind": kind, "of": parts}


def _line(condition: Condition) -> str | None:
    if isinstance(condition, Not):
        line = _line(condition.of)
        return f"{_NOT} {line}" if line and not line.startswith(_NOT) else None
    if isinstance(condition, Is):
        return f"{condition.step} = {condition.choice}"
    if isinstance(condition, OneOf):
        return f"{condition.step} = {_BAR.join(condition.choices)}"
    return f"{condition.step} >= {condition.value}" if isinstance(condition, Reaches) else None


def _read(line: str) -> dict[str, Any]:
    text = line.strip()
    if text.startswith(_NOT):
        return {"kind": "not", "of": _read(text.removeprefix(_NOT))}
    step, at_least, value = (part.strip() for part in text.partition(">="))
    if at_least and step and value:
        return {"kind": "at_least", "step": step, "value": value}
    step, equals, value = (part.strip() for part in text.partition("="))
    choices = [choice.strip() for choice in value.split("|") if choice.strip()]
    if not equals or not step or not choices:
        raise ValueError(text)
    if len(choices) == 1:
        return {"kind": "is", "step": step, "choice": choices[0]}
    return {"kind": "one_of", "step": step, "choices": choices}
