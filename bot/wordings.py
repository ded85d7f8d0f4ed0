"""What a question of a citizen becomes as a wording of an entry: what is asked, without the person and the courtesies.

Pure. Nothing else is changed: a wording is what people write.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

from bot.handlers.smalltalk import intent_of
from bot.personal import impersonal
from bot.phrases import words
from bot.privacy import MASKS
from knowledge.matching.normalizer import fold, forms

_MASK = "(?:" + "|".join(map(re.escape, MASKS)) + ")"
_SENTENCE = re.compile(r"(?<=[.?!;])\s+|\n+")
_ENDS = " ,;:-–"
_LEAST = 3  # words; fewer are no question


def without_persons(text: str) -> str:
    """Return a question without what is personal in it, masked or not yet; "" when it asks nothing else.

    A sentence that gives nothing but a person's particulars goes as a whole.
    """
    text = impersonal(text)
    if not is_masked(text):
        return " ".join(text.split())
    asked = [each for each in _SENTENCE.split(text) if not is_masked(each) and not _is_idle(each)]
    if sum(len(forms(each)) for each in asked) >= _LEAST:
        return " ".join(" ".join(asked).split())
    rest = _tidy(_labelled().sub(" ", text))
    return "" if _is_idle(rest) else rest


def wording_of(text: str) -> str:
    """Return what a question asks, without what is personal in it and without courtesies around it; "" for nothing."""
    said = without_persons(text)
    sentences = [each for each in _SENTENCE.split(said) if not _is_idle(each)]
    asked = " ".join(sentences)
    if said != " ".join(text.split()):  # something of a person stood there: what leads to the question is about them
        asked = _preamble().sub("", asked)
    asked = _tidy(_openers().sub("", asked))
    asked = _closers().sub(r"\1", asked).strip(_ENDS)
    if not forms(asked):
        return said
    return capitalised(asked) if said[0].isupper() else asked


def wordings_of(texts: Sequence[str]) -> tuple[str, ...]:
    """Return the wordings of questions of one meaning: the shortest that holds no more than the question first.

    What was written together with personal data comes last, whatever is left of it.
    """
    ranked = sorted(
        ((is_masked(impersonal(text)), len(forms(wording)) < _LEAST, len(wording), wording), wording)
        for text in texts
        if forms(wording := wording_of(text))
    )
    by_reading = {" ".join(forms(wording)): wording for _, wording in reversed(ranked)}
    return tuple(wording for _, wording in ranked if by_reading[" ".join(forms(wording))] == wording)


def capitalised(text: str) -> str:
    """Return a text with its first letter in capitals."""
    return text[:1].upper() + text[1:]


def is_masked(text: str) -> bool:
    """Tell whether something personal was masked in a text."""
    return any(mask in text for mask in MASKS)


def _is_idle(text: str) -> bool:
    """Tell whether a text is courtesies alone."""
    said = " ".join(forms(text))
    if not said or intent_of(said) is not None:
        return True
    return bool(_openers().fullmatch(text.strip()) or _closers().fullmatch(f" {text.strip()}"))


def _tidy(text: str) -> str:
    """Return a text without the signs that stood around what was taken out."""
    text = re.sub(r"\s+([,.;:?!])", r"\1", " ".join(text.split()))
    text = re.sub(r"([,;:])(?:\s*[,;:])+", r"\1", text)
    text = re.sub(r"([.?!])[\s,;:]+(?=[,;:]|$)", r"\1", text)
    return text.strip(_ENDS).lstrip(".?! ")


# Whatever is long enough to take one way is not tried another way: somebody may write "ạ" a thousand times.
@cache
def _labelled() -> re.Pattern[str]:
    return re.compile(rf"(?:(?<!\w){_any('labels')}[\s:.\-]*+)*+{_MASK}", re.IGNORECASE)


@cache
def _openers() -> re.Pattern[str]:
    opener = rf"{_any('openers', 'asking')}(?:\s++{_any('opener_tails')})*+"
    return re.compile(rf"^(?:{opener}[\s,.:;!\-]*+)++", re.IGNORECASE)


@cache
def _preamble() -> re.Pattern[str]:
    return re.compile(rf"^.*?(?<!\w)(?={_any('asking')})", re.IGNORECASE)


@cache
def _closers() -> re.Pattern[str]:
    return re.compile(rf"(?:[\s,.;!]++{_any('closers')})++\s*+([?.!]*+)$", re.IGNORECASE)


def _any(*keys: str) -> str:
    """Return an expression for each of some phrases, the longest first; a single word needs its marks ("nhé", "dạ")."""
    phrases = [phrase for key in keys for phrase in words(f"wording.{key}")]
    spelled = {phrase.lower() for phrase in phrases} | {fold(phrase) for phrase in phrases if " " in phrase}
    ordered = sorted(spelled, key=lambda form: (-len(form), form))
    return "(?>(?:" + "|".join(re.escape(form).replace(r"\ ", r"\s++") for form in ordered) + r")(?!\w))"
