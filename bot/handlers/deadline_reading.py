"""What a message asks about competitions and their dates: which question, and of which competitions. Pure.

The text is read as every question is (diacritics, chat spelling, typing errors); what is asked for is then looked up
in the catalogue, and whatever else the message speaks of makes it somebody else's question.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache, lru_cache

from bot.phrases import words
from knowledge.calendar.model import Competition, Kind
from knowledge.matching.index import Index
from knowledge.matching.lexicon import Forms, Lexicon
from knowledge.matching.normalizer import forms
from knowledge.matching.normalizer import words as split
from knowledge.matching.query import Query, prepare
from knowledge.snapshot import PublishedEntry

MOST_WORDS = 25  # a longer message tells a story; the matcher reads those
_YEAR = re.compile(r"20\d\d")
_TIME_ASPECTS = frozenset({"date", "day", "deadline", "duration"})
_LIGHT_WEIGHT = 0.5  # share from which a function word says nothing of its own
_CUES = (
    "deadline",
    "next",
    "coming",
    "prizes",
    "audience",
    "organiser",
    "contact",
    "when",
)  # the earlier decides when several are there
_TABLES = (*(f"cues_{cue}" for cue in (*_CUES, "remind", "forget")), *(f"topics_{kind.value}" for kind in Kind))


class Asks(StrEnum):
    """What is asked."""

    DEADLINE = "deadline"
    NEXT = "next"  # will there be another edition
    COMING = "coming"  # what is there at present or soon
    WHEN = "when"
    PRIZES = "prizes"  # these are no dates, but stand beside them and nowhere else
    AUDIENCE = "audience"
    ORGANISER = "organiser"
    CONTACT = "contact"  # where to hand in, whom to ask
    ABOUT = "about"  # it is named, and nothing is asked
    ELSE = "else"  # it is named, and something is asked that its form has no place for


FACTS = frozenset({Asks.PRIZES, Asks.AUDIENCE, Asks.ORGANISER, Asks.CONTACT})


@dataclass(frozen=True, slots=True, kw_only=True)
class DateQuestion:
    """A question about dates. `named`: what it names, best first, `name`: how; `kind`: of which it speaks in general.

    `has_topic` False: it says not of what, and leans on what was said before. `rest`: words beside all that.
    """

    asks: Asks
    named: tuple[Competition, ...] = ()
    name: Forms = ()
    kind: Kind | None = None
    has_topic: bool = False
    edition: int | None = None
    year: int | None = None
    rest: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ReminderWish:
    """A wish to be reminded, of what it names if anything; or (`wanted` False) not to be any more."""

    wanted: bool
    named: tuple[Competition, ...] = ()


def read_reminder(text: str, competitions: Iterable[Competition]) -> ReminderWish | None:
    """Return the wish about reminders that a message holds; None: it holds none, or speaks of something else."""
    known = tuple(competitions)
    if not known or len(text.split()) > MOST_WORDS:
        return None
    reading = _understood(text, known).reading
    asked, refused = _spans(reading, _table("cues_remind")), _spans(reading, _table("cues_forget"))
    if refused:
        return ReminderWish(wanted=False)
    named, covered = _named(reading, known)
    if not asked or _rest(reading, covered | asked):
        return None
    return ReminderWish(wanted=True, named=named)


def read(text: str, competitions: Iterable[Competition]) -> DateQuestion | None:
    """Return the question about dates that a message asks, or that it names one competition and asks something else.

    None: it does neither, or asks for something else as well as a date.
    """
    known = tuple(competitions)
    if not known or len(text.split()) > MOST_WORDS:
        return None
    query = _understood(text, known)
    reading = query.reading
    named, spoken = _named(reading, known)
    asks = Asks.ABOUT if _only_names(query, named, spoken) else _asked(query, spoken)
    if asks is None and named and not _named(_without(reading, spoken), known)[0]:
        asks = Asks.ELSE
    if asks is None:
        return None
    contest, event = (_spans(reading, _table(f"topics_{kind.value}")) for kind in Kind)
    year = _YEAR.search(" ".join(reading))
    return DateQuestion(
        asks=asks,
        named=named,
        name=tuple(reading[at] for at in sorted(spoken)),
        kind=Kind.CONTEST if contest else Kind.EVENT if event else None,
        has_topic=bool(named or contest or event),
        edition=min(query.entities.editions, default=None),
        year=int(year[0]) if year else None,
        rest=_rest(reading, spoken),
    )


def holds_name(text: str, name: Forms) -> bool:
    """Tell whether a text says a name, spelled in any way."""
    return bool(_spans(tuple(forms(text)), (name,)))


def _asked(query: Query, spoken: set[int]) -> Asks | None:
    # "Hội nghị giao ban tổ chức …" names no "ban tổ chức"; but in "lịch thi khởi nghiệp" name and date share a word.
    beside = _without(query.reading, spoken)
    said = {cue: beside if Asks(cue) in FACTS else query.reading for cue in _CUES}
    asks = next((Asks(cue) for cue in _CUES if _spans(said[cue], _table(f"cues_{cue}"))), None)
    return None if asks not in FACTS and query.asked.strict - _TIME_ASPECTS else asks


def _only_names(query: Query, named: Iterable[Competition], spoken: set[int]) -> bool:
    """Tell whether a message says nothing beside a name, other words of the same title, and that it is asked about.

    Far fewer words may stand there than beside a date: "hand in", "dossier" or "take part" ask for something else.
    """
    titles = {form for competition in named for form in forms(competition.title)}
    beside = _spans(query.reading, _table("naming"))
    cued = set().union(*(_spans(query.reading, _table(f"cues_{cue}")) for cue in _CUES))
    others = {word.form for word in query.words if not word.surface.isascii() and word.surface not in _as_naming()}
    return (
        bool(spoken)
        and cued <= spoken
        and all(
            at in spoken or form in titles or form.isdigit() or (at in beside and form not in others)
            for at, form in enumerate(query.reading)
        )
    )


def _rest(reading: Forms, covered: set[int]) -> tuple[str, ...]:
    """Return what a message speaks of beside `covered` places and the words of such questions."""
    known = covered.union(*(_spans(reading, _table(name)) for name in _TABLES))
    return tuple(form for at, form in enumerate(reading) if at not in known and not _is_light(form))


def _named(reading: Forms, known: Sequence[Competition]) -> tuple[tuple[Competition, ...], set[int]]:
    """Return the competitions with the longest name that occurs, and the places of that name."""
    best: dict[str, set[int]] = {}
    for competition in known:
        names = (tuple(forms(name)) for name in (competition.title, competition.short_title, *competition.aliases))
        best[competition.key] = max((_spans(reading, (name,)) for name in names if name), key=len, default=set())
    longest = max((len(places) for places in best.values()), default=0)
    if not longest:
        return (), set()
    found = tuple(competition for competition in known if len(best[competition.key]) == longest)
    return found, set().union(*(best[competition.key] for competition in found))


def _without(reading: Forms, places: set[int]) -> Forms:
    return tuple("" if at in places else form for at, form in enumerate(reading))


def _spans(reading: Forms, phrases: Iterable[Forms]) -> set[int]:
    """Return the places of `reading` that any of the phrases covers."""
    covered: set[int] = set()
    for said in phrases:
        size = len(said)
        for at in range(len(reading) - size + 1):
            if reading[at : at + size] == said:
                covered.update(range(at, at + size))
    return covered


def _is_light(form: str) -> bool:
    return form.isdigit() or len(form) == 1 or form in _light()


@cache
def _table(name: str) -> tuple[Forms, ...]:
    return tuple(tuple(forms(said)) for said in words(f"deadlines.{name}"))


@cache
def _as_naming() -> frozenset[str]:
    """Return the words beside a name as they are marked: without marks, some are others as well ("about", "ticket")."""
    return frozenset(word.surface for said in words("deadlines.naming") for word in split(said))


@cache
def _light() -> frozenset[str]:
    function_words = Lexicon.default().function_words
    own = {form for said in words("deadlines.light") for form in forms(said)}
    return frozenset(own | {forms(word)[0] for word, share in function_words.items() if share >= _LIGHT_WEIGHT})


def _understood(text: str, known: Sequence[Competition]) -> Query:
    return _prepared(text, tuple((each.key, each.title, each.aliases) for each in known))


@lru_cache(maxsize=4)  # two handlers read the same message
def _prepared(text: str, named: tuple[tuple[str, str, tuple[str, ...]], ...]) -> Query:
    return prepare(text, _index(named))


@lru_cache(maxsize=4)
def _index(named: tuple[tuple[str, str, tuple[str, ...]], ...]) -> Index:
    """Return what messages are read against: the names of the competitions and the words of the questions."""
    entries = [PublishedEntry(key=key, question=title, answer="", variants=aliases) for key, title, aliases in named]
    said = tuple(word for name in _TABLES for word in words(f"deadlines.{name}"))
    entries.append(PublishedEntry(key="#", question=said[0], answer="", variants=(*said, *words("deadlines.light"))))
    return Index.build(entries, Lexicon.default())
