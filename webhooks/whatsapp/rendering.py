"""How a reply looks on WhatsApp: at most two messages, because one person may get about one message in 6 seconds.

Source: developers.facebook.com/documentation/business-messaging/whatsapp, interactive messages (read 2026-06-17): text
4,096; body beside buttons 1,024; 3 buttons with titles of 20, or one list of 10 rows with 24 and 72; one link button.
The list's body may be longer by one source and not by another, so it keeps to 1,024.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from bot import layout
from bot.channel import Limits
from bot.messages import Choice, Payload, Reply
from bot.phrases import phrase

LIMITS = Limits(text=4096, choices=10, choice_title=24, reply_window_hours=24, smalltalk_hours=24, body=4 * 1024 * 1024)
BODY = 1024
BUTTONS = 3
BUTTON_TITLE = 20
ROW_DESCRIPTION = 72
_ROW_ID = 200
_MESSAGES = 2
_FRAGMENT = "#:~:"  # what follows it says which words the browser marks; hundreds of characters once encoded
_URL = re.compile(r"https?://\S{1,2000}", re.IGNORECASE)


def render(reply: Reply) -> Sequence[Payload]:
    """Return the one or two messages that say `reply`."""
    choices = tuple(choice for choice in reply.choices if choice.title.strip() and 0 < len(choice.payload) <= _ROW_ID)
    if 0 < len(choices) <= LIMITS.choices:
        return _with_choices(reply, choices)
    if reply.source and not choices and _URL.fullmatch(reply.source.url):
        source = layout.source_line(reply.source, with_url=False)
        body = layout.paragraphs(reply.text, source, layout.link_lines(reply.links))
        if len(body) <= BODY:
            return [_link_button(body, reply.source.url)]
    said, lead = layout.introduced(reply)
    tail = layout.paragraphs(_tail(reply), layout.numbered(choices, ROW_DESCRIPTION, lead=lead))
    return [_text(part) for part in layout.fold(said, tail, LIMITS.text, most=_MESSAGES)]


def template(name: str, language: str, text: str) -> Payload:
    """Return an approved template with `text` as its only body variable; line breaks are not allowed in one."""
    variable = {"type": "text", "text": layout.shorten(text, BODY)}
    body = {"type": "body", "parameters": [variable]}
    return {
        "type": "template",
        "template": {"name": name, "language": {"code": language}, "components": [body]},
    }


def plain(message: Payload) -> Payload:
    """Return a message with its buttons written out, for when the platform refuses the interactive form."""
    if message.get("type") != "interactive":
        return message
    interactive = message["interactive"]
    action = interactive["action"]
    parameters = action.get("parameters", {})
    titles = [button["reply"]["title"] for button in action.get("buttons", ())]
    for section in action.get("sections", ()):
        titles += [row.get("description") or row["title"] for row in section["rows"]]
    choices = tuple(Choice(title=re.sub(r"^[0-9]+\. ", "", title), payload="") for title in titles)
    tail = layout.paragraphs(parameters.get("url", ""), layout.numbered(choices, ROW_DESCRIPTION))
    return _text(layout.fold(interactive["body"]["text"], tail, LIMITS.text, most=1)[0])


def _with_choices(reply: Reply, choices: Sequence[Choice]) -> list[Payload]:
    as_list = len(choices) > BUTTONS
    titles, are_cut = _titles(choices, LIMITS.choice_title if as_list else BUTTON_TITLE)
    # Titles that had to be cut stand in full above the buttons; a list shows them in its rows.
    said, lead = layout.introduced(reply)
    menu = "\n".join(filter(None, (lead, layout.menu_lines(choices) if are_cut and not as_list else "")))
    action = _list(choices, titles) if as_list else _buttons(choices, titles)
    for each in (reply, _with_short_link(reply)):
        above = layout.paragraphs(said, _tail(each))
        together = layout.paragraphs(above or phrase("layout.pick"), menu)
        if len(together) <= BODY:
            return [_interactive("list" if as_list else "button", together, action)]
    first = layout.fold(said, _tail(reply), LIMITS.text, most=1)[0]
    body = layout.fit(layout.paragraphs("" if lead else phrase("layout.pick"), menu), BODY)
    return [_text(first), _interactive("list" if as_list else "button", body, action)]


def _with_short_link(reply: Reply) -> Reply:
    """Lead to the article instead of the sentence: better than a second message, which leaves seconds later."""
    if reply.source is None:
        return reply
    return replace(reply, source=replace(reply.source, url=reply.source.url.partition(_FRAGMENT)[0]))


def _titles(choices: Sequence[Choice], limit: int) -> tuple[list[str], bool]:
    """Return titles within `limit`, each one different, and whether words were lost on the way."""
    wanted = [layout.shorten(choice.short_title or choice.title, 10_000) for choice in choices]
    titles = [layout.shorten(title, limit) for title in wanted]
    if titles == wanted and len({title.casefold() for title in titles}) == len(titles):
        return titles, False
    marks = [f"{number}. " for number in range(1, len(wanted) + 1)]
    return [mark + layout.shorten(title, limit - len(mark)) for mark, title in zip(marks, wanted, strict=True)], True


def _buttons(choices: Sequence[Choice], titles: Sequence[str]) -> dict[str, Any]:
    return {
        "buttons": [
            {"type": "reply", "reply": {"id": choice.payload, "title": title}}
            for choice, title in zip(choices, titles, strict=True)
        ]
    }


def _list(choices: Sequence[Choice], titles: Sequence[str]) -> dict[str, Any]:
    rows = []
    for choice, title in zip(choices, titles, strict=True):
        row = {"id": choice.payload, "title": title}
        whole = layout.shorten(choice.title, ROW_DESCRIPTION)
        rows.append(row if whole == title else {**row, "description": whole})
    return {"button": phrase("layout.open_menu"), "sections": [{"rows": rows}]}


def _tail(reply: Reply) -> str:
    source = layout.source_line(reply.source, with_url=True) if reply.source else ""
    return layout.paragraphs(source, layout.link_lines(reply.links))


def _text(body: str) -> Payload:
    return {"type": "text", "text": {"body": body, "preview_url": "http" in body}}


def _interactive(kind: str, body: str, action: dict[str, Any]) -> Payload:
    return {"type": "interactive", "interactive": {"type": kind, "body": {"text": body}, "action": action}}


def _link_button(body: str, url: str) -> Payload:
    parameters = {"display_text": phrase("layout.open_source"), "url": url}
    return _interactive("cta_url", body, {"name": "cta_url", "parameters": parameters})
