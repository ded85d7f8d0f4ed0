"""What a short message says and nothing else: read without marks, with chat spellings, held keys and slips made out.

Which phrases mean what stands in the wording catalogue: `x` holds those one of which must be said, `x_around` what may
stand beside them; courtesies may stand anywhere.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import chain

from bot.phrases import words
from knowledge.matching.lexicon import Forms
from knowledge.matching.normalizer import as_word, fold, forms, normalize
from knowledge.matching.normalizer import words as words_of
from knowledge.matching.reading.spelling import guesses, is_attested
from knowledge.matching.reading.vocabulary import Vocabulary
from knowledge.understanding import consists_of, position, readings, stripped

MOST_WORDS = 16  # a longer message tells more than one of these things
_HEARD_AT_ONCE = 16  # messages that are being answered
_SURE = 0.5  # weight from which a slip is taken back
LISTS = (
    *(f"manners.{name}" for name in (
        "cheer", "laugh", "wish", "robot", "complaint", "unfair", "hurry", "grievance", "contact", "call", "calling",
        "given", "source", "correction", "asking",
    )),
    "privacy.ask",
)  # fmt: skip
"""What a message may say, by its place in the catalogue."""

_REPLIES = ("manners.assent", "manners.dissent", "privacy.agree", "privacy.agree_around", "privacy.refuse")
_COURTESIES = ("filler", "greet", "thanks", "ack", "bye")
# A held key, "saiii" or "okkk"; consonants amid a word may be initials ("cccd").
_HELD = re.compile(r"([^\W\d_b-df-hj-np-tv-xz\u0111])\1{2,}|([^\W\d_])\2{2,}\b", re.IGNORECASE)
_SYLLABLES = re.compile(r"\b([^\W\d_]{1,3}?)\1{2,}\b")  # "hahaha"
_REPEATED = re.compile(r"(.)\1+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Utterance:
    """The ways a message may be read, folded, the likeliest first; signs (emoji, ":)") are words as well.

    `marked` are the words as they were typed, of those that were given marks.
    """

    readings: tuple[Forms, ...] = ()
    marked: frozenset[str] = frozenset()


@lru_cache(maxsize=_HEARD_AT_ONCE)
def utterance_of(text: str) -> Utterance:
    """Return how a short message may be read; nothing for a longer one. Each handler in turn asks it of a message."""
    said, signs = _parted(text)
    typed = words_of(said)
    plain = tuple(word.form for word in typed)
    if len(plain) > MOST_WORDS:
        return Utterance()
    # A single word with several meanings is not read as a rare one of them.
    written_out = readings(said)[: None if len(plain) > 1 else 1]
    possible = [
        each
        for each in dict.fromkeys((plain, *written_out))
        if not _tells_more(each) and not _is_far_fetched(each, typed=plain)
    ]
    found = (*possible, *(_mended(each) for each in possible))
    return Utterance(
        readings=tuple(dict.fromkeys((*each, *signs) for each in found if each or signs)),
        marked=frozenset(word.surface for word in typed if word.is_marked),
    )


def says(heard: Utterance, key: str) -> bool:
    """Tell whether a message says what `key` of the catalogue lists, with nothing else but courtesies."""
    needed = _meant_by(heard, key)
    known = _folded(f"{key}_around") | _courtesies()
    # With other marks they are other words, in many of few: "cơ hội việc làm" is no "có hỏi việc".
    unlike = (as_word(surface).form for surface in heard.marked - _surfaces(key))
    others = frozenset(form for form in unlike if len(form) > 1) & _forms(key)  # "á", "ạ" and "à" are one
    return bool(needed) and any(
        others.isdisjoint(reading) and consists_of(reading, known, needed=needed) for reading in heard.readings
    )


def mentions(heard: Utterance, key: str) -> bool:
    """Tell whether a message says what `key` of the catalogue lists, whatever else it says."""
    return any(position(phrase, reading) >= 0 for phrase in _folded(key) for reading in heard.readings)


def is_made_of(heard: Utterance, key: str) -> bool:
    """Tell whether a message holds nothing but what `key` lists, what may stand beside it, and courtesies."""
    known = _folded(key) | _folded(f"{key}_around") | _courtesies()
    return any(consists_of(reading, known) for reading in heard.readings)


def is_just(heard: Utterance, key: str) -> bool:
    """Tell whether a message is one phrase of a list, courtesies before and after it aside."""
    needed = _meant_by(heard, key)
    return any(
        reading in needed or stripped(reading, _folded("hearing.courtesy")) in needed for reading in heard.readings
    )


def _meant_by(heard: Utterance, key: str) -> frozenset[Forms]:
    """Return the phrases of a list without the single words that a message only seems to say.

    But for its marks a word is easily another one: "dot" is a batch and a fool.
    """
    others = {as_word(surface).form for surface in heard.marked - _single(key)}
    return frozenset(phrase for phrase in _folded(key) if len(phrase) > 1 or phrase[0] not in others)


def is_signs_only(text: str) -> bool:
    """Tell whether a message is made of emoji alone, whichever they are."""
    said, signs = _parted(text)
    return bool(signs) and not forms(said)


def _parted(text: str) -> tuple[str, Forms]:
    """Return the words of a message, with held keys let go, and the signs in it."""
    chunks = text.split()
    faces = [_squeezed(chunk) for chunk in chunks if _squeezed(chunk) in _faces()]
    said = " ".join(chunk for chunk in chunks if _squeezed(chunk) not in _faces())
    emoji = _emoji(said)
    signs = frozenset(emoji)
    said = "".join(letter for letter in said if letter not in signs)
    return _HELD.sub(r"\1\2", _SYLLABLES.sub(r"\1\1", said)), (*faces, *emoji)


def _tells_more(reading: Forms) -> bool:
    """Tell whether a word of the language stands in a reading that no phrase has, as in nearly every question."""
    known = _vocabulary().counts
    return any(form not in known and is_attested(form) for form in reading)


def _is_far_fetched(reading: Forms, *, typed: Forms) -> bool:
    """Tell whether a reading takes "dc" for an address where none is asked for: mostly it is "được"."""
    address = _folded("manners.address")
    is_read_into = any(position(it, reading) >= 0 > position(it, typed) for it in address)
    return is_read_into and all(position(it, reading) < 0 for it in _folded("manners.address_asked"))


def _mended(reading: Forms) -> Forms:
    """Return a reading with the words that are none of the language taken for those they were meant as."""
    return tuple(chain.from_iterable(_meant(form) for form in reading))


@cache
def _vocabulary() -> Vocabulary:
    courtesies = (*(f"smalltalk.{name}" for name in _COURTESIES), "hearing.courtesy")
    keys = (*LISTS, *(f"{key}_around" for key in LISTS), *_REPLIES, *courtesies)
    return Vocabulary.of([phrase for key in keys for phrase in sorted(_folded(key))])


def _meant(form: str) -> Forms:
    vocabulary = _vocabulary()
    if form in vocabulary.counts or is_attested(form) or not form.isalpha():
        return (form,)
    best = max(guesses(form, vocabulary, frozenset()), key=lambda guess: guess.weight, default=None)
    return best.forms if best is not None and best.weight >= _SURE else (form,)


def _squeezed(chunk: str) -> str:
    return _REPEATED.sub(r"\1", chunk.lower())


@cache
def _faces() -> frozenset[str]:
    """Return the signs made of keys (":)") that the catalogue lists."""
    listed = (phrase for key in LISTS for phrase in words(key))
    return frozenset(_squeezed(phrase) for phrase in listed if phrase.isascii() and not phrase[0].isalnum())


@cache
def _folded(key: str) -> frozenset[Forms]:
    return frozenset(_of_phrase(phrase) for phrase in words(key))


def _of_phrase(phrase: str) -> Forms:
    if phrase.isascii() and not phrase[0].isalnum():
        return (_squeezed(phrase),)
    return (*forms(fold(phrase)), *_emoji(phrase))


def _emoji(text: str) -> Forms:
    return tuple(letter for letter in text if unicodedata.category(letter) == "So")


@cache
def _surfaces(key: str) -> frozenset[str]:
    """Return the words of a list, of what may stand beside it and of the courtesies, as they are marked."""
    keys = (key, f"{key}_around", *(f"smalltalk.{name}" for name in _COURTESIES))
    return frozenset(word.surface for each in keys for phrase in words(each) for word in words_of(phrase))


@cache
def _forms(key: str) -> frozenset[str]:
    return frozenset(as_word(surface).form for surface in _surfaces(key))


@cache
def _single(key: str) -> frozenset[str]:
    return frozenset(normalize(phrase) for phrase in words(key) if " " not in phrase)


@cache
def _courtesies() -> frozenset[Forms]:
    return frozenset(chain.from_iterable(_folded(f"smalltalk.{name}") for name in _COURTESIES))
