"""How a page of the console is made: templates with autoescape, the filters they use, and headers for every answer."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from datetime import date, datetime
from functools import cache
from typing import Any

import jinja2
from markupsafe import Markup

from admin.wording import named, say
from bot.masking import masked
from runtime.assets import Asset
from runtime.clock import VIETNAM

ASSETS_PATH = "/admin/assets"
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
# What tells a browser from the ones it pretends to be: the first that occurs counts.
_BROWSERS = (
    ("Edg/", "Edge"), ("OPR/", "Opera"), ("Firefox/", "Firefox"), ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)  # fmt: skip
_SYSTEMS = (
    ("Android", "Android"), ("iPhone", "iPhone"), ("iPad", "iPad"), ("Windows", "Windows"), ("Mac OS", "macOS"),
    ("Linux", "Linux"),
)  # fmt: skip
# Fields of an entry whose text is a day or a code; the tables that name the codes.
_DAYS = frozenset({"valid_from", "valid_until", "review_on"})
_CODES = {"on_expiry": "entries.on_expiry", "not_covered": "testbox.aspect"}
_SHARE = re.compile(r"[01](\.\d+)?")
_ISO_DAY = re.compile(r"(\d{4})-(\d{2})-(\d{2})")
SUBJECT_KINDS = (
    "entry", "article", "competition", "guide", "term", "gap", "question", "test-question", "conversation", "staff",
    "file", "channel", "day", "inbox", "outbox",
)  # fmt: skip
HEADERS: Mapping[str, str] = {
    "Content-Security-Policy": POLICY,
    "Cache-Control": "no-store",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}


def templates(assets: Mapping[str, Asset]) -> jinja2.Environment:
    """Return the environment of every template; a name that is not given is an error, never an empty place."""
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("admin"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        "moment": moment,
        "day": day,
        "number": number,
        "percent": percent,
        "attributes": attributes,
        "listed": listed,
        "called": lambda code, kind: called(kind, code),
        "device": device,
        "masked": masked,
        "topic": topic_name,
        "subject": subject_name,
        "written": written,
    }
    build = build_of(assets)

    def asset(name: str) -> str:
        return f"{ASSETS_PATH}/{build}/{name}"

    def icon(name: str, label: str = "") -> Markup:
        spoken = Markup('role="img" aria-label="{}"').format(label) if label else Markup('aria-hidden="true"')
        return Markup('<svg class="icon" {}><use href="{}#{}"/></svg>').format(spoken, asset("icons.svg"), name)

    environment.globals |= {"asset": asset, "icon": icon, "say": say}
    return environment


def build_of(assets: Mapping[str, Asset]) -> str:
    """Return the name of this build of the front end: files refer to each other, so they are addressed together."""
    together = "".join(asset.digest for _, asset in sorted(assets.items()))
    return hashlib.sha256(together.encode()).hexdigest()[:16]


def moment(at: datetime | None, *, short: bool = False) -> str:
    """Return a moment as Vietnamese read it: "ngày 05/07/2026, 17:00"; `short` leaves the first word out."""
    if at is None:
        return say("console.never")
    local = at.astimezone(VIETNAM)
    text = f"{local:%d/%m/%Y, %H:%M}"
    return text if short else say("console.on_day", day=text)


def day(on: date | None) -> str:
    """Return a calendar day: "05/07/2026". A moment counts as its day in Vietnam."""
    if on is None:
        return say("console.none")
    return f"{on.astimezone(VIETNAM) if isinstance(on, datetime) else on:%d/%m/%Y}"


def number(value: float, digits: int = 0) -> str:
    """Return a number with Vietnamese separators: 1.234,5."""
    return f"{value:,.{digits}f}".translate(_separators())


def percent(share: float | None, digits: int = 0) -> str:
    """Return a share (0.0-1.0) as percent: "84%"; None: there is nothing to divide by."""
    return say("console.none") if share is None else f"{number(share * 100, digits)}%"


def attributes(given: Mapping[str, Any]) -> Markup:
    """Return further attributes of an element: `data_key="/"` becomes data-key="/". True: no value."""
    parts = [
        Markup(" {}").format(name.replace("_", "-")) if value is True
        else Markup(' {}="{}"').format(name.replace("_", "-"), value)
        for name, value in given.items()
        if value is not False and value is not None
    ]  # fmt: skip
    return Markup("").join(parts)


def listed(value: Any, field: str = "") -> str:
    """Return a value of the audit log in words: lists with commas, codes by their names, days, weights as percent."""
    if isinstance(value, list | tuple):
        return ", ".join(map(listed, value)) or say("console.none")
    text = str(value)
    if field == "weight" and _SHARE.fullmatch(text):
        return percent(float(text))
    return _day_in_words(text) or called("value", text)


def _day_in_words(text: str) -> str:
    try:
        return day(date.fromisoformat(text)) if _ISO_DAY.fullmatch(text) else ""
    except ValueError:  # digits of something else
        return ""


def called(kind: str, code: str) -> str:
    """Return what people call an action, a field or a value of the audit log; the code itself when it has no name."""
    try:
        return say(f"audit.{kind}.{code}")
    except (KeyError, TypeError, IndexError, ValueError):  # data is no key: dots, braces, anything
        return code


def subject_name(subject: str) -> str:
    """Return what people call a subject of the audit log: "mục nq93" for "entry:nq93". `subject_code` undoes it."""
    known, (kind, mark, name) = called("subject", subject), subject.partition(":")
    if known != subject or not mark or kind not in SUBJECT_KINDS:
        return known
    return f"{say(f'audit.subject_kind.{kind}')} {name}"


def subject_code(text: str) -> str:
    """Return what the audit log stores for a subject that is called so; other text as it is."""
    for kind in SUBJECT_KINDS:
        begun = f"{say(f'audit.subject_kind.{kind}')} "
        if text.lower().startswith(begun):
            return f"{kind}:{text[len(begun) :]}"
    return text


def topic_name(topic: str) -> str:
    """Return what a topic is called; one that has no name is called as staff wrote it."""
    try:
        return say(f"topics.name.{topic}")
    except (KeyError, TypeError):  # staff write what they like: dots too
        return topic


def written(text: str, field: str) -> str:
    """Return words of a field of an entry as the form shows them: days as Vietnamese read them, codes by name."""
    if field == "topic":
        return topic_name(text)
    if field in _DAYS:
        return _ISO_DAY.sub(r"\3/\2/\1", text)
    if field not in _CODES:
        return text
    return "\n".join(named(_CODES[field], line) if line else "" for line in text.split("\n"))


def device(agent: str) -> str:
    """Return a browser's User-Agent in two words: "Chrome trên Windows"; the whole text when it is not a known one."""
    browser = next((name for mark, name in _BROWSERS if mark in agent), "")
    system = next((name for mark, name in _SYSTEMS if mark in agent), "")
    if not browser or not system:
        return agent or say("console.unknown_device")
    return say("console.device", browser=browser, system=system)


@cache
def _separators() -> dict[int, Any]:
    return str.maketrans(",.", ".,")
