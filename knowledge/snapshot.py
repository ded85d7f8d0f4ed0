"""The published knowledge as the assistant reads it: immutable, complete, swapped as one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from types import MappingProxyType

from knowledge.buttons import Button
from knowledge.calendar.model import Competition
from knowledge.eligibility.model import Guide


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """A page of the portal. `as_of`: what it reports may have changed since that day."""

    key: str
    title: str
    url: str
    published_on: date | None = None
    author: str = ""
    portal: str = ""
    as_of: date | None = None
    sections: Mapping[str, str] = field(default_factory=dict)  # section slug -> first words of the section


@dataclass(frozen=True, slots=True, kw_only=True)
class Citation:
    """An exact passage of an article that carries an answer."""

    article: Article
    quote: str = ""
    section: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Validity:
    """The days on which an entry may be spoken as fact: half-open [starts_on, until), Vietnam dates; None: no bound."""

    starts_on: date | None = None
    until: date | None = None

    def is_open(self, on: date) -> bool:
        """Tell whether `on` lies within the window."""
        return not self.is_ahead(on) and not self.has_ended(on)

    def is_ahead(self, on: date) -> bool:
        """Tell whether the window lies wholly after `on`."""
        return self.starts_on is not None and on < self.starts_on

    def has_ended(self, on: date) -> bool:
        """Tell whether the window lies wholly before `on`."""
        return self.until is not None and on >= self.until


class OnExpiry(StrEnum):
    """What becomes of an entry after its last valid day."""

    WARN = "warn"  # it answers with a warning
    HIDE = "hide"  # it is no longer spoken as fact, nor offered
    SUCCESSOR = "successor"  # the entry that took its place answers, and says so


def in_words(not_covered: Iterable[str]) -> tuple[str, ...]:
    """Return the questions among what an entry does not cover; the others are names of aspects, which hold no blank."""
    return tuple(item for item in not_covered if " " in item)


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishedEntry:
    """One curated question with its answer. `question` and `variants` are its wordings.

    `answer_full` says at length what `answer` says in short; empty: there is no more to say.
    """

    key: str
    question: str
    answer: str
    answer_full: str = ""
    variants: tuple[str, ...] = ()
    topic: str = ""
    short_title: str = ""
    citation: Citation | None = None
    validity: Validity = field(default_factory=Validity)
    related: tuple[str, ...] = ()
    must_not_match: tuple[str, ...] = ()
    not_covered: tuple[str, ...] = ()  # what staff declare it does not hold: names of aspects, questions in words
    buttons: tuple[Button, ...] = ()
    audience: str = ""  # for whom it is written, in staff's words
    document: str = ""  # number of the document it is about: names the entry as its wordings do
    on_expiry: OnExpiry = OnExpiry.WARN
    successor: str = ""  # key of the entry that takes its place

    @property
    def wordings(self) -> tuple[str, ...]:
        """Every way this entry is known to be asked, the question first."""
        return (self.question, *self.variants)

    def is_hidden(self, on: date) -> bool:
        """Tell whether it has expired and staff want it neither spoken as fact nor offered."""
        return self.on_expiry is OnExpiry.HIDE and self.validity.has_ended(on)


@dataclass(frozen=True, slots=True, kw_only=True)
class LexiconTerm:
    """A word of the staff lexicon. `kind` and `weight` as in `knowledge.matching.lexicon.Term`."""

    term: str
    meaning: str = ""
    kind: str
    weight: float
    validity: Validity = field(default_factory=Validity)


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishedGuide:
    """One revision of an eligibility guide, with the articles it rests on by their keys."""

    guide: Guide
    revision: int = 0
    articles: Mapping[str, Article] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """All published entries at one version. Expired and coming ones are in it: they answer with a warning.

    `articles` are all that are known, quoted or not. `terms` is the staff lexicon; only the terms of a day (`on`) say
    what a word means that day.
    `guides` are the current revisions by key; `earlier_guides` those that people may still be inside of.
    `caution`: the share of wrong answers that staff allow at most, 0.0-1.0; None: the assistant's own thresholds.
    """

    version: int
    entries: Mapping[str, PublishedEntry]
    terms: tuple[LexiconTerm, ...] = ()
    articles: Mapping[str, Article] = field(default_factory=dict)
    competitions: Mapping[str, Competition] = field(default_factory=dict)
    guides: Mapping[str, PublishedGuide] = field(default_factory=dict)
    earlier_guides: tuple[PublishedGuide, ...] = ()
    caution: float | None = None

    def guide(self, key: str, revision: int) -> PublishedGuide | None:
        """Return one revision of a guide, None when it may no longer be used."""
        known = (*(each for each in (self.guides.get(key),) if each), *self.earlier_guides)
        return next((each for each in known if (each.guide.key, each.revision) == (key, revision)), None)

    @classmethod
    def of(
        cls,
        entries: tuple[PublishedEntry, ...],
        *,
        terms: tuple[LexiconTerm, ...] = (),
        articles: Iterable[Article] = (),
        competitions: Iterable[Competition] = (),
        guides: Iterable[PublishedGuide] = (),
        earlier_guides: tuple[PublishedGuide, ...] = (),
        version: int = 0,
    ) -> Snapshot:
        """Make a snapshot of things in their given order. A later one replaces an earlier one of the same key."""
        return cls(
            version=version,
            entries=MappingProxyType({entry.key: entry for entry in entries}),
            terms=terms,
            articles=MappingProxyType({article.key: article for article in articles}),
            competitions=MappingProxyType({competition.key: competition for competition in competitions}),
            guides=MappingProxyType({each.guide.key: each for each in guides}),
            earlier_guides=earlier_guides,
        )

    def on(self, day: date) -> Snapshot:
        """Return the snapshot with the terms that hold on a Vietnam date; the entries stay, whatever their dates."""
        return replace(self, terms=tuple(term for term in self.terms if term.validity.is_open(day)))
