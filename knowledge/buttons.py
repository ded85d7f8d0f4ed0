"""What staff put under an answer to press: another entry, a page, a telephone number, a person."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

LABEL_LENGTH = 20  # characters; WhatsApp's buttons are the tightest
MOST_BUTTONS = 3  # more would push the questions that go on from here off every channel
_SEPARATOR = " | "
_PHONE = re.compile(r"\+?[0-9][0-9 .()-]{6,20}")
_PAGE = re.compile(r"https?://[^\s<>\"|]+")
_KEY = re.compile(r"\S+")


class ButtonKind(StrEnum):
    """What pressing it does."""

    ENTRY = "entry"  # answers with the entry of this key
    URL = "url"
    PHONE = "phone"
    HANDOFF = "handoff"  # asks for a person; needs no target


class UnusableButton(ValueError):
    """A line that describes no button. `part` is what is wrong with it: its label, kind or target."""

    def __init__(self, part: str, message: str) -> None:
        super().__init__(message)
        self.part = part


@dataclass(frozen=True, slots=True, kw_only=True)
class Button:
    """One button. `target` is a key, an address or a telephone number, as `kind` says."""

    label: str
    kind: ButtonKind
    target: str = ""

    def __str__(self) -> str:
        """Return it on one line, as files hold it: "label | kind | target"."""
        return _SEPARATOR.join(part for part in (self.label, self.kind.value, self.target) if part)


def button_of(text: str) -> Button:
    """Read "label | kind | target". Raises UnusableButton saying what is wrong with it."""
    label, kind, target = ([part.strip() for part in text.split("|")] + ["", ""])[:3]
    if not label:
        raise UnusableButton("label", "a button is written as: label | kind | target")
    if len(label) > LABEL_LENGTH:
        raise UnusableButton("label", f"the label of button {label!r} is longer than {LABEL_LENGTH} characters")
    if kind not in set(ButtonKind):
        kinds = ", ".join(known.value for known in ButtonKind)
        raise UnusableButton("kind", f"button {label!r} is of the unknown kind {kind!r}; use one of {kinds}")
    shape = {ButtonKind.ENTRY: _KEY, ButtonKind.URL: _PAGE, ButtonKind.PHONE: _PHONE}.get(ButtonKind(kind))
    if text.count("|") > 2 or (shape and not shape.fullmatch(target)) or (target and not shape):  # noqa: PLR2004 - three parts
        raise UnusableButton("target", f"button {label!r} has a target that does not suit its kind: {target!r}")
    return Button(label=label, kind=ButtonKind(kind), target=target)
