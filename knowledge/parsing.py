"""Decide which records of a knowledge file are acceptable, and say of every other one where it stands and why not."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from knowledge.schema import (
    SHORT_ANSWER,
    ArticleItem,
    CompetitionItem,
    EntryItem,
    GuideItem,
    KnowledgeFile,
    Problem,
    Status,
    TermItem,
)
from runtime.errors import KnowledgeError

Item = TypeVar("Item", ArticleItem, EntryItem, TermItem, CompetitionItem, GuideItem)

_SHOWN_PROBLEMS = 5
_ADVICE = {
    "missing": "is required",
    "string_type": "must be text; put it in quotes",
    "tuple_type": "must be a list",
    "dict_type": "must be a mapping of names to text",
    "too_short": "must not be empty",
    "too_long": "must not be longer than {max_length} characters",
}


class NothingUsable(KnowledgeError):
    """Every entry of a file is refused; `problems` says why."""

    def __init__(self, message: str, *, hint: str, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__(message, hint=hint)


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """One item as it was written. `place` as in Problem; `repeated`: fields that stand in it twice.

    `keyed_by`: the field that the key is made from when there is none.
    """

    place: str
    fields: Mapping[Any, Any]
    repeated: tuple[str, ...] = ()
    keyed_by: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RawFile:
    """The records of a file, whatever its format. `default_article` belongs to entries that do not name one.

    `new_status`: what an entry becomes that does not say so and is new here. `fields`: the only ones of an entry that
    the file can speak of; None: all.
    """

    articles: tuple[Record, ...] = ()
    entries: tuple[Record, ...] = ()
    terms: tuple[Record, ...] = ()
    competitions: tuple[Record, ...] = ()
    guides: tuple[Record, ...] = ()
    default_article: str = ""
    new_status: Status = Status.PUBLISHED
    fields: frozenset[str] | None = None
    problems: tuple[Problem, ...] = ()


def check(raw: RawFile, *, unanswered: bool = False) -> KnowledgeFile:
    """Turn records into items; `unanswered`: an entry without an answer has an empty one.

    Raises NothingUsable when there are records, but no entry that can be used.
    """
    checked = _Checked(problems=list(raw.problems))
    articles = checked.accept(raw.articles, ArticleItem)
    records = [_with_article(record, raw.default_article) for record in raw.entries]
    entries = checked.accept(map(_with_answer, records) if unanswered else records, EntryItem)
    competitions = (_with_article(record, raw.default_article) for record in raw.competitions)
    guides = (_with_article(record, raw.default_article) for record in raw.guides)
    if raw.entries and not entries:
        fatal = [str(problem) for problem in checked.problems if problem.is_fatal]
        raise NothingUsable(
            f"No entry can be used. {'; '.join(fatal[:_SHOWN_PROBLEMS])}.",
            hint="Correct the file.",
            problems=checked.problems,
        )
    places = {item.key: place for item, place in entries}
    checked.note_same_questions(entries)
    checked.note_long_answers(entries)
    checked.note_missing_articles(entries, {item.key for item, _ in articles})
    return KnowledgeFile(
        articles=tuple(item for item, _ in articles),
        entries=tuple(item for item, _ in entries),
        terms=tuple(item for item, _ in checked.accept(raw.terms, TermItem)),
        competitions=tuple(item for item, _ in checked.accept(competitions, CompetitionItem)),
        guides=tuple(item for item, _ in checked.accept(guides, GuideItem)),
        problems=tuple(checked.problems),
        new_status=raw.new_status,
        fields=raw.fields,
        places=places,
    )


@dataclass(slots=True)
class _Checked:
    """What has been found so far."""

    problems: list[Problem] = field(default_factory=list)

    def accept(self, records: Iterable[Record], model: type[Item]) -> list[tuple[Item, str]]:
        """Return the acceptable items with their places; the first acceptable of several with one key wins."""
        accepted: dict[str, tuple[Item, str]] = {}
        refused: dict[str, str] = {}
        for record in records:
            item = self._validated(record, model)
            if item is None:
                refused.setdefault(_key_of(record), record.place)
            elif item.key in accepted:
                earlier = accepted[item.key][1]
                self._refuse(record, f"the key was used before, at {earlier}; this one is left out")
            else:
                if item.key in refused:
                    self._warn(record, f"the key was used before, at {refused[item.key]}, which is left out")
                accepted[item.key] = item, record.place
        return list(accepted.values())

    def note_same_questions(self, entries: list[tuple[EntryItem, str]]) -> None:
        """Warn of questions that differ in marks and case only: a citizen cannot tell such entries apart."""
        from knowledge.matching.normalizer import fold

        seen: dict[str, tuple[EntryItem, str]] = {}
        for item, place in entries:
            first, first_place = seen.setdefault(fold(item.question), (item, place))
            if first is not item:
                message = f"asks the same question as {first.key} at {first_place}"
                self.problems.append(Problem(message=message, place=place, key=item.key, is_fatal=False))

    def note_long_answers(self, entries: list[tuple[EntryItem, str]]) -> None:
        """Warn of answers that a telephone shows as a wall of text."""
        for item, place in entries:
            if len(item.answer) > SHORT_ANSWER:
                message = (
                    f"has a long answer ({len(item.answer)} characters): put what exceeds {SHORT_ANSWER} in answer_full"
                )
                self.problems.append(Problem(message=message, place=place, key=item.key, is_fatal=False))

    def note_missing_articles(self, entries: list[tuple[EntryItem, str]], known: Collection[str]) -> None:
        """Warn of quotations that this file alone gives no link for; the database may hold the article."""
        for item, place in entries:
            if item.article and item.article not in known:
                self.problems.append(missing_article(item, place))
            elif item.quote and not item.article:
                message = "has a quote but names no article; the quote is kept, not shown"
                self.problems.append(Problem(message=message, place=place, key=item.key, is_fatal=False))

    def _validated(self, record: Record, model: type[Item]) -> Item | None:
        for name in record.repeated:
            self._refuse(record, f"the field {name!r} stands there twice")
        if record.repeated:
            return None
        for name in record.fields:
            if name not in model.model_fields:
                self._warn(record, _unknown(name, model))
        try:
            return model.model_validate(dict(record.fields), by_name=True)
        except ValidationError as error:
            for detail in error.errors(include_url=False):
                is_made = bool(record.keyed_by) and detail["loc"] == ("key",) and detail["type"] == "missing"
                if not is_made:  # else what it is made from is missing, which is said of that
                    self._refuse(record, _explain(detail))
            return None

    def _refuse(self, record: Record, message: str) -> None:
        self.problems.append(Problem(message=message, place=record.place, key=_key_of(record)))

    def _warn(self, record: Record, message: str) -> None:
        self.problems.append(Problem(message=message, place=record.place, key=_key_of(record), is_fatal=False))


def missing_article(item: EntryItem, place: str) -> Problem:
    """Return the warning that a file alone gives no link for an entry."""
    message = f"names the article {item.article!r}, which is not in this file"
    return Problem(message=message, place=place, key=item.key, is_fatal=False)


def _with_article(record: Record, default: str) -> Record:
    if not default or "article" in record.fields:
        return record
    return replace(record, fields={**record.fields, "article": default})


def _with_answer(record: Record) -> Record:
    return replace(record, fields={"answer": "", **record.fields})


def _key_of(record: Record) -> str:
    key = record.fields.get("key") or record.fields.get("term")
    return key.strip() if isinstance(key, str) else ""


def _unknown(name: object, model: type[BaseModel]) -> str:
    return unknown_field(str(name), model.model_fields)


def unknown_field(name: str, known: Iterable[str]) -> str:
    """Return the warning about a field that is not used, with the name that was probably meant."""
    near = get_close_matches(name, list(known), n=1)
    return f"the field {name!r} is unknown and not used" + (f" (did you mean {near[0]!r}?)" if near else "")


def _explain(detail: ErrorDetails) -> str:
    where = ".".join(str(part) for part in detail["loc"])
    advice = _ADVICE.get(detail["type"], "").format_map(detail.get("ctx", {}))
    if detail["type"] == "string_pattern_mismatch":  # of a key
        advice = "must not hold blanks" if str(detail["input"]).strip() else "must not be empty"
    # what is no advice of ours may quote the file: braces in it are no blanks to fill
    message = advice or detail["msg"].removeprefix("Value error, ").removeprefix("Input ")
    return f"{where} {message}".strip()
