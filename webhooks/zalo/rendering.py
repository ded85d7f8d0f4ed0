"""How a reply looks on Zalo: text of at most 2,000 characters, at most 5 buttons on the last part.

Source: docs.zaloplatforms.com/docs/OA, consultation messages (surveyed 2026-08-20): text 2,000, 5 buttons, titles 100,
query payload 1,000. OA text is plain: no Markdown.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from bot import layout
from bot.channel import Limits
from bot.messages import Choice, Link, Payload, Reply
from bot.phrases import phrase

LIMITS = Limits(text=2000, choices=5, choice_title=100, reply_window_hours=168)
_PAYLOAD_LIMIT = 1000
_BESIDE_A_MENU = 2  # buttons for the source and the telephone when there are choices too
_MESSAGES = 5  # parts of one answer
_COUNTRY = "84"
_URL = re.compile(r"https?://\S+", re.IGNORECASE)


def render(reply: Reply, *, choice_button: str = "oa.query.hide") -> Sequence[Payload]:
    """Return the messages that say `reply`, buttons on the last. Choices without room for a button are numbered."""
    # What the citizen may ask next comes first, but the way back to the source keeps its place beside a full menu.
    opening, aside = _opening_buttons(reply, room=_BESIDE_A_MENU if reply.choices else LIMITS.choices)
    picking = [
        {"title": layout.shorten(choice.title, LIMITS.choice_title), "type": choice_button, "payload": choice.payload}
        for choice in reply.choices
        if choice.title.strip() and 0 < len(choice.payload) <= _PAYLOAD_LIMIT
    ]
    room = LIMITS.choices - len(opening)
    is_numbered = len(picking[:room]) < len(reply.choices)
    said, lead = layout.introduced(reply) if is_numbered else (reply.text, "")
    menu = layout.numbered(reply.choices, LIMITS.choice_title, lead=lead) if is_numbered else ""
    source = layout.source_line(reply.source, with_url=not _is_url(reply.source.url)) if reply.source else ""
    tail = layout.paragraphs(source, layout.link_lines(aside), menu)
    parts = layout.fold(said, tail, LIMITS.text, most=_MESSAGES)
    buttons = [*picking[:room], *opening]
    messages: list[dict[str, Any]] = [{"text": part} for part in parts]
    if buttons:
        if not messages:
            messages.append({"text": phrase("layout.pick")})
        messages[-1]["attachment"] = {"type": "template", "payload": {"buttons": buttons}}
    return messages


def plain(message: Payload) -> Payload:
    """Return a message with its buttons written out: for anonymous people and for a refused template."""
    buttons = buttons_of(message)
    choices = tuple(Choice(title=str(button.get("title", "")), payload="") for button in buttons if _is_query(button))
    links = tuple(
        Link(title=str(button.get("title", "")), url=target)
        for button in buttons
        if not _is_query(button) and (target := _target(button))
    )
    text = str(message.get("text", ""))
    # A menu that the text already holds is not said twice.
    menu = "" if layout.numbered(choices) in text or layout.menu_lines(choices) in text else layout.numbered(choices)
    tail = layout.paragraphs(layout.link_lines(links), menu)
    if len(tail) >= LIMITS.text:
        return {"text": layout.fit(text, LIMITS.text)}
    room = LIMITS.text - len(tail) - len(layout.PARAGRAPH)
    return {"text": layout.paragraphs(layout.fit(text, room), tail)}


def buttons_of(message: Payload) -> Sequence[Mapping[str, Any]]:
    """Return the buttons of a rendered message."""
    attachment = message.get("attachment")
    if not isinstance(attachment, dict):
        return ()
    buttons: Sequence[Mapping[str, Any]] = attachment.get("payload", {}).get("buttons", ())
    return buttons


def _opening_buttons(reply: Reply, *, room: int) -> tuple[list[dict[str, Any]], list[Link]]:
    """Return buttons for the source and the links, and the links that no button can hold."""
    buttons: list[dict[str, Any]] = []
    aside: list[Link] = []
    if reply.source and _is_url(reply.source.url):
        buttons.append(_open_url(phrase("layout.open_source"), reply.source.url))
    for link in reply.links:
        code = phone_code(link.url.removeprefix("tel:")) if link.url.startswith("tel:") else ""
        if len(buttons) == room or not link.title.strip() or not (code or _is_url(link.url)):
            aside.append(link)
        elif code:
            title = layout.shorten(link.title, LIMITS.choice_title)
            buttons.append({"title": title, "type": "oa.open.phone", "payload": {"phone_code": code}})
        else:
            buttons.append(_open_url(layout.shorten(link.title, LIMITS.choice_title), link.url))
    return buttons, aside


def phone_code(number: str) -> str:
    """Return a Vietnamese telephone number as Zalo dials it: country code, no plus; "" when it is none."""
    digits = re.sub(r"[^0-9+]", "", number)
    if digits.startswith("+"):
        digits = digits[1:]
    elif digits.startswith("0"):
        digits = _COUNTRY + digits[1:]
    return digits if re.fullmatch(r"[1-9][0-9]{7,14}", digits) else ""


def _open_url(title: str, url: str) -> dict[str, Any]:
    return {"title": title, "type": "oa.open.url", "payload": {"url": url}}


def _is_url(url: str) -> bool:
    return _URL.fullmatch(url) is not None


def _is_query(button: Mapping[str, Any]) -> bool:
    return str(button.get("type", "")).startswith("oa.query.")


def _target(button: Mapping[str, Any]) -> str:
    payload = button.get("payload")
    if not isinstance(payload, dict):
        return ""
    return str(payload.get("url") or f"+{payload.get('phone_code', '')}")
