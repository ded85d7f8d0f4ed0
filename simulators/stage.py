"""A conversation on a simulated platform: acts go out as signed events, replies come back as bubbles."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import aiohttp

from runtime.clock import Clock
from simulators.platform import post_event
from simulators.scene import Bubble, Said, Scene

_OK = 200
_SECONDS = 10.0  # a platform waits no longer for its 200
_KEPT = 400  # lines of a conversation


@dataclass(kw_only=True)
class Line:
    """One line of the conversation. `author`: person, account or event (something done without words)."""

    number: int
    author: str
    bubble: Bubble
    at: datetime
    act: str = ""
    message_id: str = ""
    statuses: list[int] = field(default_factory=list)  # what our server answered, try by try; 0: no answer
    is_waiting: bool = False  # another try will follow
    thumb: str = ""


class Stage:
    """Plays one person at a time. `scale` shortens the pauses between two tries of an event."""

    def __init__(
        self, scene: Scene, webhook: str, http: aiohttp.ClientSession, clock: Clock, *, scale: float = 1.0
    ) -> None:
        self.scene = scene
        self.webhook = webhook
        self.lines: list[Line] = []
        self.person = scene.person()
        self._http = http
        self._clock = clock
        self._scale = scale
        self._shown = 0
        self._numbers = 0
        self._last: tuple[Said, Line] | None = None
        self._calls: set[asyncio.Task[None]] = set()

    def begin_anew(self) -> None:
        """Be somebody else."""
        self.lines.clear()
        self.person, self._last = self.scene.person(), None

    def write(self, text: str) -> None:
        """Write a message."""
        self._do(self.scene.text(self.person, text, self._clock.now()), Bubble(text=text))

    def tap(self, line_number: int, button_number: int) -> None:
        """Tap a button of an earlier message. Raises LookupError when there is none such."""
        line = self._line(line_number)
        button = line.bubble.buttons[button_number]
        said = self.scene.tap(self.person, button, self._clock.now())
        if self.scene.shows_taps:
            self._do(said, Bubble(text=button.title))
        else:
            self._do(said, Bubble(text=button.title), author="event", act="tap")

    def other(self, act: str) -> None:
        """Send a picture, follow or leave, where the platform has it."""
        said = self.scene.other(self.person, act, self._clock.now())
        if said is not None:
            self._do(said, Bubble(text=""), author="event", act=act)

    def react(self, line_number: int, *, is_good: bool) -> None:
        """Put a thumb on a message of the account."""
        line = self._line(line_number)
        said = self.scene.react(self.person, line.message_id, is_good, self._clock.now())
        if said is not None:
            line.thumb = "up" if is_good else "down"
            self._begin(self._post(said))

    def repeat(self) -> None:
        """Send the last event once more, as a platform does that missed our 200."""
        if self._last is not None:
            said, line = self._last
            self._begin(self._deliver(said, line))

    def look(self) -> None:
        """Bring the replies that came since; each is reported back as received and seen."""
        for sent in self.scene.accepted[self._shown :]:
            if sent.to.partition(":")[0] == self.person:
                self._add("account", self.scene.bubble(sent), message_id=sent.message_id)
                self._begin(self._see(sent.message_id))
        self._shown = len(self.scene.accepted)

    async def close(self) -> None:
        """Stop whatever is under way."""
        for call in self._calls:
            call.cancel()
        await asyncio.gather(*self._calls, return_exceptions=True)

    def _line(self, number: int) -> Line:
        found = [line for line in self.lines if line.number == number]
        return found[0]  # IndexError is a LookupError

    def _do(self, said: Said, bubble: Bubble, *, author: str = "person", act: str = "") -> None:
        self.look()
        line = self._add(author, bubble, act=act, message_id=said.id)
        self._last = said, line
        self._begin(self._deliver(said, line))

    def _add(self, author: str, bubble: Bubble, **more: Any) -> Line:
        self._numbers += 1
        line = Line(number=self._numbers, author=author, bubble=bubble, at=self._clock.now(), **more)
        self.lines = [*self.lines, line][-_KEPT:]
        return line

    async def _deliver(self, said: Said, line: Line) -> None:
        """Send an event until our server takes it, as often as the platform would."""
        pauses = [0.0, *self.scene.ladder]
        for number, pause in enumerate(pauses):
            line.is_waiting = True
            await asyncio.sleep(pause * self._scale)
            line.statuses.append(await self._post(said, number))
            line.is_waiting = line.statuses[-1] != _OK and number < len(pauses) - 1
            if not line.is_waiting:
                return

    async def _see(self, message_id: str) -> None:
        for said in self.scene.seen(self.person, message_id, self._clock.now()):
            await self._post(said)

    async def _post(self, said: Said, number: int = 0) -> int:
        headers = {**said.wire.headers, **({"num_retry": str(number)} if number else {})}
        try:
            return await post_event(self._http, self.webhook, said.wire.body, headers, seconds=_SECONDS)
        except (aiohttp.ClientError, TimeoutError):
            return 0

    def _begin(self, work: Coroutine[Any, Any, Any]) -> None:
        call: asyncio.Task[None] = asyncio.create_task(work)
        self._calls.add(call)
        call.add_done_callback(self._calls.discard)
