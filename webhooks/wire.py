"""What a platform's JSON must pass before anything believes it: strict parsing, typed look-ups, clean text.

Shared by every channel; knows none of them.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, NoReturn

import msgspec

from runtime.errors import BadPayload

TEXT_LIMIT = 4000
"""Characters of one inbound text that are kept. A question is a few lines; the rest could only slow the matcher."""

# Control characters but tab and newline, soft hyphen, bidirectional controls, zero-width space and its kin, tags.
# ZERO WIDTH JOINER and NON-JOINER stay: emoji and some scripts need them.
_INVISIBLE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\xad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"
    "\U000e0000-\U000e007f]"
)
_NEWLINES = re.compile("\r\n?|[\x0b\x0c\x85\u2028\u2029]")
_ID = re.compile(r"[0-9A-Za-z_.:-]+")
_MESSAGE_ID = re.compile(r"[0-9A-Za-z_.:=+/-]{1,256}")  # WhatsApp ids end in base64
_WORD = re.compile(r"[0-9A-Za-z_]{1,40}")

_MOST_DIGITS = 4000  # of a whole number; reading one takes time that grows with the square of its length
_MILLISECONDS_FROM = 10**11  # in seconds this is the year 5138; Zalo sends milliseconds, WhatsApp seconds
_LATEST = 4_102_444_800  # 2100-01-01: beyond it a timestamp is noise


def json_object(body: bytes) -> Mapping[str, Any]:
    """Parse a body as RFC 8259 wants it: UTF-8 without a mark, no NaN. Raises BadPayload, also for absurd nesting.

    Of repeated keys the last one counts.
    """
    try:
        document = _FAST.decode(body)
    except (msgspec.DecodeError, ValueError, RecursionError):
        document = _patiently(body)
    if not isinstance(document, dict):
        raise BadPayload
    return document


def _patiently(body: bytes) -> Any:
    """Parse what the fast parser refuses: lone surrogates and numbers too great for a float are JSON, too."""
    try:
        return _STRICT.decode(body.decode("utf-8"))
    except (ValueError, RecursionError):
        return None  # the error's text quotes the body: it must not travel on


def lenient_object(body: bytes) -> Mapping[str, Any]:
    """Parse a body that is not authenticated yet, as far as possible; empty when it is no JSON object."""
    try:
        document = json.loads(body, parse_int=_integer)
    except (ValueError, RecursionError):
        return {}
    return document if isinstance(document, dict) else {}


def mapping(value: Any) -> Mapping[str, Any]:
    """Return `value` if it is a JSON object, else an empty one."""
    return value if isinstance(value, dict) else {}


def items(value: Any) -> Sequence[Any]:
    """Return `value` if it is a JSON array, else an empty one."""
    return value if isinstance(value, list) else ()


def identifier(value: Any, limit: int = 128) -> str:
    """Return the id of a person or an account as text, "" when it is missing or has an unexpected form."""
    found = _matching(_ID, value)
    return found if len(found) <= limit else ""


def message_id(value: Any) -> str:
    """Return the id of a message as text, "" when it is missing or has an unexpected form."""
    return _matching(_MESSAGE_ID, value)


def word(value: Any) -> str:
    """Return a platform's keyword (an attachment type, say), "" when it is none."""
    return _matching(_WORD, value)


def text(value: Any, limit: int = TEXT_LIMIT) -> str:
    """Return inbound text NFC, without invisible characters and lone surrogates, stripped, at most `limit` long."""
    if not isinstance(value, str):
        return ""
    # Cut first: normalising a long run of combining marks costs its length squared.
    shown = value[: 2 * limit]
    if shown.isprintable() and unicodedata.is_normalized("NFC", shown):  # most texts: nothing to take out
        return shown.strip()[:limit].rstrip()
    shown = shown.encode("utf-8", "replace").decode("utf-8")
    shown = _INVISIBLE.sub("", _NEWLINES.sub("\n", shown))
    return unicodedata.normalize("NFC", shown).strip()[:limit].rstrip()


def stamp(value: Any) -> str:
    """Return a timestamp as the digits the platform wrote, text or number; "" when it is neither."""
    if isinstance(value, str):
        return value
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else ""


def moment(value: Any) -> datetime | None:
    """Return a timestamp in seconds or milliseconds since 1970 (told apart by magnitude) as aware UTC."""
    digits = stamp(value)
    if not (digits.isascii() and digits.isdigit() and len(digits) <= 16):  # noqa: PLR2004 - microseconds at most
        return None
    number = int(digits)
    seconds = number / 1000 if number >= _MILLISECONDS_FROM else float(number)
    return datetime.fromtimestamp(seconds, UTC) if 0 < seconds < _LATEST else None


def _matching(pattern: re.Pattern[str], value: Any) -> str:
    if isinstance(value, str):
        return value if pattern.fullmatch(value) else ""
    if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 10**20:
        return _matching(pattern, str(value))  # Python keeps all digits; other languages in the chain may not have
    return ""


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(name)


def _integer(digits: str) -> int | None:
    """Python refuses to read longer numbers, which are JSON all the same; nothing of ours is one."""
    return int(digits) if len(digits) <= _MOST_DIGITS else None


# Made once: every webhook passes here.
_FAST = msgspec.json.Decoder()
_STRICT = json.JSONDecoder(parse_constant=_refuse_constant, parse_int=_integer)
