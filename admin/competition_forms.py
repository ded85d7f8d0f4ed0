"""The form of a competition: posted fields to a competition and back, with what is wrong at each field."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from pydantic import ValidationError

from admin.forms import Form
from admin.wording import say
from knowledge.calendar.model import MOST_STAGES, Stage
from knowledge.calendar.moments import Certainty
from knowledge.matching.normalizer import fold
from knowledge.schema import CompetitionItem

BLANK_ROWS = 2  # offered below the stages there are
TEXTS = (
    "title", "short_title", "kind", "series", "edition", "first_year", "last_year", "organiser", "document",
    "audience", "prizes", "contact", "article", "quote", "entry",
)  # fmt: skip
_STAGE_TEXTS = ("key", "name", "certainty", "starts_on", "starts_time", "ends_on", "ends_time")
_NOT_SLUG = re.compile(r"[^a-z0-9]+")
_KEY_LENGTH, _STAGE_KEY_LENGTH = 80, 40
# Where a constraint follows a cleaning function, pydantic names it otherwise.
_SAID_AS = {"too_short": "missing", "string_too_short": "missing", "too_long": "string_too_long"}
_KNOWN_PROBLEMS = frozenset({
    "missing", "string_too_long", "string_pattern_mismatch", "too_many", "int_parsing",
    "greater_than_equal", "less_than_equal", "value_error", "ends_first", "same_key", "years_reversed",
})  # fmt: skip

Values = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Filled:
    """A form as it was filled in. `errors`: sentences by the name of the field; `item` is there when there are none."""

    values: Values
    rows: Sequence[Values]
    errors: Mapping[str, str] = field(default_factory=dict)
    item: CompetitionItem | None = None


def filled(item: CompetitionItem | None) -> Filled:
    """Return the form of a competition, or an empty one."""
    if item is None:
        values: dict[str, Any] = dict.fromkeys((*TEXTS, "key", "aliases", "change_note"), "") | {"kind": "contest"}
        return Filled(values=values, rows=_blank_rows(BLANK_ROWS))
    values = {name: getattr(item, name) or "" for name in TEXTS} | {"kind": item.kind.value}
    values |= {"key": item.key, "aliases": "\n".join(item.aliases), "change_note": ""}
    rows = [row_of(stage) for stage in item.stages]
    return Filled(values=values, rows=[*rows, *_blank_rows(min(BLANK_ROWS, MOST_STAGES - len(rows)))], item=item)


def read(form: Form, *, key: str = "") -> Filled:
    """Read a posted form; `key` of one that exists, else made from the title unless it was typed."""
    values: dict[str, Any] = {name: form.text(name) for name in (*TEXTS, "change_note")}
    values |= {"aliases": form.raw("aliases"), "key": key or form.text("key")}
    rows = [_posted_row(form, number) for number in range(MOST_STAGES) if f"stage_{number}_name" in form.typed()]
    return checked(values, [row for row in rows if row["name"]])


def checked(values: Values, rows: Sequence[Values]) -> Filled:
    """Return a form with these values and filled rows, and what is wrong with them."""
    fields = {name: values[name] for name in TEXTS} | {
        "key": values["key"] or slug_of(values["title"], _KEY_LENGTH),
        "aliases": [line for each in values["aliases"].splitlines() if (line := each.strip())],
        "stages": list(_stages(rows)),
    }
    errors = {f"stage_{number}": said for number, row in enumerate(rows) if (said := _contradiction(row))}
    item = None
    try:
        item = CompetitionItem.model_validate(fields)
    except ValidationError as error:
        for name, said in _errors(error):
            errors.setdefault(name, said)
    item = None if errors else item
    return Filled(values=values, rows=[*rows, *_blank_rows(BLANK_ROWS)], errors=errors, item=item)


def slug_of(text: str, length: int) -> str:
    """Return a key made from a title: its unmarked letters and figures, cut at a word."""
    slug = _NOT_SLUG.sub("-", fold(text)).strip("-")
    return slug if len(slug) <= length else slug[: length + 1].rpartition("-")[0] or slug[:length]


def _stages(rows: Sequence[Values]) -> Iterator[dict[str, Any]]:
    taken: set[str] = {row["key"] for row in rows if row["key"]}
    for row in rows:
        key = row["key"] or _free(slug_of(row["name"], _STAGE_KEY_LENGTH) or "moc", taken)
        taken.add(key)
        yield {
            "key": key,
            "name": row["name"],
            "takes_entries": row["takes_entries"],
            "starts": _written(row, "starts"),
            "ends": _written(row, "ends"),
        }


def _free(key: str, taken: set[str]) -> str:
    number = 2
    free = key
    while free in taken:
        free, number = f"{key[: _STAGE_KEY_LENGTH - 3]}-{number}", number + 1
    return free


def _contradiction(row: Values) -> str:
    """Return what is wrong with a stage whose dates do not fit how certain they are said to be; "": nothing."""
    days, times = (row["starts_on"], row["ends_on"]), (row["starts_time"], row["ends_time"])
    if row["certainty"] == Certainty.NOT_ANNOUNCED.value:
        return say("competitions.problem.date_unused") if any(days + times) else ""
    if not any(days):
        return say("competitions.problem.date_missing")
    is_alone = any(time and not day for day, time in zip(days, times, strict=True))
    return say("competitions.problem.time_alone") if is_alone else ""


def _written(row: Values, bound: str) -> str:
    """Return a bound as competitions hold it, as exactly as the row says that it is known."""
    day, time = row[f"{bound}_on"], row[f"{bound}_time"]
    if row["certainty"] == Certainty.NOT_ANNOUNCED.value or not day:
        return ""
    if row["certainty"] == Certainty.MONTH_ONLY.value:
        return str(day[:7])
    return f"{day} {time}" if time else str(day)


def row_of(stage: Stage) -> dict[str, Any]:
    """Return a stage as a row of the form."""
    row = {"key": stage.key, "name": stage.name, "takes_entries": stage.takes_entries}
    return row | {"certainty": stage.certainty.value, **_bound("starts", stage.starts), **_bound("ends", stage.ends)}


def _bound(name: str, written: str) -> dict[str, str]:
    day, _, time = written.partition(" ")
    whole = f"{day}-01" if len(day) == len("2024-03") else day  # a field for days holds the first of its month
    return {f"{name}_on": whole, f"{name}_time": time}


def _posted_row(form: Form, number: int) -> dict[str, Any]:
    row: dict[str, Any] = {name: form.text(f"stage_{number}_{name}") for name in _STAGE_TEXTS}
    return row | {"takes_entries": form.flag(f"stage_{number}_takes_entries")}


def _blank_rows(count: int) -> list[Values]:
    blank = dict.fromkeys(_STAGE_TEXTS, "") | {"certainty": Certainty.NOT_ANNOUNCED.value, "takes_entries": False}
    return [blank for _ in range(max(count, 0))]


def _errors(error: ValidationError) -> Iterator[tuple[str, str]]:
    """Yield the field of each error and what to say; those of a stage stand at the stage."""
    for detail in error.errors(include_url=False, include_input=False):
        where = detail["loc"]
        name = f"stage_{where[1]}" if where[:1] == ("stages",) and len(where) > 1 else str(where[0]) if where else ""
        kind = _SAID_AS.get(detail["type"], detail["type"])
        if kind == "string_too_long" and where == ("aliases",):
            kind = "too_many"
        said = say(f"competitions.problem.{kind if kind in _KNOWN_PROBLEMS else 'other'}", **detail.get("ctx", {}))
        yield name or "title", said
