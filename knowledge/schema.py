"""The knowledge file, version 1, as values: what an article and an entry may hold, and how text is cleaned on entry."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, PlainSerializer, model_validator

from knowledge.buttons import MOST_BUTTONS, Button, button_of
from knowledge.calendar.model import Competition
from knowledge.cleaning import clean_line, clean_text
from knowledge.snapshot import Article, Citation, LexiconTerm, OnExpiry, PublishedEntry, Snapshot, Validity

KEY_LENGTH = 120  # characters; keys travel in button payloads (the tightest: 200 characters, WhatsApp list rows)
LINE_LENGTH = 1_000
TEXT_LENGTH = 20_000
TERM_LENGTH = 120
SHORT_ANSWER = 500  # characters of an answer beyond which it belongs into `answer_full`

_ISO_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")


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


def _or_nothing(value: Any) -> Any:
    return "" if value is None else value


def _or_empty(value: Any) -> Any:
    return () if value is None else value


def _date(value: Any) -> Any:
    """Let only calendar days through: numbers and moments would be taken for something nobody wrote."""
    if value is None or value == "":
        return None
    is_day = isinstance(value, date) and not isinstance(value, datetime)
    if is_day or (isinstance(value, str) and _ISO_DATE.fullmatch(value.strip())):
        return value.strip() if isinstance(value, str) else value
    raise ValueError("must be a date written as 2024-12-31 (year-month-day)")


def _without_blanks(lines: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(line for line in lines if line))


def _sections(sections: dict[str, str]) -> dict[str, str]:
    cleaned = {clean_line(slug): clean_line(words) for slug, words in sections.items()}
    if any(not slug or ":" in slug for slug in cleaned):
        raise ValueError("the name of a section must not be empty or contain a colon")
    return cleaned


def _web_address(url: str) -> str:
    if url and not re.fullmatch(r"https?://[^\s<>\"]+", url):
        raise ValueError("must begin with http:// or https:// and hold no blanks")
    return url


def _button(value: Any) -> Any:
    return button_of(clean_line(value)) if isinstance(value, str) else value


def _few(buttons: tuple[Button, ...]) -> tuple[Button, ...]:
    if len(buttons) > MOST_BUTTONS:
        raise ValueError(f"must not be more than {MOST_BUTTONS}")
    return buttons


_Line = Annotated[str, AfterValidator(clean_line), Field(max_length=LINE_LENGTH)]
_OptionalLine = Annotated[_Line, BeforeValidator(_or_nothing)]
_Text = Annotated[str, AfterValidator(clean_text), Field(max_length=TEXT_LENGTH), BeforeValidator(_or_nothing)]
_Passage = Annotated[str, AfterValidator(clean_line), Field(max_length=TEXT_LENGTH), BeforeValidator(_or_nothing)]
_Key = Annotated[str, AfterValidator(clean_line), Field(max_length=KEY_LENGTH, pattern=r"^\S+$")]
_Date = Annotated[date | None, BeforeValidator(_date)]
_Lines = Annotated[tuple[_Line, ...], AfterValidator(_without_blanks), BeforeValidator(_or_empty)]
_Button = Annotated[Button, BeforeValidator(_button), PlainSerializer(str)]
_Buttons = Annotated[tuple[_Button, ...], AfterValidator(_few), BeforeValidator(_or_empty)]


class ArticleItem(BaseModel):
    """An article as the file holds it."""

    model_config = ConfigDict(frozen=True)

    key: _Key
    title: _OptionalLine = ""
    url: Annotated[_OptionalLine, AfterValidator(_web_address)] = ""
    published: _Date = None
    author: _OptionalLine = ""
    portal: _OptionalLine = ""
    as_of: _Date = None
    sections: Annotated[dict[str, str], AfterValidator(_sections), BeforeValidator(lambda it: it or {})] = Field(
        default_factory=dict
    )


class EntryItem(BaseModel):
    """An entry as the file holds it. `valid_until` is the last valid day; `status` None leaves it to the import.

    `owner` and `review_on` say who looks at it again, and when; like the topic they are no part of what is said.
    """

    model_config = ConfigDict(frozen=True)

    key: _Key
    article: Annotated[_OptionalLine, Field(max_length=KEY_LENGTH)] = ""
    topic: _OptionalLine = ""
    status: Annotated[Status | None, BeforeValidator(lambda it: it or None)] = None
    question: Annotated[_Line, Field(min_length=1)]
    variants: _Lines = ()
    answer: _Text
    answer_full: _Text = ""
    short_title: _OptionalLine = ""
    section: _OptionalLine = ""
    quote: _Passage = ""
    valid_from: _Date = None
    valid_until: _Date = None
    related: _Lines = ()
    must_not_match: _Lines = ()
    not_covered: _Lines = ()
    buttons: _Buttons = ()
    audience: _OptionalLine = ""
    document: _OptionalLine = ""
    on_expiry: Annotated[OnExpiry, BeforeValidator(lambda it: it or OnExpiry.WARN)] = OnExpiry.WARN
    successor: Annotated[_OptionalLine, Field(max_length=KEY_LENGTH)] = ""
    owner: _OptionalLine = ""
    review_on: _Date = None

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

    term: Annotated[_Line, Field(min_length=1, max_length=TERM_LENGTH)]
    meaning: Annotated[_OptionalLine, Field(max_length=TERM_LENGTH)] = ""
    kind: TermKind = TermKind.ABBREVIATION
    weight: Annotated[float, Field(ge=0.1, le=1.0)] = 0.9
    valid_from: _Date = None
    valid_until: _Date = None

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
    """Articles, entries, terms and competitions in their order. Those that had a fatal problem are not among them.

    `places` tells where each entry stood, by its key. `new_status`: what an entry becomes that is new to the database
    and does not say what.
    """

    articles: tuple[ArticleItem, ...] = ()
    entries: tuple[EntryItem, ...] = ()
    terms: tuple[TermItem, ...] = ()
    competitions: tuple[CompetitionItem, ...] = ()
    problems: tuple[Problem, ...] = ()
    new_status: Status = Status.PUBLISHED
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
        validity=_validity(item),
        related=item.related,
        must_not_match=item.must_not_match,
        not_covered=item.not_covered,
        buttons=item.buttons,
        audience=item.audience,
        document=item.document,
        on_expiry=item.on_expiry,
        successor=item.successor,
    )


def _term(item: TermItem) -> LexiconTerm:
    return LexiconTerm(
        term=item.term, meaning=item.meaning, kind=item.kind.value, weight=item.weight, validity=_validity(item)
    )


def _validity(item: EntryItem | TermItem) -> Validity:
    return Validity(starts_on=item.valid_from, until=_day_after(item.valid_until))


def _day_after(last_day: date | None) -> date | None:
    """Return the exclusive bound of an inclusive one; the last day of the calendar means no end."""
    return None if last_day is None or last_day == date.max else last_day + timedelta(days=1)
