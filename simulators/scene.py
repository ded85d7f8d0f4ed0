"""What a scene is: a platform from the side of the person who writes there."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from aiohttp import web

from simulators.platform import Accepted, Script, Wire

_URL = re.compile(r"https?://[^\s<>\"]+[^\s<>\".,;:!?)]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Button:
    """Something to tap: `payload` is sent back, `url` is opened."""

    title: str
    payload: str = ""
    url: str = ""
    detail: str = ""
    kind: str = ""  # the platform's own word, needed to build the event of the tap


@dataclass(frozen=True, slots=True, kw_only=True)
class Bubble:
    """A message as the app shows it. `menu` names the button that opens the rows of a list."""

    text: str
    buttons: tuple[Button, ...] = ()
    menu: str = ""

    def pieces(self) -> Sequence[tuple[str, bool]]:
        """Return the text in pieces, each with whether it is an address that the app makes a link."""
        found, at = [], 0
        for match in _URL.finditer(self.text):
            found += [(self.text[at : match.start()], False), (match[0], True)]
            at = match.end()
        return [piece for piece in (*found, (self.text[at:], False)) if piece[0]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """An event on its way to the assistant. `id` is the platform's id of the message, "" when it has none."""

    wire: Wire
    id: str = ""


class Scene(Protocol):
    """One platform from the person's side."""

    name: str
    path: str
    shows_taps: bool
    ladder: Sequence[float]
    codes: Sequence[int]
    app: web.Application
    accepted: list[Accepted]
    faults: Script

    def person(self) -> str:
        """Return the id of somebody new."""
        ...

    def text(self, person: str, text: str, at: datetime) -> Said:
        """They wrote."""
        ...

    def tap(self, person: str, button: Button, at: datetime) -> Said:
        """They tapped a button."""
        ...

    def other(self, person: str, act: str, at: datetime) -> Said | None:
        """They did something else: `picture`, `follow`, `unfollow`. None: not on this platform."""
        ...

    def react(self, person: str, message_id: str, is_good: bool, at: datetime) -> Said | None:  # noqa: FBT001 - one of two
        """They put a thumb on a message. None: not on this platform."""
        ...

    def seen(self, person: str, message_id: str, at: datetime) -> Sequence[Said]:
        """Their phone got a message and they saw it: the notices a platform sends."""
        ...

    def bubble(self, sent: Accepted) -> Bubble:
        """Return how a message looks."""
        ...

    def settings(self, base: str) -> Mapping[str, str]:
        """Return the settings with which `hoidap serve` talks to this simulator."""
        ...
