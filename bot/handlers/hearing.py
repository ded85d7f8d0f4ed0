"""What a person means by an answer in their own words: a choice, a number, a day, or "I am not sure"."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache

from bot.phrases import words
from knowledge.eligibility.engine import Command, Given, Run
from knowledge.eligibility.model import UNSURE, Guide, Step
from knowledge.matching.lexicon import Forms
from knowledge.matching.normalizer import fold, forms
from knowledge.matching.normalizer import words as words_of
from knowledge.understanding import consists_of, folded, position, readings, stripped

_LONGEST_UNSURE = 8  # words; a longer text only mentions that something is not known
_LONGEST_MEASURE = 8  # words; in a longer text a number is beside the point
_NUMBER = re.compile(r"(-?\d+(?:[.,]\d+)*)\s*(nghin|ngan|trieu|tr|ti|ty)?\b")
_SCALES = {"nghin": 10**3, "ngan": 10**3, "trieu": 10**6, "tr": 10**6, "ti": 10**9, "ty": 10**9}
_DAY = re.compile(r"(\d{1,2})\s*[-/.]\s*(\d{1,2})\s*[-/.]\s*(\d{4})|(\d{4})-(\d{2})-(\d{2})")
_THOUSANDS = re.compile(r"-?\d{1,3}(?:[.,]\d{3})+")
_LONGEST_CORRECTION = 8  # words; a longer text tells something else
_FEW = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """The answers a text may mean: one is understood, several need asking.

    `is_exact`: nothing was read into it. `is_loose`: a mere yes or no beside words that may be about something else.
    """

    values: tuple[str, ...]
    is_exact: bool = False
    is_loose: bool = False


def hear(step: Step, text: str) -> Heard | None:
    """Return what a text means as an answer to a step; None when it means none."""
    bare = stripped(readings(text)[0], _words("courtesy"))
    if step.unsure and _is_unsure(bare):
        return Heard(values=(UNSURE,), is_exact=True)
    if step.kind != "choice":
        value = _day(text) if step.kind == "date" else _number(text)
        return Heard(values=(value,)) if value and len(bare) <= _LONGEST_MEASURE else None
    exact = [
        choice.key for choice in step.choices if bare in _names_of(choice.label, choice.short_title, *choice.synonyms)
    ]
    if exact:
        return Heard(values=tuple(exact), is_exact=True)
    return _agreed(step, bare) or mentioned(step, text) or _agreed_loosely(step, bare, text)


def mentioned(step: Step, text: str) -> Heard | None:
    """Return the choices that a text mentions by name; None when it mentions none.

    A choice is left out when another one takes up all its words and more: "không có vốn nước ngoài" names no capital.
    """
    whole = readings(text)[0]
    hits: dict[str, set[int]] = {}
    for choice in step.choices:
        for name in _names_of(choice.label, choice.short_title, *choice.synonyms):
            at = position(name, whole) if name not in _words("yes") | _words("no") else -1
            if at >= 0 and not _is_denied(whole, at, name):
                hits.setdefault(choice.key, set()).update(range(at, at + len(name)))
    values = tuple(key for key, said in hits.items() if not any(said < other for other in hits.values()))
    return Heard(values=values) if values else None


def corrected(guide: Guide, run: Run, text: str) -> Given | None:
    """Return the answer given before that a short text changes ("nhầm, em ở Hà Nội"): the latest it names anew."""
    if len(readings(text)[0]) > _LONGEST_CORRECTION:
        return None
    for given in reversed(run.answers):
        step = guide.step(given.step)
        heard = mentioned(step, text) if step is not None else None
        if heard is not None and len(heard.values) == 1 and heard.values[0] != given.value:
            return Given(step=given.step, value=heard.values[0])
    return None


def is_correction(text: str) -> bool:
    """Tell whether a text begins by saying that something was wrong ("à nhầm, …")."""
    bare = stripped(readings(text)[0], _words("courtesy"))
    return any(bare[: len(lead)] == lead for lead in _words("correcting"))


def command_of(text: str) -> Command | None:
    """Return the command a text gives, None when it gives none."""
    whole, courtesy = readings(text)[0], _words("courtesy")
    bare, typed = stripped(whole, courtesy), tuple(forms(text))
    names = {Command.BACK: "back", Command.RESTART: "restart", Command.CANCEL: "cancel", Command.BEGIN: "go_on"}
    exact = (command for command, name in names.items() if {bare, typed} & _words(name))
    polite = (command for command, name in names.items() if consists_of(whole, courtesy, needed=_words(name)))
    return next(exact, None) or next(polite, None)


def is_mere_agreement(text: str) -> bool:
    """Tell whether a text says yes or no and nothing else: never a question of its own."""
    return consists_of(readings(text)[0], _words("yes") | _words("no") | _words("courtesy"))


def is_question(text: str) -> bool:
    """Tell whether a text asks something rather than answers."""
    if "?" in text:
        return True
    whole = stripped(readings(text)[0], _words("courtesy"))
    asks_yes_no = len(whole) > _FEW and whole[-1:] in _words("no")
    return asks_yes_no or any(position(name, whole) >= 0 for name in _words("asking"))


def _agreed(step: Step, bare: Forms) -> Heard | None:
    """Return the choices that begin with "yes" or "no", for a text that is a yes or a no and nothing else."""
    said = next((name for name in ("no", "yes") if consists_of(bare, _words(name))), "")
    values = _beginning_with(step, said) if said else ()
    return Heard(values=values, is_exact=True) if values else None


def _agreed_loosely(step: Step, bare: Forms, text: str) -> Heard | None:
    """Return the same for a text that holds a no, or begins or ends with a yes."""
    others = _unlike_yes_or_no(text)
    for name in ("no", "yes"):
        said = [word for word in _words(name) if others.isdisjoint(word)]
        places = [(position(word, bare), word in {bare[: len(word)], bare[-len(word) :]}) for word in said]
        fits = any(at >= 0 and (name == "no" or stands_out) for at, stands_out in places)
        values = _beginning_with(step, name) if fits else ()
        if values:
            return Heard(values=values, is_loose=True)
    return None


def _beginning_with(step: Step, name: str) -> tuple[str, ...]:
    return tuple(choice.key for choice in step.choices if tuple(forms(choice.label))[:1] in _words(name))


def _unlike_yes_or_no(text: str) -> frozenset[str]:
    """Return the folded words that their marks make another word in this text: "cơ", "cổ" are no "có"."""
    meant = {word.surface for name in ("yes", "no") for said in words(f"hearing.{name}") for word in words_of(said)}
    typed = words_of(text)
    others = {word.form for word in typed if word.is_marked and word.surface not in meant}
    return frozenset(others - {word.form for word in typed if word.surface in meant})


def _is_denied(whole: Forms, at: int, name: Forms) -> bool:
    """Tell whether a mention stands behind a "not" that is no part of it."""
    denials = _words("denial")
    return name[:1] not in denials and any(position(word, whole[max(0, at - _FEW) : at]) >= 0 for word in denials)


def _is_unsure(bare: Forms) -> bool:
    return len(bare) <= _LONGEST_UNSURE and any(position(name, bare) >= 0 for name in _words("unsure"))


def _number(text: str) -> str:
    found = _NUMBER.search(fold(text))
    if found is None:
        return ""
    written = found[1]
    plain = re.sub(r"[.,]", "", written) if _THOUSANDS.fullmatch(written) else written.replace(",", ".")
    if plain.count(".") > 1:
        return ""
    return f"{(Decimal(plain) * _SCALES.get(found[2] or '', 1)).normalize():f}"


def _day(text: str) -> str:
    found = _DAY.search(text)
    if found is None:
        return ""
    day, month, year = (found[1], found[2], found[3]) if found[1] else (found[6], found[5], found[4])
    try:
        return date(int(year), int(month), int(day)).isoformat()
    except ValueError:
        return ""


@cache
def _names_of(*names: str) -> frozenset[Forms]:
    return folded(name for name in names if name)


@cache
def _words(name: str) -> frozenset[Forms]:
    return folded(words(f"hearing.{name}"))
