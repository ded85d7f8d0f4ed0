"""The form of an entry: posted fields as text, what they mean, and which of them cannot stand."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from admin.wording import named, say
from bot.handlers.composing import GUIDE_PREFIX
from bot.masking import mask_name
from bot.privacy import MASKS
from knowledge.buttons import LABEL_LENGTH, MOST_BUTTONS, ButtonKind
from knowledge.diffing import LISTS, texts_of
from knowledge.guide_store import unknown_guides
from knowledge.listing import list_articles, unknown_keys
from knowledge.schema import SHORT_ANSWER, EntryItem
from knowledge.snapshot import in_words
from runtime.database import Session

# As the form shows them; `buttons`, `related` and `not_covered` come in parts, see `fields_of`.
FIELDS = tuple(texts_of(EntryItem(key="-", question="-", answer="")))
# What people ask that an answer most often lacks; a file may name any other aspect of the lexicon.
ASPECTS = (
    "amount", "percent", "count", "date", "deadline", "duration", "place", "contact", "person", "dossier", "procedure",
    "condition", "prize",
)  # fmt: skip
_TICK, _IN_WORDS = "not_covered_", "uncovered_questions"
_ASPECT = "testbox.aspect"  # where aspects have their names
_ROWS = ("buttons", "related")
_MOST_ROWS = 100  # of a kind, read from one form
_PARTS = ("label", "kind", "target")
_PLACEHOLDERS = {"key": "-", "question": "-", "answer": ""}  # so that the rest can be read without them


def fields_of(posted: Mapping[str, str]) -> dict[str, str]:
    """Return the fields of an entry, and the note of the edit, as text from what was posted.

    Rows (buttons, related) become lines; so do ticks, and the questions below them.
    """
    fields = {name: posted.get(name, "").strip() for name in (*FIELDS, "note")}
    for name in _ROWS:  # a blank line is no row
        fields[name] = "\n".join(line.strip() for line in fields[name].splitlines() if line.strip())
    if "buttons" not in posted:
        fields["buttons"] = "\n".join(_buttons(posted))
    if "related" not in posted:
        fields["related"] = "\n".join(_related(posted))
    if "not_covered" not in posted:
        ticked = (name.removeprefix(_TICK) for name in posted if name.startswith(_TICK))
        fields["not_covered"] = "\n".join((*ticked, posted.get(_IN_WORDS, "").strip())).strip()
    return fields


def decided(posted: Mapping[str, str]) -> tuple[dict[str, str], dict[str, str]]:
    """Return what was posted with the choices in it, and a sentence for each field where none was made.

    Where two people changed the same words, the page of both versions posts these and `choice_NAME`: "mine", "theirs",
    or "own" for what stands in the field itself.
    """
    fields, undecided = dict(posted), dict[str, str]()
    for name in FIELDS:
        if f"mine_{name}" not in posted:
            continue
        choice = posted.get(f"choice_{name}", "")
        if choice != "own":
            fields[name] = posted.get(f"mine_{name}" if choice == "mine" else f"theirs_{name}", "")
        if choice not in {"mine", "theirs", "own"}:
            undecided[name] = say("entries.problem.undecided", mine=posted[f"mine_{name}"])
    return fields, undecided


def aspect_boxes(lines: str) -> list[tuple[str, str, bool]]:
    """Return the aspects that an entry may declare it lacks, what they are called, and whether it does."""
    chosen = _aspects_of(lines.splitlines())
    return [(aspect, named(_ASPECT, aspect), aspect in chosen) for aspect in dict.fromkeys([*ASPECTS, *chosen])]


def _aspects_of(not_covered: Sequence[str]) -> list[str]:
    return [item for item in not_covered if named(_ASPECT, item) != item]


def uncovered_questions(lines: str) -> str:
    """Return what an entry declares it does not answer besides aspects, one a line, also what is no question yet."""
    written, aspects = lines.splitlines(), _aspects_of(lines.splitlines())
    return "\n".join(line for line in written if line not in aspects)


def related_rows(lines: str) -> list[str]:
    """Return the related entries as rows of the form, with empty ones to add more."""
    keys = lines.splitlines()[:_MOST_ROWS]
    return [*keys, *[""] * min(max(3 - len(keys), 1), _MOST_ROWS - len(keys))]


def button_rows(lines: str) -> list[dict[str, str]]:
    """Return the lines of buttons as rows of the form, as many as an entry may have."""
    rows = [
        dict(zip(_PARTS, [part.strip() for part in line.split("|")] + [""] * 3, strict=False))
        for line in lines.splitlines()
    ]
    empty = dict.fromkeys(_PARTS, "")
    return [*rows, *(dict(empty) for _ in range(MOST_BUTTONS - len(rows)))]


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """What the fields of the form describe.

    `item`: the entry without whatever cannot stand. `problems`: a sentence for each input that cannot, by its name: the
    field, or in rows `button_label_0`, `related_2`. `is_shown`: question and answer are among what can stand.
    """

    item: EntryItem
    problems: dict[str, str]
    is_shown: bool


def read(key: str, fields: Mapping[str, str]) -> Written:
    """Return what the fields describe, with everything at once that cannot stand.

    Besides the rules of the file, a new edit keeps short what telephones show. Whether what it names exists is for
    `unmet`.
    """
    values = {"key": key, **{name: text.splitlines() if name in LISTS else text for name, text in fields.items()}}
    problems: dict[str, str] = {}
    while True:  # what concerns several fields is looked at only once each of them can stand
        try:
            item = EntryItem.model_validate({**_PLACEHOLDERS, **values})
        except ValidationError as error:
            values = _without(values, error.errors(), problems)
        else:
            break
    problems |= {name: _sentence(f"{name}_long") for name in _too_long(item)}
    problems |= {name: say("entries.problem.masked") for name in _masked(item)}
    written = uncovered_questions("\n".join(item.not_covered)).splitlines()
    no_question = next((each for each in written if each not in in_words(written)), "")
    if no_question:
        problems["not_covered"] = say("entries.problem.no_question", text=no_question)
    return Written(item=item, problems=problems, is_shown={"question", "answer"} <= values.keys())


async def unmet(session: Session, fields: Mapping[str, str]) -> dict[str, str]:
    """Return a sentence for each input that names an entry, a guide or an article which does not exist.

    Below an answer and behind a button a guide may stand for an entry (GUIDE_PREFIX with its key); it succeeds none.
    """
    named = dict(_named(fields))
    guides = {key.removeprefix(GUIDE_PREFIX) for key in named.values() if key.startswith(GUIDE_PREFIX)}
    lost = {f"{GUIDE_PREFIX}{key}" for key in await unknown_guides(session, guides)}
    unknown = await unknown_keys(session, set(named.values()))
    problems = {
        name: say("entries.problem.no_such_entry", keys=key) for name, key in named.items()
        if key in unknown and (name == "successor" or not key.startswith(GUIDE_PREFIX) or key in lost)
    }  # fmt: skip
    if fields["article"] and not await list_articles(session, key=fields["article"]):
        problems["article"] = say("entries.problem.article")
    return problems


def _named(fields: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Yield the inputs that name entries, with the keys."""
    if fields["successor"]:
        yield "successor", fields["successor"]
    for number, key in enumerate(related_rows(fields["related"])):
        if key:
            yield f"related_{number}", key
    for number, row in enumerate(button_rows(fields["buttons"])):
        if row["kind"] == ButtonKind.ENTRY and row["target"]:
            yield f"button_target_{number}", row["target"]


def _without(values: Mapping[str, Any], faults: Sequence[Any], problems: dict[str, str]) -> dict[str, Any]:
    """Return the values without those that are at fault; what to say of them is added to `problems`."""
    faulty: list[Sequence[int | str]] = [fault["loc"] or (_field_of(fault["msg"]),) for fault in faults]
    rows = {int(place[1]): fault["ctx"]["error"] for place, fault in zip(faulty, faults, strict=True) if _is_row(place)}
    for number, error in rows.items():
        name = f"button_{error.part}"
        problems.setdefault(f"{name}_{number}", say(f"entries.problem.{name}", number=number + 1))
    dropped = {str(place[0]) for place in faulty if not _is_row(place)}
    for name in dropped:
        problems.setdefault(name, _sentence(name))
    if "successor" in dropped:
        dropped.add("on_expiry")  # asks for it
    kept = {name: value for name, value in values.items() if name not in dropped}
    if rows and "buttons" in kept:
        kept["buttons"] = [line for number, line in enumerate(kept["buttons"]) if number not in rows]
    return kept


def _is_row(place: Sequence[int | str]) -> bool:
    return place[0] == "buttons" and len(place) > 1


def _buttons(posted: Mapping[str, str]) -> Iterator[str]:
    for number in range(_MOST_ROWS):
        label, kind, target = (posted.get(f"button_{part}_{number}", "").strip() for part in _PARTS)
        if label or target:
            yield f"{label} | {kind} | {target}".rstrip(" |")


def _related(posted: Mapping[str, str]) -> Iterator[str]:
    keys = (posted.get(f"related_{number}", "").strip() for number in range(_MOST_ROWS))
    return (key for key in keys if key)


def _field_of(message: str) -> str:
    """Return the field that a complaint about the whole is about: it names the field first."""
    return "successor" if "on_expiry" in message else "valid_until"


def _too_long(item: EntryItem) -> Iterator[str]:
    if len(item.answer) > SHORT_ANSWER:
        yield "answer"
    if len(item.short_title) > LABEL_LENGTH:
        yield "short_title"


def _masked(item: EntryItem) -> Iterator[str]:
    """Yield the fields of wordings that hold what stands for a person's number: it was theirs alone."""
    masks = (*MASKS, *map(mask_name, MASKS))
    in_lines = (("variants", item.variants), ("not_covered", item.not_covered))
    for name, texts in (("question", (item.question,)), *in_lines):
        if any(mask in text for mask in masks for text in texts):
            yield name


def _sentence(name: str) -> str:
    try:
        return say(f"entries.problem.{name}")
    except KeyError:
        return say("entries.problem.other")
