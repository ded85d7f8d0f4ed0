"""Corrupt clean Vietnamese questions the way people mistype them, repeatably.

The tables beside this module are written apart from the product's lexicon, so that a matcher is
never measured against its own list of spellings.
"""

from __future__ import annotations

import random
import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml

TABLES_PATH = Path(__file__).parent / "data" / "corruption_tables.yaml"

_TONES = "\u0300\u0301\u0303\u0309\u0323"
_HOOK_AND_TILDE = str.maketrans("\u0309\u0303", "\u0303\u0309")  # hỏi <-> ngã: one sound in the south


@dataclass(frozen=True, slots=True, kw_only=True)
class Level:
    """How much of each kind of noise a level carries. Probabilities 0.0-1.0.

    Source: docs of the matching study, section 2 (messy, hard); teen, typo and abbr isolate one kind.
    """

    abbreviation: float = 0.0  # per phrase of the table
    teencode: float = 0.0  # per word or phrase of the table
    typo: float = 0.0  # per word
    typo_certain: bool = False  # mistype one word even when chance hits none
    undiacritised: float = 0.0  # per question
    lower_case: bool = False


LEVELS: Mapping[str, Level] = {
    "clean": Level(),
    "plain": Level(undiacritised=1.0),
    "teen": Level(teencode=0.6, undiacritised=0.5, lower_case=True),
    "typo": Level(typo=0.25, typo_certain=True),
    "abbr": Level(abbreviation=0.9),
    "messy": Level(abbreviation=0.5, teencode=0.6, typo=0.18, undiacritised=0.5, lower_case=True),
    "hard": Level(abbreviation=0.7, teencode=0.7, typo=0.22, undiacritised=1.0, lower_case=True),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class InputMethod:
    """What the keys of an input method leave behind when the method is off or slips."""

    letters: Mapping[str, str]  # precomposed letter without tone -> keys
    tones: Mapping[str, str]  # combining mark -> key

    def type_raw(self, word: str, *, tone_last: bool) -> str:
        """Spell a word by its keystrokes; the tone key follows its vowel or ends the word."""
        typed: list[str] = []
        tone_key = ""
        for letter in unicodedata.normalize("NFC", word):
            toneless, mark = _split_tone(letter)
            keys = self.letters.get(toneless.lower(), toneless)
            typed.append(keys.capitalize() if toneless.isupper() else keys)
            if mark and tone_last:
                tone_key = self.tones[mark]
            elif mark:
                typed.append(self.tones[mark])
        return "".join(typed) + tone_key


@dataclass(frozen=True, slots=True, kw_only=True)
class Tables:
    """The evaluation's own spellings, abbreviations and keyboards."""

    teen: Mapping[str, Sequence[str]]
    abbreviations: Mapping[str, Sequence[str]]
    telex: InputMethod
    vni: InputMethod
    neighbours: Mapping[str, str]


@cache
def load_tables(path: Path = TABLES_PATH) -> Tables:
    """Read the tables once. Raises KeyError when a table is missing."""
    raw = yaml.safe_load(path.read_text(encoding="utf-8"))
    return Tables(
        teen=raw["teen"],
        abbreviations=raw["abbreviations"],
        telex=InputMethod(letters=raw["telex_letters"], tones=raw["telex_tones"]),
        vni=InputMethod(letters=raw["vni_letters"], tones=raw["vni_tones"]),
        neighbours=raw["neighbours"],
    )


def corrupt(text: str, level: str, seed: int) -> str:
    """Return `text` as somebody might have typed it. The same arguments always give the same result.

    `clean` returns the text untouched. Raises ValueError for an unknown level.
    """
    if level not in LEVELS:
        raise ValueError(f"unknown level {level!r}; use one of {', '.join(LEVELS)}")
    if level == "clean":
        return text
    return _noisy(text, LEVELS[level], random.Random(f"{seed}|{level}|{text}"))  # each question has noise of its own


def corrupt_at(text: str, noise: Level, seed: int) -> str:
    """Return `text` with noise of your own measure. The same arguments always give the same result."""
    return _noisy(text, noise, random.Random(f"{seed}|{noise}|{text}"))


def _noisy(text: str, noise: Level, chance: random.Random) -> str:
    corrupted = unicodedata.normalize("NFC", text)
    if noise.lower_case:
        corrupted = corrupted.lower()
    tables = load_tables()
    corrupted = _replace_phrases(corrupted, tables.abbreviations, noise.abbreviation, chance)
    corrupted = _replace_phrases(corrupted, tables.teen, noise.teencode, chance)
    corrupted = _mistype(corrupted, noise, tables, chance)
    if chance.random() < noise.undiacritised:
        corrupted = strip_diacritics(corrupted)
    return corrupted


def strip_diacritics(text: str) -> str:
    """Remove every Vietnamese mark, đ included; the letters and their case stay."""
    decomposed = unicodedata.normalize("NFD", text.replace("đ", "d").replace("Đ", "D"))
    kept = "".join(letter for letter in decomposed if not unicodedata.combining(letter))
    return unicodedata.normalize("NFC", kept)


def _replace_phrases(text: str, table: Mapping[str, Sequence[str]], probability: float, chance: random.Random) -> str:
    if probability <= 0:
        return text

    def shorten(found: re.Match[str]) -> str:
        if chance.random() >= probability:
            return found.group()
        return chance.choice(table[found.group().lower()])

    longest_first = sorted(table, key=len, reverse=True)
    alternatives = "|".join(re.escape(phrase) for phrase in longest_first)
    return re.sub(rf"(?<!\w)(?:{alternatives})(?!\w)", shorten, text, flags=re.IGNORECASE)


def _mistype(text: str, noise: Level, tables: Tables, chance: random.Random) -> str:
    words = text.split(" ")
    hit = [index for index, _ in enumerate(words) if chance.random() < noise.typo]
    for index in hit:
        words[index] = _slip(words[index], tables, chance)
    if noise.typo_certain and " ".join(words) == text:
        longest = max(range(len(words)), key=lambda index: len(words[index]))
        words[longest] = _slip(words[longest], tables, chance)
    return _lose_blanks(words, hit, chance)


def _slip(word: str, tables: Tables, chance: random.Random) -> str:
    """Apply the first slip, in random order, that changes the word; punctuation at its end stays there."""
    core = word.rstrip(".,;:?!)")
    slips = list(_SLIPS)
    chance.shuffle(slips)
    for slip in slips:
        mistyped = slip(core, tables, chance)
        if mistyped != core:
            return mistyped + word[len(core) :]
    return word


def _lose_blanks(words: Sequence[str], hit: Sequence[int], chance: random.Random) -> str:
    """Join the words; after one mistyped word in eight the blank is missing."""
    mistyped = set(hit)
    joined = ""
    for index, word in enumerate(words):
        last = index == len(words) - 1
        blank = "" if last or (index in mistyped and chance.random() < 1 / 8) else " "
        joined += word + blank
    return joined


def _slip_telex(word: str, tables: Tables, chance: random.Random) -> str:
    return tables.telex.type_raw(word, tone_last=chance.random() < 0.7)


def _slip_vni(word: str, tables: Tables, chance: random.Random) -> str:
    if chance.random() < 0.6:  # VNI is the rarer method
        return word
    return tables.vni.type_raw(word, tone_last=chance.random() < 0.7)


def _slip_tone_key(word: str, tables: Tables, chance: random.Random) -> str:
    """Leave the tone key in the word and its vowels composed: `được` becomes `đươcj`."""
    del chance
    for position, letter in enumerate(unicodedata.normalize("NFC", word)):
        toneless, mark = _split_tone(letter)
        if mark:
            return word[:position] + toneless + word[position + 1 :] + tables.telex.tones[mark]
    return word


def _slip_order(word: str, tables: Tables, chance: random.Random) -> str:
    del tables
    if len(word) < 3:
        return word
    at = chance.randrange(len(word) - 1)
    return word[:at] + word[at + 1] + word[at] + word[at + 2 :]


def _slip_missing(word: str, tables: Tables, chance: random.Random) -> str:
    del tables
    if len(word) < 4:
        return word
    at = chance.randrange(1, len(word))
    return word[:at] + word[at + 1 :]


def _slip_doubled(word: str, tables: Tables, chance: random.Random) -> str:
    del tables
    if len(word) < 3 or not word.isalpha():
        return word
    at = chance.randrange(len(word))
    return word[:at] + word[at] + word[at:]


def _slip_neighbour(word: str, tables: Tables, chance: random.Random) -> str:
    places = [at for at, letter in enumerate(word) if letter in tables.neighbours]
    if len(word) < 3 or not places:
        return word
    at = chance.choice(places)
    return word[:at] + chance.choice(tables.neighbours[word[at]]) + word[at + 1 :]


def _slip_hook_and_tilde(word: str, tables: Tables, chance: random.Random) -> str:
    del tables, chance
    swapped = unicodedata.normalize("NFD", word).translate(_HOOK_AND_TILDE)
    return unicodedata.normalize("NFC", swapped)


def _split_tone(letter: str) -> tuple[str, str]:
    """Split a precomposed letter into the letter without its tone and the tone's mark ("" if none)."""
    decomposed = unicodedata.normalize("NFD", letter)
    mark = next((part for part in decomposed if part in _TONES), "")
    return unicodedata.normalize("NFC", decomposed.replace(mark, "") if mark else letter), mark


_SLIPS: Sequence[Callable[[str, Tables, random.Random], str]] = (
    _slip_telex,
    _slip_telex,  # twice: the commonest residue in messages from telephones
    _slip_vni,
    _slip_tone_key,
    _slip_order,
    _slip_missing,
    _slip_doubled,
    _slip_neighbour,
    _slip_hook_and_tilde,
)
