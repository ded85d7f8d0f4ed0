"""What a person typed into a form that was not taken: its fields under the labels they have on the page."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import date

from admin.rendering import day, written
from admin.wording import say

# What numbers a field among others of its kind: "stage_0_name", "button_label_2", "s1-question", "question-12".
_NUMBER = re.compile(r"^[a-z]\d+-|[_-]\d+")
_CHOSEN = frozenset({"kind", "article", "on_expiry", "ruling", "steps", "rules", "unsure"})  # from a list, or counted


def typed(page: str, fields: Iterable[tuple[str, str]]) -> Sequence[tuple[str, str]]:
    """Return (label, text) of what was typed, in the order of the form; `page` is the name of the Page it stands on.

    Fields without a label are the form's own: they are left out here, and must be posted again with the others.
    """
    labelled = ((label_of(page, name), _in_words(name, value)) for name, value in fields if value.strip())
    return [(label, text) for label, text in labelled if label]


def label_of(page: str, name: str) -> str:
    """Return what a field that people type into is called; "" for one that nobody does."""
    plain = _NUMBER.sub("", name)
    if plain in _CHOSEN:
        return ""
    for key in (f"{page}.field.{plain}", f"typed.{plain}"):
        try:
            label = say(key)
        except KeyError:
            continue
        return label[:1].upper() + label[1:]
    return ""


def _in_words(name: str, value: str) -> str:
    try:
        return day(date.fromisoformat(value))
    except ValueError:
        return written(value, name)
