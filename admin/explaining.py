"""What is wrong with a knowledge file, said in Vietnamese: the sentences of `knowledge` are English, for the log."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from functools import cache
from importlib import resources
from typing import Any

from admin.wording import named


def explain(sentence: str) -> str:
    """Return a sentence about a file in Vietnamese; one that is not in the catalogue as it is."""
    for pattern, says in _sentences():
        hit = pattern.fullmatch(sentence)
        if hit is not None:
            named = {name: _named(name, value or "") for name, value in hit.groupdict().items()}
            return says.format(*(group or "" for group in hit.groups()), **named)
    return sentence


def place_of(place: str) -> str:
    """Return a place in a file ("row 12") in Vietnamese."""
    kind, _, number = place.partition(" ")
    says = _catalogue()["places"].get(kind)
    return says.format(number) if says and number else place


def field_of(name: str) -> str:
    """Return the name of a field as the editor calls it, with that of its column; a name that is not ours as it is."""
    column = name.partition(".")[0]
    known: Mapping[str, str] = _catalogue()["fields"]
    called = known.get(column) or named("entries.field", column)
    return name if called == column else f"{called[:1].lower()}{called[1:]} ({column})"


def _named(kind: str, value: str) -> str:
    return field_of(value) if kind == "field" else place_of(value)


@cache
def _sentences() -> Sequence[tuple[re.Pattern[str], str]]:
    return [(re.compile(each["pattern"], re.DOTALL), each["says"]) for each in _catalogue()["sentences"]]


@cache
def _catalogue() -> Mapping[str, Any]:
    file = resources.files("admin") / "wording" / "files.vi.toml"
    return tomllib.loads(file.read_text(encoding="utf-8"))
