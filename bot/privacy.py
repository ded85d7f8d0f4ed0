"""What is never stored: identity, phone, bank and tax numbers and mail addresses are masked before anything is kept.

Pure. The masks are words that the matcher ignores.
"""

from __future__ import annotations

import re

import phonenumbers
from msgspec.structs import replace

from bot.messages import InboundUpdate
from knowledge.matching.normalizer import fold

REGION = "VN"
PHONE, EMAIL, NUMBER = "[phone]", "[email]", "[number]"
NAME, ADDRESS = "[name]", "[address]"  # in questions kept for staff alone: bot.personal
MASKS = (PHONE, EMAIL, NUMBER, NAME, ADDRESS)

# No mail address is without "@" and no masked number has fewer digits: most messages need no slow search.
SHORTEST = 7
_DIGIT = re.compile(r"\d")
_EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_LETTER = r"[^\W\d_]"
# A unit behind the digits marks a sum; some are told from the next word only when they are glued to the digits.
# The escapes spell the Vietnamese words for dong, million and billion.
_UNIT = r"%|usd|vn[d\u0111]|d\b|\u0111\b(?!/)|\u0111\u1ed3ng|dong|tr\b|tri\u1ec7u|trieu|t[\u1ef7\u1ec9y]\b"
_AMOUNT = rf"(?:\s*(?:{_UNIT})|(?:k|m2|m\u00b2|ha|kg|km|kwh?|mw|tr\u0111)\b)"
_SUM = re.compile(rf"(?:[ .]\d{{3}})*{_AMOUNT}", re.IGNORECASE)
# Identity cards have 9 or 12 digits, tax codes 10 or 10-3, bank accounts 6-19; six or seven digits are rather a
# sum of money or a date, so masking begins at eight. No sum begins with 0. Words may be glued to the digits; single
# letters are so to parts of other codes, and begin a passport's number.
_BEGINNING = rf"(?:(?<![\w/.,-])|(?<={_LETTER}{{2}})|(?<=(?:cccd|cmnd)[/.,-])|(?<=(?:cmt|stk|mst)[/.,-]))"
_FROM_ZERO = rf"0\d{{7,}}(?= \d[\d.,]*{_AMOUNT})|0(?:(?:[ .-]|,(?=\d{{3}}))?\d){{7,}}"
_NUMBER = re.compile(
    rf"(?:{_BEGINNING}(?:{_FROM_ZERO}|[1-9](?:[ .-]?\d){{7,}}(?!{_AMOUNT}))"
    rf"|(?<=\b{_LETTER})\d{{8,}}(?!{_AMOUNT}))(?![\d/])",
    re.IGNORECASE,
)
_DATE = re.compile(r"^(?:\d{1,2}[-. ]\d{1,2}[-. ](?:19|20)\d{2}|(?:19|20)\d{2}[-. ]\d{1,2}[-. ]\d{1,2})$")
_YEARS = re.compile(r"^(?:19|20)\d{2}[- .]+(?:19|20)\d{2}$")
_THOUSANDS = re.compile(r"^[1-9]\d{0,2}(?:[. ]\d{3})+$")
# What names a number of a person right before it, folded: cards, accounts, tax codes.
_NAMED = re.compile(
    r"(?:cccd|cmnd|cmt|can cuoc(?: cong dan)?|chung minh(?: thu| nhan dan)?|stk|so tai khoan|mst|ma so thue)"
    r"(?:[\s:.,=-]|\b(?:so|cua|em|toi|minh|la)\b)*$"
)
_MOBILE = re.compile(r"84[ .]?[35789]\d{2}[ .]?\d{3}[ .]?\d{3}$")
_GLUED = re.compile(rf"(?<=\d){_LETTER}|{_LETTER}(?=\d)")
_NAMING = 50  # characters before a number that are looked at
# A number said digit by digit, as voice typing writes it, with marks or without. No sum begins with a zero.
_NOUGHT = "kh\u00f4ng|khong|h\u00f4ng|ko|zero"
_SPOKEN = (
    f"{_NOUGHT}|m\u1ed9t|m\u1ed1t|mot|hai|ba|b\u1ed1n|bon|t\u01b0|tu|n\u0103m|nam|l\u0103m|lam|nh\u0103m|s\u00e1u|sau"
    "|b\u1ea3y|b\u1ea9y|bay|t\u00e1m|tam|ch\u00edn|chin"
)
_DICTATED = re.compile(rf"(?<!\w)(?:{_NOUGHT}|0)(?:[\s,.;-]+(?:{_SPOKEN}|\d)){{{SHORTEST},}}(?!\w)", re.IGNORECASE)
_LONGEST_PHONE = 11  # digits


def redact(text: str) -> str:
    """Return `text` with personal numbers and addresses replaced by masks; idempotent."""
    text = _DICTATED.sub(_spoken_mask, text)
    if "@" not in text and len(_DIGIT.findall(text)) < SHORTEST:
        return text
    text = _EMAIL.sub(EMAIL, text)
    # The matcher passes over numbers that letters are glued to: it reads a copy, as long, without these letters.
    for found in reversed(list(phonenumbers.PhoneNumberMatcher(_GLUED.sub("|", text), REGION))):
        if not _is_sum_or_date(text, found.start, found.end):
            text = _masked(text, found.start, found.end, PHONE)
    for number in reversed(list(_NUMBER.finditer(text))):
        if not _is_sum_or_date(text, *number.span()):
            text = _masked(text, *number.span(), NUMBER)
    return text


def _spoken_mask(found: re.Match[str]) -> str:
    digits = re.split(r"[\s,.;-]+", found[0])
    return PHONE if len(digits) <= _LONGEST_PHONE else NUMBER


def _masked(text: str, start: int, end: int, mask: str) -> str:
    """Put a mask in place of a part of the text, apart from letters that are glued to it."""
    before, after = text[:start], text[end:]
    return f"{before}{' ' * before[-1:].isalpha()}{mask}{' ' * after[:1].isalpha()}{after}"


def _is_sum_or_date(text: str, start: int, end: int) -> bool:
    """Tell dates, spans of years and sums written with thousands separators from personal numbers."""
    digits = text[start:end].strip()
    if _DATE.match(digits) or _YEARS.match(digits):
        return True
    has_unit = bool(_SUM.match(text, end))
    if not _THOUSANDS.match(digits):
        return has_unit and digits[0] in "123456789" and text[end].isalpha()
    is_named = _MOBILE.match(digits) or _NAMED.search(fold(text[max(0, start - _NAMING) : start]))
    return has_unit or not is_named


def redacted(update: InboundUpdate) -> InboundUpdate:
    """Return the update with its text masked."""
    masked = redact(update.text)
    return update if masked is update.text else replace(update, text=masked)
