"""Bring any text to one written form, and to a folded form in which spelling habits no longer differ."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

BETWEEN_SENTENCES = re.compile(r"(?<=[.!?])\s+|\n+")  # of an answer
MAX_LENGTH = 1_000  # characters of a question that are read; longer ones are cut

# Cyrillic and Greek letters that look Latin: pasted text carries them, portals use them against copying
# (field.md 4.4: an article of tuyengiaocaobang.vn). NFKC does not touch them.
LOOK_ALIKES = str.maketrans(
    "асеорхуіјѕԁһԛԝвнкмтАВСЕНІЈКМОРЅТХУԁαορνιυκτηεΑΒΕΖΗΙΚΜΝΟΡΤΥΧ",
    "aceopxyijsdhqwbhkmtABCEHIJKMOPSTXYdaopviuktneABEZHIKMNOPTYX",
)
_DASHES = str.maketrans(dict.fromkeys("‐‑‒–—―−⁄∕", "-") | {"⁄": "/", "∕": "/"})
_REPLACED: dict[int, int | str] = {**_DASHES, **LOOK_ALIKES}
_TO_REPLACE = re.compile(f"[{''.join(map(re.escape, map(chr, _REPLACED)))}]")
_MARKS = re.compile("[\u0300-\u034e\u0350-\u036f]+")
_STROKED = str.maketrans({"đ": "d", "Đ": "d", "ð": "d", "Ð": "d", "ı": "i", "ø": "o", "Ø": "o", "ł": "l", "Ł": "l"})
_TONES = "\u0300\u0301\u0303\u0309\u0323"
# Old placement (hòa, thúy) and new placement (hoà, thuý) of the tone mark become one: the older, on the first vowel.
_TONE_MOVES = {
    unicodedata.normalize("NFC", first + second + tone): unicodedata.normalize("NFC", first + tone + second)
    for first, second in ("oa", "oe", "uy")
    for tone in _TONES
}
_LATE_O = "|".join(late for late in _TONE_MOVES if late[0] == "o")
_LATE_U = "|".join(late for late in _TONE_MOVES if late[0] == "u")
_TONE_LATE = re.compile(rf"(?:{_LATE_O}|(?<!q)(?:{_LATE_U}))(?![\w\u0300-\u036f])")
_CAPITALS = re.compile(r"(?<![^\W\d_])[A-Z]{2,6}(?![^\W\d_])")
_NAME = re.compile(r"(?<=[^\W_] )([^\W\d_a-zà-ỹ][^\W\d_]+)")
_SIGNED = {"n~": "những", "nh~": "những"}  # chat spellings that a sign belongs to
_TOKEN = re.compile(r"\bnh?~|\d+(?:[.,]\d{3})+(?!\d)|[^\W\d_]+(?:&[^\W\d_]+)+|[^\W\d_]+|\d+")


@dataclass(frozen=True, slots=True)
class Word:
    """One token: `surface` with its marks (lower case), `form` folded."""

    surface: str
    form: str

    @property
    def is_marked(self) -> bool:
        """Tell whether the writer gave it diacritics."""
        return self.surface != self.form


def clean(text: str) -> str:
    """Return NFC text without controls, lone surrogates and invisible characters; look-alike letters made Latin."""
    if not text.isascii():
        text = unicodedata.normalize("NFKC", text)
        if _TO_REPLACE.search(text):  # hardly ever: looking is far quicker than replacing
            text = text.translate(_REPLACED)
    if text.isprintable():  # no control, invisible or unassigned character: nearly always
        return " ".join(unicodedata.normalize("NFC", text).split())
    kept = (letter if unicodedata.category(letter)[0] != "C" else _stand_in(letter) for letter in text)
    return " ".join(unicodedata.normalize("NFC", "".join(kept)).split())


def normalize(text: str) -> str:
    """Return `clean` text in lower case, NFC, with one placement of the tone mark. Idempotent."""
    lowered = _lowered(text)
    if lowered.isascii():
        return lowered
    return _TONE_LATE.sub(lambda found: _TONE_MOVES[found.group()], lowered)


def fold(text: str) -> str:
    """Return `text` in lower case without any mark, đ as d. Idempotent; NFC and NFD agree; "" for nothing readable."""
    lowered = _lowered(text)
    if lowered.isascii():
        return lowered
    letters = unicodedata.normalize("NFKD", lowered.replace("đ", "d"))
    bare = _MARKS.sub("", letters)
    if bare.isascii():  # Vietnamese, that is nearly always
        return clean(bare.lower())
    bare = "".join(letter for letter in bare if not unicodedata.combining(letter))
    return clean(bare.translate(_STROKED).lower())


def words(text: str) -> list[Word]:
    """Split any text into words. "KH&CN" is one word ("khcn"), "nq93" are two, "3.000" is "3000"."""
    found: list[Word] = []
    for piece in _TOKEN.findall(normalize(text)):
        surface = _SIGNED.get(piece, piece).replace("&", "").replace(".", "").replace(",", "")
        word = as_word(surface)
        if word.form:
            found.append(word)
    return found


def names(text: str) -> frozenset[str]:
    """Return what a text writes as names, in lower case: "KPI", and marked words with a capital inside a sentence.

    Nothing where all is in capitals.
    """
    typed = clean(text[:MAX_LENGTH])
    if typed.isupper():
        return frozenset()
    found = {capital.group() for capital in _CAPITALS.finditer(typed)}
    found.update(name.group(1) for name in _NAME.finditer(typed) if not name.group(1).isascii())
    return frozenset(normalize(name) for name in found)


def begins_name(token: str) -> bool:
    """Tell whether a token has a capital in front, and is no mere initials."""
    return token[0].isupper() and not (len(token) > 1 and token.isupper())


def forms(text: str) -> list[str]:
    """Return the folded words of `text`."""
    return [word.form for word in words(text)]


def as_typed(text: str, folded: str) -> str:
    """Return the part of `text` that folds to `folded`, blanks and signs aside; `folded` itself when no part does."""
    wanted = "".join(letter for letter in folded if letter.isalnum())
    spelled = [(at, letter) for at, typed in enumerate(text) for letter in _letters(typed)]
    found = "".join(letter for _, letter in spelled).find(wanted)
    if not wanted or found < 0:
        return folded
    end = spelled[found + len(wanted) - 1][0] + 1
    while end < len(text) and unicodedata.combining(text[end]):
        end += 1
    return text[spelled[found][0] : end]


@lru_cache(maxsize=50_000)
def as_word(surface: str) -> Word:
    """Return a token, in lower case and without signs, with its folded form."""
    return Word(surface, surface if surface.isascii() else fold(surface))


@lru_cache(maxsize=50_000)
def typed_word(token: str) -> Word:
    """Return a token of `clean` text, in whatever case, with its folded form."""
    return as_word(normalize(token))


@lru_cache(maxsize=5_000)
def _letters(typed: str) -> str:
    """Return what is left of one character when it is folded: letters and figures alone."""
    return "".join(letter for letter in fold(typed) if letter.isalnum())


def _stand_in(letter: str) -> str:
    # A zero-width character joins (it is invisible); any other control separates.
    return "" if unicodedata.category(letter) == "Cf" else " "


def _lowered(text: str) -> str:
    lowered = clean(text).lower()
    # Lower case may undo the normal form of rare letters; Vietnamese ones stay as they are.
    return lowered if unicodedata.is_normalized("NFKC", lowered) else clean(lowered)
