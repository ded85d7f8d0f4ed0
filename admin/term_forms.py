"""The form of a term: posted fields as text, what they mean, which of them cannot stand, and two people's merged."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from pydantic import ValidationError

from admin.rendering import percent
from admin.wording import say
from knowledge.fields import strange_characters
from knowledge.matching.normalizer import forms
from knowledge.schema import TERM_LENGTH, TermItem, TermKind

FIELDS = ("term", "meaning", "kind", "weight", "valid_from", "valid_until")
BASE = "base_"  # begins the names of the fields that hold the term as the form began with it
WEIGHTS = (0.9, 0.7, 0.5, 0.3)  # what the form offers; a file may name any other
LONGEST_FILLER = 7  # words: the matcher looks for no longer courtesy
_WITHOUT_MEANING = frozenset({TermKind.FILLER, TermKind.FUNCTION})
EMPTY = {
    "term": "",
    "meaning": "",
    "kind": TermKind.ABBREVIATION.value,
    "weight": "0.9",
    "valid_from": "",
    "valid_until": "",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Merged:
    """The fields of two people's changes of one term. `clashes`: where both changed the same, what the other wrote."""

    fields: Mapping[str, str]
    clashes: Mapping[str, str]


def fields_of(posted: Mapping[str, str], prefix: str = "") -> dict[str, str]:
    """Return the fields of a term as text from what was posted."""
    return {name: posted.get(f"{prefix}{name}", "").strip() for name in FIELDS}


def texts_of(item: TermItem) -> dict[str, str]:
    """Return a term's fields as the form shows them."""
    return {
        "term": item.term,
        "meaning": item.meaning,
        "kind": item.kind.value,
        "weight": f"{item.weight:g}",
        "valid_from": item.valid_from.isoformat() if item.valid_from else "",
        "valid_until": item.valid_until.isoformat() if item.valid_until else "",
    }


def item_of(fields: Mapping[str, str]) -> tuple[TermItem | None, dict[str, str]]:
    """Return the term that the fields describe, and a sentence for each field that cannot stand (by its name).

    None: they describe none. Besides the rules of the file, a term that the matcher could not use is refused.
    """
    try:
        item = TermItem.model_validate(dict(fields))
    except ValidationError as error:
        named = {str(detail["loc"][0]) if detail["loc"] else _named(detail["msg"]) for detail in error.errors()}
        problems = {name: _sentence(name, fields) for name in named}
    else:
        problems = _unusable(item)
    return (None, problems) if problems else (item, {})


def checked_of(fields: Mapping[str, str]) -> str:
    """Return the fields as one line: a reason counts for the term that it was given for, and no other."""
    return " | ".join(fields[name] for name in FIELDS).strip()


def merged(base: Mapping[str, str], mine: Mapping[str, str], theirs: Mapping[str, str]) -> Merged:
    """Bring two changes of a term together, field by field; where both changed the same, mine stands."""
    fields = {name: theirs[name] if mine[name] == base[name] else mine[name] for name in FIELDS}
    clashes = {
        name: theirs[name]
        for name in FIELDS
        if mine[name] not in {base[name], theirs[name]} and theirs[name] != base[name]
    }
    return Merged(fields=fields, clashes=clashes)


def changed(before: Mapping[str, str], after: Mapping[str, str]) -> tuple[dict[str, str], dict[str, str]]:
    """Return the fields that differ, as they were and as they are: what the audit log holds."""
    names = [name for name in FIELDS if before[name] != after[name]]
    return {name: before[name] for name in names}, {name: after[name] for name in names}


def weights(chosen: str) -> list[tuple[str, str]]:
    """Return the weights to choose from, in words, with the one that is set."""
    options = [(f"{weight:g}", say(f"terms.weight.{round(weight * 100)}")) for weight in WEIGHTS]
    if chosen and chosen not in dict(options):
        options.append((chosen, _share(chosen)))
    return options


def _share(text: str) -> str:
    try:
        return percent(float(text))
    except ValueError:
        return text


def _unusable(item: TermItem) -> dict[str, str]:
    """Say why the matcher could not use a term that a file might hold."""
    said = forms(item.term)
    if not said:
        return {"term": say("terms.problem.unreadable")}
    if item.kind in _WITHOUT_MEANING:
        most = LONGEST_FILLER if item.kind is TermKind.FILLER else 1
        problems = {"term": say(f"terms.problem.long_{item.kind.value}", most=most)} if len(said) > most else {}
        return problems | ({"meaning": say("terms.problem.needless")} if item.meaning else {})
    if not forms(item.meaning):
        return {"meaning": say("terms.problem.unreadable")}
    return {"meaning": say("terms.problem.same")} if said == forms(item.meaning) else {}


def _named(message: str) -> str:
    return "meaning" if "meaning" in message else "valid_until"


def _sentence(name: str, fields: Mapping[str, str]) -> str:
    strange = strange_characters(fields.get(name, "")) if name in {"term", "meaning"} else ""
    if strange:
        return say("terms.problem.strange", characters=" ".join(strange))
    is_long = len(fields.get(name, "")) > TERM_LENGTH
    return say(f"terms.problem.{name}_long" if is_long and name in {"term", "meaning"} else f"terms.problem.{name}")
