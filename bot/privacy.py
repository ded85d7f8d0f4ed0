"""What is never stored: identity, phone, bank and tax numbers and mail addresses are masked before anything is kept.

Pure. The masks are words that the matcher ignores.
"""

from __future__ import annotations

import re

import phonenumbers
from msgspec.structs import replace

from bot.messages import InboundUpdate

REGION = "VN"
PHONE, EMAIL, NUMBER = "[phone]", "[email]", "[number]"
NAME, ADDRESS = "[name]", "[address]"  # in questions kept for staff alone: bot.personal
MASKS = (PHONE, EMAIL, NUMBER, NAME, ADDRESS)

# No mail address is without "@" and no masked number has fewer digits: most messages need no slow search.
SHORTEST = 7
_DIGIT = re.compile(r"\d")
_EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
# Identity cards have 9 or 12 digits, tax codes 10 or 10-3, bank accounts 6-19; six or seven digits are rather a
# sum of money or a date, so masking begins at eight. A unit behind the digits marks a sum.
# The escapes spell the Vietnamese words for dong, million and billion.
_UNIT = r"%|usd|vn[d\u0111]|d\b|\u0111\b|\u0111\u1ed3ng|dong|tr\b|tri\u1ec7u|trieu|t[\u1ef7\u1ec9y]\b"
_NUMBER = re.compile(
    rf"(?<![\w/.,-])\d(?:[ .-]?\d){{7,18}}(?![\w/])(?!\s*(?:{_UNIT}))",
    re.IGNORECASE,
)
_DATE = re.compile(r"^(?:\d{1,2}[-. ]\d{1,2}[-. ](?:19|20)\d{2}|(?:19|20)\d{2}[-. ]\d{1,2}[-. ]\d{1,2})$")
_YEARS = re.compile(r"^(?:19|20)\d{2}[- .]+(?:19|20)\d{2}$")
_THOUSANDS = re.compile(r"^\d{1,3}(?:[. ]\d{3})+$")


def redact(text: str) -> str:
    """Return `text` with personal numbers and addresses replaced by masks; idempotent."""
    if "@" not in text and len(_DIGIT.findall(text)) < SHORTEST:
        return text
    text = _EMAIL.sub(EMAIL, text)
    for found in reversed(list(phonenumbers.PhoneNumberMatcher(text, REGION))):
        if not _is_harmless(found.raw_string):
            text = f"{text[: found.start]}{PHONE}{text[found.end :]}"
    return _NUMBER.sub(lambda found: found[0] if _is_harmless(found[0]) else NUMBER, text)


def _is_harmless(digits: str) -> bool:
    """Tell dates, spans of years and sums written with thousands separators from personal numbers."""
    return any(form.match(digits.strip()) for form in (_DATE, _YEARS, _THOUSANDS))


def redacted(update: InboundUpdate) -> InboundUpdate:
    """Return the update with its text masked."""
    masked = redact(update.text)
    return update if masked is update.text else replace(update, text=masked)
