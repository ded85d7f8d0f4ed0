"""Text typed for VNI while it was off: "nghi5 quye61t" is "nghị quyết". Pure."""

from __future__ import annotations

import re
import unicodedata

from knowledge.matching.normalizer import normalize
from knowledge.matching.reading.tokenizer import real_syllables

_MIXED = re.compile(r"(?<![^\W_])(?=[a-z]*\d)[a-z\d]{2,10}(?![^\W_])", re.IGNORECASE)
_TONES = {"1": "\u0301", "2": "\u0300", "3": "\u0309", "4": "\u0303", "5": "\u0323"}
_HATS = {"6": ("aeo", "\u0302"), "7": ("ou", "\u031b"), "8": ("a", "\u0306")}
_VOWELS = frozenset("aeiouy")
_TELLING = re.compile(r"[6-9]|\d[a-z]", re.IGNORECASE)
# Figures within ("cu7o71c") or a hat and a tone behind ("o73").
_SURE = re.compile(r"\d[a-z]|[6-9][1-5]$", re.IGNORECASE)
_NUMBERED = frozenset({"so"})  # "so73" is sooner number 73
_LEAST = 2  # words that are VNI before any is taken for it, one with more than a tone behind: "lan2 cau1" counts


def without_vni(text: str) -> str:
    """Return `text` with its marks where figures stand for them, if several words of it are surely typed so.

    Of the words that are not real syllables when read so ("nq93", "covid19") nothing is changed.
    """
    if not any(letter.isdigit() for letter in text):
        return text
    read = {found: meant for found in set(_MIXED.findall(text)) if (meant := _syllable(found.lower()))}
    if len(read) < _LEAST or not any(_TELLING.search(found) for found in read):
        read = {found: meant for found, meant in read.items() if _is_sure(found)}
    return _MIXED.sub(lambda found: read.get(found.group(), found.group()), text)


def _is_sure(typed: str) -> bool:
    return _SURE.search(typed) is not None and typed.rstrip("0123456789").lower() not in _NUMBERED


def _syllable(typed: str) -> str:
    """Return the real syllable that letters and figures make, or ""."""
    letters: list[str] = []
    tone = ""
    for key in typed:
        if key.isalpha():
            letters.append(key)
        elif key in _TONES and not tone and any(letter[0] in _VOWELS for letter in letters):
            tone = _TONES[key]
        elif key == "9" and letters[:1] == ["d"]:
            letters[0] = "\u0111"
        elif key not in _HATS or not _put_hat(letters, *_HATS[key]):
            return ""
    return next((made for made in _toned(letters, tone) if made in real_syllables()), "")


def _put_hat(letters: list[str], vowels: str, mark: str) -> bool:
    """Give the last vowel that takes it the mark, "uo" both of theirs; tell whether there was one."""
    places = [at for at, letter in enumerate(letters) if letter in vowels]
    if not places:
        return False
    both = len(places) > 1 and vowels == "ou" and letters[places[-2] : places[-1] + 1] == ["u", "o"]
    for at in places[-2:] if both else places[-1:]:
        letters[at] += mark
    return True


def _toned(letters: list[str], tone: str) -> list[str]:
    """Return the spellings with the tone on each vowel in turn, the hatted first: only one is a real syllable."""
    if not tone:
        return [normalize("".join(letters))]
    vowels = [at for at, letter in enumerate(letters) if letter[0] in _VOWELS]
    ordered = sorted(vowels, key=lambda at: -len(letters[at]))
    return [
        normalize(
            unicodedata.normalize("NFC", "".join(letter + tone * (at == place) for at, letter in enumerate(letters)))
        )
        for place in ordered
    ]
