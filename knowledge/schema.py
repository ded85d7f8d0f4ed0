"""The knowledge file, version 1, as values: what an article and an entry may hold, and how text is cleaned on entry."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from typing import Annotated

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from knowledge.calendar.model import Competition
from knowledge.eligibility.model import Guide
from knowledge.fields import (
    KEY_LENGTH,
    Buttons,
    Date,
    Key,
    Line,
    Lines,
    OptionalLine,
    Passage,
    Text,
    clean_sections,
    web_address,
    words_only,
)
from knowledge.snapshot import (
    Article,
    Citation,
    LexiconTerm,
    OnExpiry,
    PublishedEntry,
    PublishedGuide,
    Snapshot,
    Validity,
)

TERM_LENGTH = 120
SHORT_ANSWER = 500  # characters of an answer beyond which it belongs into `answer_full`


class Status(StrEnum):
    """Where an entry stands between being written and being put away. Only a published one is spoken."""

    DRAFT = "draft"
    IN_REVIEW = "in_review"
    PUBLISHED = "published"
    SUSPENDED = "suspended"
    ARCHIVED = "archived"


class TermKind(StrEnum):
    """How a term of the staff lexicon is used."""

    ABBREVIATION = "abbreviation"  # read instead of the term
    SYNONYM = "synonym"  # either may be said for the other
    ONE_WAY = "one_way"  # the term may be read as the meaning, not the other way round: an old name
    FILLER = "filler"  # a courtesy, left out wherever it stands
    FUNCTION = "function"  # stays, and says little


class ArticleItem(BaseModel):
    """An article as the file holds it."""

    model_config = ConfigDict(frozen=True)

    key: Key
    title: OptionalLine = ""
    url: Annotated[OptionalLine, AfterValidator(web_address)] = ""
    published: Date = None
    author: OptionalLine = ""
    portal: OptionalLine = ""
    as_of: Date = None
    sections: Annotated[dict[str, str], AfterValidator(clean_sections), BeforeValidator(lambda it: it or {})] = Field(
        default_factory=dict
    )


class EntryItem(BaseModel):
    """An entry as the file holds it. `valid_until` is the last valid day; `status` None leaves it to the import.

    `owner` and `review_on` say who looks at it again, and when; like the topic they are no part of what is said.
    """

    model_config = ConfigDict(frozen=True)

    key: Key
    article: Annotated[OptionalLine, Field(max_length=KEY_LENGTH)] = ""
    topic: OptionalLine = ""
    status: Annotated[Status | None, BeforeValidator(lambda it: it or None)] = None
    question: Annotated[Line, Field(min_length=1)]
    variants: Lines = ()
    answer: Text
    answer_full: Text = ""
    short_title: OptionalLine = ""
    section: OptionalLine = ""
    quote: Passage = ""
    valid_from: Date = None
    valid_until: Date = None
    related: Lines = ()
    must_not_match: Lines = ()
    not_covered: Lines = ()
    buttons: Buttons = ()
    audience: OptionalLine = ""
    document: OptionalLine = ""
    on_expiry: Annotated[OnExpiry, BeforeValidator(lambda it: it or OnExpiry.WARN)] = OnExpiry.WARN
    successor: Annotated[OptionalLine, Field(max_length=KEY_LENGTH)] = ""
    owner: OptionalLine = ""
    review_on: Date = None

    @property
    def has_answer(self) -> bool:
        """Tell whether the entry says anything."""
        return bool(self.answer or self.answer_full)

    @model_validator(mode="after")
    def _ends_after_it_begins(self) -> EntryItem:
        if self.valid_from and self.valid_until and self.valid_until < self.valid_from:
            raise ValueError("valid_until lies before valid_from")
        return self

    @model_validator(mode="after")
    def _names_its_successor(self) -> EntryItem:
        if self.on_expiry is OnExpiry.SUCCESSOR and self.successor in {"", self.key}:
            raise ValueError("on_expiry: successor needs the key of another entry as its successor")
        return self


class CompetitionItem(Competition):
    """A competition or event as the file holds it. `status` None leaves it to the import, as for an entry."""

    status: Annotated[Status | None, BeforeValidator(lambda it: it or None)] = None


class TermItem(BaseModel):
    """A term of the staff lexicon as the file holds it. `weight`: how surely it is meant, 0.1-1.0."""

    model_config = ConfigDict(frozen=True)

    term: Annotated[Line, Field(min_length=1, max_length=TERM_LENGTH), AfterValidator(words_only)]
    meaning: Annotated[OptionalLine, Field(max_length=TERM_LENGTH), AfterValidator(words_only)] = ""
    kind: TermKind = TermKind.ABBREVIATION
    weight: Annotated[float, Field(ge=0.1, le=1.0)] = 0.9
    valid_from: Date = None
    valid_until: Date = None

    @property
    def key(self) -> str:
        """What tells terms apart: one term may have several meanings."""
        return f"{self.term} = {self.meaning}" if self.meaning else self.term

    @model_validator(mode="after")
    def _says_something(self) -> TermItem:
        if self.valid_from and self.valid_until and self.valid_until < self.valid_from:
            raise ValueError("valid_until lies before valid_from")
        if not self.meaning and self.kind not in {TermKind.FILLER, TermKind.FUNCTION}:
            raise ValueError("meaning is required for this kind")
        return self


class GuideItem(Guide):
    """An eligibility guide as the file holds it; `revision` comes from the database."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    status: Annotated[Status | None, BeforeValidator(lambda it: it or None)] = None
    revision: Annotated[int, Field(exclude=True)] = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """Something in a file that is wrong: an entry refused, or (not `is_fatal`) a part of it that is not used.

    `place` says where in the words of the format: "line 12", "row 5".
    """

    message: str
    place: str = ""
    key: str = ""
    is_fatal: bool = True

    def __str__(self) -> str:
        """Return place, entry and message on one line."""
        return ": ".join(part for part in (self.place, self.key, self.message) if part)


@dataclass(frozen=True, slots=True, kw_only=True)
class KnowledgeFile:
    """Articles, entries, terms, competitions and guides in their order, without those that had a fatal problem.

    `places` tells where each entry stood, by its key. `new_status`: what an entry becomes that is new to the database
    and does not say what. `earlier_guides` (never in a file): see Snapshot.
    """

    articles: tuple[ArticleItem, ...] = ()
    entries: tuple[EntryItem, ...] = ()
    terms: tuple[TermItem, ...] = ()
    competitions: tuple[CompetitionItem, ...] = ()
    guides: tuple[GuideItem, ...] = ()
    earlier_guides: tuple[GuideItem, ...] = ()
    problems: tuple[Problem, ...] = ()
    new_status: Status = Status.PUBLISHED
    fields: frozenset[str] | None = field(default=None, compare=False)
    places: Mapping[str, str] = field(default_factory=dict, compare=False, repr=False)


def snapshot_of(file: KnowledgeFile, *, version: int = 0) -> Snapshot:
    """Return what the assistant may say from a file alone, without a database."""
    articles = {item.key: _article(item) for item in file.articles}
    spoken = (item for item in file.entries if item.status in {None, Status.PUBLISHED})
    return Snapshot.of(
        tuple(published_entry(item, articles.get(item.article)) for item in spoken),
        terms=tuple(_term(item) for item in file.terms),
        articles=articles.values(),
        competitions=(item for item in file.competitions if item.status in {None, Status.PUBLISHED}),
        guides=(_guide(item, articles) for item in file.guides if item.status in {None, Status.PUBLISHED}),
        earlier_guides=tuple(_guide(item, articles) for item in file.earlier_guides),
        version=version,
    )


def _article(item: ArticleItem) -> Article:
    return Article(
        key=item.key,
        title=item.title,
        url=item.url,
        published_on=item.published,
        author=item.author,
        portal=item.portal,
        as_of=item.as_of,
        sections=item.sections,
    )


def published_entry(item: EntryItem, article: Article | None) -> PublishedEntry:
    """Return an entry as the assistant reads it once it is published."""
    return PublishedEntry(
        key=item.key,
        question=item.question,
        answer=item.answer,
        answer_full=item.answer_full,
        variants=item.variants,
        topic=item.topic,
        short_title=item.short_title,
        citation=Citation(article=article, quote=item.quote, section=item.section) if article else None,
        validity=validity_of(item),
        related=item.related,
        must_not_match=item.must_not_match,
        not_covered=item.not_covered,
        buttons=item.buttons,
        audience=item.audience,
        document=item.document,
        on_expiry=item.on_expiry,
        successor=item.successor,
    )


def _guide(item: GuideItem, articles: Mapping[str, Article]) -> PublishedGuide:
    cited = {item.article_of(rule) for rule in item.rules}
    return PublishedGuide(
        guide=item, revision=item.revision, articles={key: articles[key] for key in cited if key in articles}
    )


def _term(item: TermItem) -> LexiconTerm:
    return LexiconTerm(
        term=item.term, meaning=item.meaning, kind=item.kind.value, weight=item.weight, validity=validity_of(item)
    )


def validity_of(item: EntryItem | TermItem) -> Validity:
    """Return the days on which an entry or a term holds."""
    return Validity(starts_on=item.valid_from, until=_day_after(item.valid_until))


def _day_after(last_day: date | None) -> date | None:
    """Return the exclusive bound of an inclusive one; the last day of the calendar means no end."""
    return None if last_day is None or last_day == date.max else last_day + timedelta(days=1)
