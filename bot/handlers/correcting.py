"""The number of a document in a talk: "à nhầm 93" takes one back, "thế còn 87" goes on to another. Pure."""

from __future__ import annotations

import re
from functools import cache

from bot.handlers.saying import says, utterance_of
from bot.phrases import phrase, words
from knowledge.matching.normalizer import clean, fold

LONGEST = 300  # characters of a question that is kept to be asked again
_NUMBER = r"\d{1,4}(?:/\d{4})?(?:/[^\W\d_]+(?:-[^\W\d_]+)*\d*)?(?![\w/])"
_FEWEST_DIGITS = 2  # a single figure rather picks from a menu


def naming(text: str) -> str:
    """Return a question that names the number of one document, "" for any other."""
    said = clean(text)
    return said if len(said) <= LONGEST and len(_mentions(said)) == 1 else ""


def corrected(text: str, asked: str) -> str:
    """Return the question that a correction of a number means, "" when the text is none.

    `asked`: the question before, when it named a number; without it, all that is known is the document.
    """
    said = clean(text)
    numbers = list(_mention(strict=False).finditer(said))
    if not numbers or not says(utterance_of(_mention(strict=False).sub(" ", said)), "manners.correction"):
        return ""
    before = _mentions(asked)
    if not before and len(numbers) > 1:
        return ""  # one of them is taken back, and which is not known
    old = before[0]["number"] if before else ""
    new = next((it for it in numbers if it["number"] != old), None)
    if new is None:
        return ""
    if before:
        start = before[0].start() if new["kind"] else before[0].start("number")
        return f"{asked[:start]}{new[0] if new['kind'] else new['number']}{asked[before[0].end() :]}"
    is_document = bool(new["kind"]) or len(new["number"]) >= _FEWEST_DIGITS
    return new[0] if is_document else ""


def following(text: str) -> str:
    """Return how the number of another document is asked after in a talk, as the matcher reads it; "" for all else."""
    said = clean(text)
    numbers = list(_mention(strict=False).finditer(said))
    if len(numbers) != 1 or not says(utterance_of(_mention(strict=False).sub(" ", said)), "correcting.following"):
        return ""
    is_document = bool(numbers[0]["kind"]) or len(numbers[0]["number"]) >= _FEWEST_DIGITS
    return phrase("correcting.following_asks", document=numbers[0][0]) if is_document else ""


def _mentions(text: str) -> list[re.Match[str]]:
    return list(_mention(strict=True).finditer(text))


@cache
def _mention(*, strict: bool) -> re.Pattern[str]:
    """Return what names a document by its kind and number; not `strict`: by its number alone as well."""
    listed = words("correcting.kinds")
    kinds = sorted({each for kind in listed for each in (kind, fold(kind))}, key=len, reverse=True)
    kind = rf"(?<!\w)(?P<kind>{'|'.join(map(re.escape, kinds))})\s*(?:s(?:\u1ed1|o)\s*)?"
    named = kind if strict else rf"(?:{kind}|(?<![\w/]))"
    return re.compile(rf"{named}(?P<number>{_NUMBER})", re.IGNORECASE)
