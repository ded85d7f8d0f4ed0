"""Names and street addresses in what people wrote: masked in the questions that are kept for staff to look through.

Pure. In a conversation they stay: who answers there needs them. Only what is surely one is masked: a name behind
"em là" or "tên tôi là" with a family name in front, a house number with its street.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from itertools import takewhile

from bot.phrases import words
from bot.privacy import ADDRESS, NAME, redact
from knowledge.matching.normalizer import fold

_RUN = re.compile(r"[^\W\d_]++(?:[ \t]++[^\W\d_]++){0,3}")  # up to four words
_MOST = 4  # words of a name
_LEAST, _LEAST_UNMARKED = 2, 3  # words of a name; without marks two may be anything
_NUMBER = r"\d{1,4}[a-z\u0111]?(?:/\d{1,4}[a-z]?)*"
_BARE = r"\d{1,3}[a-z]?(?:/\d{1,4}[a-z]?)*"  # nothing in front: four figures are rather a year
_LONGEST_WORD = 12  # letters and the blank behind them
_WORD_BEFORE = re.compile(r"([^\W\d_]+)[ \t]*$")


def impersonal(text: str) -> str:
    """Return what somebody wrote with numbers, names and street addresses of persons masked. Idempotent."""
    text = unicodedata.normalize("NFC", redact(text))
    text = _introduction().sub(_name, text)
    return _address().sub(_place, text)


def may_be_name(text: str) -> bool:
    """Tell whether a text may be a name of a person and nothing else: "chị Hoa", "Nguyễn Văn An ạ", "em tên lan"."""
    said = unicodedata.normalize("NFC", " ".join(re.findall(r"[^\W\d_]+", text)))
    opening = _opening().match(said)
    own = _closing().sub("", said[opening.end() :] if opening else said).split()
    if not 0 < len(own) <= _MOST:
        return False
    is_written_as_one = all(token[0].isupper() for token in own) and not said.isupper()
    family = _known("family_unmarked" if said.isascii() else "family")
    is_known = len(own) >= _LEAST and own[0].lower() in family and " ".join(own[:2]).lower() not in _known("no_person")
    return is_known or (opening is not None and (len(own) == 1 or is_written_as_one))


def _name(found: re.Match[str]) -> str:
    said, run = found[1], found[2]
    if said.isupper():  # in capitals nothing tells where a name ends
        return found[0]
    tokens = run.split()
    first = tokens[0]
    own = list(takewhile(lambda token: token[0].isupper() and _is_alike(token, first), tokens))
    known = _known("family")
    if found.string.isascii():
        least, known = _LEAST_UNMARKED, _known("family_unmarked")
    else:
        least = _LEAST
    if len(own) < least or first.lower() not in known or " ".join(own[:2]).lower() in _known("no_person"):
        return found[0]
    return f"{said}{NAME}{_after(run, len(own))}"


def _is_alike(token: str, first: str) -> bool:
    """Tell whether a word is in capitals like the first one: "NGUYỄN VĂN A Cho em hỏi" goes on to something else."""
    return len(token) == 1 or token.isupper() == first.isupper()


def _place(found: re.Match[str]) -> str:
    before, is_sure = _WORD_BEFORE.search(_just_before(found)), found["sure"] is not None
    if not is_sure and (found["way"] is None or (before and before[1].lower() in _known("no_house"))):
        return found[0]
    street = found["street"]
    if street is None:  # "số nhà 12" alone, or a street that has a date for its name
        return ADDRESS
    # In capitals nothing tells where the name of a street ends.
    own = 0 if found.string.isupper() else sum(1 for _ in takewhile(lambda token: token[0].isupper(), street.split()))
    if own:
        return f"{ADDRESS}{_after(street, own)}"
    return f"{ADDRESS}{found['way']}{street}" if is_sure else found[0]


def _just_before(found: re.Match[str]) -> str:
    return found.string[max(0, found.start() - _LONGEST_WORD) : found.start()]


def _after(run: str, count: int) -> str:
    """Return what follows the first words of a run, as it was written."""
    end = re.match(rf"(?:\S+\s*){{{count - 1}}}\S+", run)
    return run[end.end() :] if end else ""


@cache
def _known(key: str) -> frozenset[str]:
    return frozenset(unicodedata.normalize("NFC", word).lower() for word in words(f"personal.{key}"))


def _any(key: str) -> str:
    """Return an expression for each of some words, with marks or without."""
    spelled = dict.fromkeys(form for word in words(f"personal.{key}") for form in (word.lower(), fold(word)))
    longest_first = sorted(spelled, key=len, reverse=True)
    return "(?:" + "|".join(re.escape(form).replace(r"\ ", r"[ \t]+") for form in longest_first) + ")"


@cache
def _introduction() -> re.Pattern[str]:
    speaker, name, is_ = _any("speaker"), _any("name"), _any("is")
    ways = (
        rf"{speaker}[ \t]+(?:{name}[ \t]+)?{is_}[ \t]*+:?",
        rf"{speaker}[ \t]+{name}[ \t]*+:?",
        rf"{name}(?:[ \t]+(?:{_any('of')}[ \t]+)?{speaker})?(?:[ \t]+{is_}[ \t]*+:?|[ \t]*+:)",
    )
    return re.compile(rf"(\b(?:{'|'.join(ways)})[ \t]*+(?:{_any('title')}[ \t]+)?)({_RUN.pattern})", re.IGNORECASE)


@cache
def _opening() -> re.Pattern[str]:
    """Return what stands before a name that is given: "em tên là", "tôi là", "tên", "chị"."""
    speaker, name, is_, title = _any("speaker"), _any("name"), _any("is"), _any("title")
    introduced = rf"(?:(?:{speaker}[ ]+)?{name}[ ]+(?:{is_}[ ]+)?|{speaker}[ ]+{is_}[ ]+)"
    return re.compile(rf"{introduced}(?:{title}[ ]+)?|(?:{title}|{speaker})[ ]+", re.IGNORECASE)


@cache
def _closing() -> re.Pattern[str]:
    return re.compile(rf"(?:[ ]+{_any('after_name')})+$", re.IGNORECASE)


@cache
def _address() -> re.Pattern[str]:
    sure = rf"(?P<sure>{_any('house_alone')}[ \t]*+:?[ \t]*+{_NUMBER})"
    house = rf"(?:{sure}|{_any('house')}[ \t]*+:?[ \t]*+{_NUMBER}|{_BARE})\b"
    lanes = rf"(?:[ \t]*+,?[ \t]*+{_any('lane')}[ \t]+{_NUMBER}\b)*"
    way = rf"(?P<way>[ \t]*+,?[ \t]*+{_any('street')}[ \t]+)"
    street = rf"(?:{way}(?:(?P<street>{_RUN.pattern})|\d{{1,2}}/\d{{1,2}}\b))?"
    return re.compile(rf"(?<![\w/.,-]){house}{lanes}{street}", re.IGNORECASE)
