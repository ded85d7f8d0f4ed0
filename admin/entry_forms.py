"""The form of an entry: posted fields as text, what they mean, and which of them cannot stand."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from pydantic import ValidationError

from admin.wording import named, say
from bot.handlers.composing import GUIDE_PREFIX
from bot.masking import mask_name
from bot.privacy import MASKS
from knowledge.buttons import LABEL_LENGTH, MOST_BUTTONS, ButtonKind
from knowledge.diffing import LISTS, texts_of
from knowledge.guide_store import unknown_guides
from knowledge.listing import unknown_keys
from knowledge.schema import SHORT_ANSWER, EntryItem
from runtime.database import Session

# As the form shows them; `buttons`, `related` and `not_covered` come in parts, see `fields_of`.
FIELDS = tuple(texts_of(EntryItem(key="-", question="-", answer="")))
# What people ask that an answer most often lacks; a file may name any other aspect of the lexicon.
ASPECTS = (
    "amount", "percent", "count", "date", "deadline", "duration", "place", "contact", "person", "dossier", "procedure",
    "condition", "prize",
)  # fmt: skip
_TICK = "not_covered_"
_MOST_RELATED = 100  # rows read from one form
_PARTS = ("label", "kind", "target")
_OFFERED = ("related", "buttons")  # where what is named is offered to go on with


def fields_of(posted: Mapping[str, str]) -> dict[str, str]:
    """Return the fields of an entry as text from what was posted; rows (buttons, related) and ticks become lines."""
    fields = {name: posted.get(name, "").strip() for name in FIELDS}
    if "buttons" not in posted:
        fields["buttons"] = "\n".join(_buttons(posted))
    if "related" not in posted:
        fields["related"] = "\n".join(_related(posted))
    if "not_covered" not in posted:
        fields["not_covered"] = "\n".join(name.removeprefix(_TICK) for name in posted if name.startswith(_TICK))
    return fields


def aspect_boxes(lines: str) -> list[tuple[str, str, bool]]:
    """Return the aspects that an entry may declare it lacks, what they are called, and whether it does."""
    chosen = lines.splitlines()
    return [
        (aspect, named("testbox.aspect", aspect), aspect in chosen) for aspect in dict.fromkeys([*ASPECTS, *chosen])
    ]


def related_rows(lines: str) -> list[str]:
    """Return the related entries as rows of the form, with empty ones to add more."""
    keys = lines.splitlines()[:_MOST_RELATED]
    return [*keys, *[""] * min(max(3 - len(keys), 1), _MOST_RELATED - len(keys))]


def button_rows(lines: str) -> list[dict[str, str]]:
    """Return the lines of buttons as rows of the form, as many as an entry may have."""
    rows = [
        dict(zip(_PARTS, [part.strip() for part in line.split("|")] + [""] * 3, strict=False))
        for line in lines.splitlines()
    ]
    empty = dict.fromkeys(_PARTS, "")
    return [*rows, *(dict(empty) for _ in range(MOST_BUTTONS - len(rows)))]


def item_of(key: str, fields: Mapping[str, str]) -> tuple[EntryItem | None, dict[str, str]]:
    """Return the entry that the fields describe, and a sentence for each field that cannot stand (by its name).

    None: they describe none. Besides the rules of the file, a new edit keeps short what telephones show.
    """
    values = {name: text.splitlines() if name in LISTS else text for name, text in fields.items()}
    try:
        item = EntryItem.model_validate({"key": key, **values})
    except ValidationError as error:
        problems = {_field_of(detail["loc"], detail["msg"]) for detail in error.errors()}
        return None, {name: _sentence(name) for name in problems}
    long = {name: _sentence(f"{name}_long") for name in _too_long(item)}
    return item, {**long, **{name: say("entries.problem.masked") for name in _masked(item)}}


async def unmet_links(session: Session, item: EntryItem) -> dict[str, str]:
    """Return a sentence for each field that names entries which do not exist.

    Below an answer and behind a button a guide may stand for an entry (GUIDE_PREFIX with its key); it succeeds none.
    """
    named = {
        "related": item.related,
        "successor": [item.successor] if item.successor else [],
        "buttons": [button.target for button in item.buttons if button.kind is ButtonKind.ENTRY],
    }
    unknown = await unknown_keys(session, {key for keys in named.values() for key in keys})
    offered = {key for name in _OFFERED for key in named[name] if key.startswith(GUIDE_PREFIX)}
    guides = {key.removeprefix(GUIDE_PREFIX) for key in offered}
    known = offered - {f"{GUIDE_PREFIX}{key}" for key in await unknown_guides(session, guides)}
    missing = {
        name: [key for key in keys if key in unknown and not (name in _OFFERED and key in known)]
        for name, keys in named.items()
    }
    return {name: say("entries.problem.no_such_entry", keys=", ".join(keys)) for name, keys in missing.items() if keys}


def _buttons(posted: Mapping[str, str]) -> Iterator[str]:
    for number in range(MOST_BUTTONS):
        label, kind, target = (posted.get(f"button_{part}_{number}", "").strip() for part in _PARTS)
        if label or target:
            yield " | ".join(part for part in (label, kind, target) if part)


def _related(posted: Mapping[str, str]) -> Iterator[str]:
    keys = (posted.get(f"related_{number}", "").strip() for number in range(_MOST_RELATED))
    return (key for key in keys if key)


def _field_of(place: tuple[int | str, ...], message: str) -> str:
    """Return the field that a complaint is about; one about the whole names the field first."""
    if place:
        return str(place[0])
    return "successor" if "on_expiry" in message else "valid_until"


def _too_long(item: EntryItem) -> Iterator[str]:
    if len(item.answer) > SHORT_ANSWER:
        yield "answer"
    if len(item.short_title) > LABEL_LENGTH:
        yield "short_title"


def _masked(item: EntryItem) -> Iterator[str]:
    """Yield the fields of wordings that hold what stands for a person's number: it was theirs alone."""
    masks = (*MASKS, *map(mask_name, MASKS))
    for name, texts in (("question", (item.question,)), ("variants", item.variants)):
        if any(mask in text for mask in masks for text in texts):
            yield name


def _sentence(name: str) -> str:
    try:
        return say(f"entries.problem.{name}")
    except KeyError:
        return say("entries.problem.other")
