"""How a reply looks on each channel, for people who write it: what each message holds, and what is cut."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from admin.composition import Render
from bot.handlers.composing import Office
from bot.handlers.speaking import speak
from bot.layout import ELLIPSIS, link_lines, paragraphs, source_line
from bot.messages import Payload, Reply
from knowledge.snapshot import PublishedEntry, Snapshot

WEB = "web"


@dataclass(frozen=True, slots=True, kw_only=True)
class Bubble:
    """One message as it arrives: its text, and the titles of what can be pressed under it."""

    text: str
    buttons: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """A reply on one channel. `is_cut`: some of the text is lost; `short_titles`: buttons that lost words.

    `full`: it is what follows when somebody asks for the full answer.
    """

    channel: str
    bubbles: tuple[Bubble, ...]
    full: bool = False
    is_cut: bool = False
    short_titles: tuple[str, ...] = ()


def previews(
    entry: PublishedEntry, snapshot: Snapshot, *, on: date, office: Office, renderers: Mapping[str, Render]
) -> tuple[Preview, ...]:
    """Return how an entry would be answered with on each channel if it were published, the web first.

    An entry with a full answer has a second preview per channel, after the first ones.
    """
    would_be = replace(snapshot, entries={**snapshot.entries, entry.key: entry})
    found = previews_of(speak(would_be, entry, on=on, office=office).reply, renderers)
    if not (entry.answer and entry.answer_full):
        return found
    full = previews_of(speak(would_be, entry, on=on, office=office, full=True).reply, renderers)
    return (*found, *(replace(shown, full=True) for shown in full))


def previews_of(reply: Reply, renderers: Mapping[str, Render]) -> tuple[Preview, ...]:
    """Return how a reply looks on each channel, the web first."""
    return (_on_the_web(reply), *(_on(channel, reply, render) for channel, render in renderers.items()))


def preview(reply: Reply, channel: str, renderers: Mapping[str, Render]) -> Preview:
    """Return how a reply looks on one channel; one without a renderer shows it as the web does."""
    return _on(channel, reply, renderers[channel]) if channel in renderers else _on_the_web(reply)


def _on_the_web(reply: Reply) -> Preview:
    source = source_line(reply.source, with_url=False) if reply.source else ""
    buttons = [choice.title for choice in reply.choices]
    return Preview(
        channel=WEB,
        bubbles=(Bubble(text=paragraphs(reply.text, source, link_lines(reply.links)), buttons=tuple(buttons)),),
    )


def _on(channel: str, reply: Reply, render: Render) -> Preview:
    bubbles = tuple(_bubble(payload) for payload in render(reply))
    said = " ".join(" ".join(bubble.text.split()) for bubble in bubbles)
    titles = (title for bubble in bubbles for title in bubble.buttons)
    return Preview(
        channel=channel,
        bubbles=bubbles,
        is_cut=" ".join(reply.text.split()) not in said,
        short_titles=tuple(title for title in titles if title.endswith(ELLIPSIS)),
    )


def _bubble(payload: Payload) -> Bubble:
    return Bubble(text=_text(payload), buttons=tuple(_titles(payload)))


def _text(payload: Mapping[str, Any]) -> str:
    """Return the words of a payload: platforms put them into "text" or "body", more or less deep."""
    for name in ("text", "interactive", "body"):
        value = payload.get(name)
        if isinstance(value, str):
            return value
        if isinstance(value, Mapping):
            return _text(value)
    return ""


def _titles(value: object) -> Iterator[str]:
    """Yield what stands on the buttons and rows of a payload, however deep."""
    if isinstance(value, Mapping):
        for name in ("title", "display_text"):
            if isinstance(value.get(name), str):
                yield value[name]
        for part in value.values():
            yield from _titles(part)
    elif isinstance(value, Sequence) and not isinstance(value, str):
        for part in value:
            yield from _titles(part)
