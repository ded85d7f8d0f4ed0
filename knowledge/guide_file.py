"""One guide as an editor holds it: fields of a form or YAML text in, a guide or every fault with its place out."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from knowledge.formats import read_yaml, write_yaml
from knowledge.schema import GuideItem, KnowledgeFile
from runtime.errors import AppError, KnowledgeError

_LINE = re.compile(r"at line (\d+)")
_KINDS = frozenset({"choice", "number", "date", "is", "one_of", "at_least", "all", "any", "not"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """Something that is wrong. `place`: names and numbers (from 1) on the way to it; `kind`: pydantic's word for it.

    `detail`: a limit, or what a validator said.
    """

    place: tuple[str | int, ...]
    kind: str
    detail: str = ""


class InvalidGuide(AppError):
    """A guide cannot be read; `faults` names everything that is wrong."""

    def __init__(self, *faults: Fault) -> None:
        super().__init__("The guide cannot be read.", hint="See each of its faults.")
        self.faults = faults


def text_of(item: GuideItem) -> str:
    """Return a guide as YAML, as it stands under `guides:` in a knowledge file."""
    written = write_yaml(KnowledgeFile(guides=(item.model_copy(update={"status": None}),)))
    return written[written.index("guides:") :]


def read_guide(text: str) -> GuideItem:
    """Read a guide from YAML as `text_of` writes it. Raises InvalidGuide."""
    try:
        records = read_yaml(text).guides
    except KnowledgeError as error:
        found = _LINE.search(error.message)
        raise InvalidGuide(Fault(place=(), kind="yaml", detail=found[1] if found else "1")) from None
    if len(records) != 1:
        raise InvalidGuide(Fault(place=(), kind="one_guide"))
    if records[0].repeated:
        raise InvalidGuide(*(Fault(place=(name,), kind="repeated") for name in records[0].repeated))
    unknown = [str(name) for name in records[0].fields if name not in GuideItem.model_fields]
    if unknown:
        raise InvalidGuide(*(Fault(place=(name,), kind="extra_forbidden") for name in unknown))
    return guide_of(records[0].fields)


def guide_of(fields: Mapping[str, Any]) -> GuideItem:
    """Return a guide from its fields. Raises InvalidGuide."""
    try:
        return GuideItem.model_validate({**fields, "status": None, "revision": 0})
    except ValidationError as error:
        faults = (_fault(detail) for detail in error.errors(include_url=False, include_input=False))
        raise InvalidGuide(*dict.fromkeys(faults)) from None


def _fault(detail: ErrorDetails) -> Fault:
    context = detail.get("ctx", {})
    limit = next((str(context[name]) for name in ("max_length", "min_length", "error") if name in context), "")
    # pydantic puts the kind of a condition into the path to it: no place that anybody has written
    place = (part + 1 if isinstance(part, int) else part for part in detail["loc"] if part not in _KINDS)
    return Fault(place=tuple(place), kind=detail["type"], detail=limit)
