"""What people write and what it stands for: the term tables, read once, with staff terms layered on top."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, cached_property
from importlib import resources

from knowledge.matching.normalizer import fold, forms, normalize

Forms = tuple[str, ...]
"""Folded syllables in their order."""

ABBREVIATION = "abbreviation"
SYNONYM = "synonym"
ONE_WAY = "one_way"
FILLER = "filler"
FUNCTION = "function"
LONGEST_FILLER = 7  # words


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """One meaning of a term. Both sides carry their marks.

    `kind`: abbreviation (read instead of the term), synonym (either way), one_way (the term may be read as the
    meaning), filler, function. `weight`: how surely it is meant, 0.0-1.0.
    """

    term: str
    meaning: str = ""
    kind: str = ABBREVIATION
    weight: float = 0.9


_SAYING_NOTHING = frozenset({"particle", "courtesy"})  # kinds of chat spellings


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a term may stand for: folded syllables and how surely (0.0-1.0). Both sides with their marks beside it."""

    forms: Forms
    weight: float
    written: str
    sense: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A line of a table that another module compiles for itself.

    `weight`: how surely it is meant, 0.0-1.0; 1.0 in tables without that column.
    """

    term: str
    meaning: str = ""
    kind: str = ""
    weight: float = 1.0


@dataclass(frozen=True, kw_only=True)
class Lexicon:
    """All term tables, folded; without arguments it knows nothing. Immutable; `extended` gives a new one."""

    meanings: Mapping[Forms, tuple[Meaning, ...]] = field(default_factory=dict)
    synonyms: Mapping[Forms, tuple[Meaning, ...]] = field(default_factory=dict)
    fillers: Mapping[Forms, tuple[Meaning, ...]] = field(default_factory=dict)
    function_words: Mapping[str, float] = field(
        default_factory=dict
    )  # accented syllable -> how little it says, 0.0-1.0
    tables: Mapping[str, tuple[Row, ...]] = field(default_factory=dict)  # those that other modules read, by name

    @cached_property
    def reach(self) -> Mapping[str, int]:
        """Return for each first syllable of a term with a meaning the length of the longest such term."""
        return _longest(self.meanings, self.synonyms)

    @cached_property
    def filler_reach(self) -> Mapping[str, int]:
        """Return for each first syllable of a filler the length of the longest such filler, at most 7."""
        return {first: min(size, LONGEST_FILLER) for first, size in _longest(self.fillers).items()}

    @cached_property
    def question_words(self) -> Mapping[Forms, tuple[Row, ...]]:
        """Return the rows of the table "questions" by folded term."""
        table: dict[Forms, tuple[Row, ...]] = {}
        for row in self.tables.get("questions", ()):
            key = tuple(forms(row.term))
            table[key] = (*table.get(key, ()), row)
        return table

    @cached_property
    def closing_words(self) -> frozenset[Forms]:
        """Return the folded words that make a question of a statement at its very end: "không", "chưa"."""
        return frozenset(key for key, rows in self.question_words.items() if any(row.kind == "whether" for row in rows))

    @cached_property
    def empty_words(self) -> frozenset[str]:
        """Return the words, with their marks and folded, that ask or lead to a question and name nothing themselves."""
        rows = (*self.tables.get("questions", ()), *self.tables.get("leads", ()))
        written = {word for row in rows for word in normalize(row.term).split()}
        return frozenset(written) | {fold(word) for word in written}

    @cached_property
    def common_words(self) -> frozenset[str]:
        """Return the folded words that people write whatever they ask: courtesies, question and function words."""
        fillers = {form for key in self.fillers for form in key}
        return frozenset(fillers | self.empty_words | {fold(word) for word in self.function_words})

    @cached_property
    def foreign(self) -> frozenset[str]:
        """Return foreign words that stand as they are written, in lower case."""
        return frozenset(normalize(row.term) for row in self.tables.get("foreign", ()))

    def joints(self, text: str) -> re.Pattern[str]:
        """Return what stands between two questions of a message: signs, line breaks, joining words."""
        return self._patterns["joiners", text.isascii()]

    def leads(self, text: str) -> re.Pattern[str]:
        """Return what stands before the question itself in a message."""
        return self._patterns["leads", text.isascii()]

    def asking(self, text: str) -> re.Pattern[str]:
        """Return the question words that a text may hold."""
        return self._patterns["questions", text.isascii()]

    @cached_property
    def _patterns(self) -> Mapping[tuple[str, bool], re.Pattern[str]]:
        # By table, and whether the text is without marks. Where somebody writes marks, "con" is a child and no "còn".
        makers = {"joiners": _joints, "leads": _any_of, "questions": _any_of}
        return {
            (table, bare): make([fold(term) if bare else term for term in self._terms(table)])
            for table, make in makers.items()
            for bare in (True, False)
        }

    def _terms(self, table: str) -> list[str]:
        return [row.term for row in self.tables.get(table, ()) if row.kind != "closer"]  # that asks nothing

    @classmethod
    def default(cls) -> Lexicon:
        """Return the tables shipped with the package; read from disk once."""
        return _default()

    def extended(self, terms: Iterable[Term]) -> Lexicon:
        """Return a lexicon with `terms` on top: where both know a term, both meanings stand, the surer first."""
        meanings = {key: list(value) for key, value in self.meanings.items()}
        synonyms = {key: list(value) for key, value in self.synonyms.items()}
        fillers = {key: list(value) for key, value in self.fillers.items()}
        function_words = dict(self.function_words)
        read = cache(_read)  # most terms come with several meanings
        for term in terms:
            (left, written), (right, meant) = read(term.term), read(term.meaning)
            if not left:
                continue
            if term.kind == FILLER:
                _add(fillers, left, Meaning((), term.weight, written))
            elif term.kind == FUNCTION:
                _add_function_words(function_words, term)
            elif right and left != right and term.kind in {SYNONYM, ONE_WAY}:
                _add(synonyms, left, Meaning(right, term.weight, written))
                if term.kind == SYNONYM:
                    _add(synonyms, right, Meaning(left, term.weight, meant))
            elif right and left != right:
                _add(meanings, left, Meaning(right, term.weight, written, meant))
        return Lexicon(
            meanings=_sorted(meanings), synonyms=_sorted(synonyms),
            fillers=_sorted(fillers), function_words=function_words, tables=self.tables,
        )  # fmt: skip


def _read(text: str) -> tuple[Forms, str]:
    """Return a term folded and as it is written."""
    return tuple(forms(text)), normalize(text)


def _longest(*tables: Mapping[Forms, object]) -> dict[str, int]:
    longest: dict[str, int] = {}
    for key in (key for table in tables for key in table):
        longest[key[0]] = max(len(key), longest.get(key[0], 0))
    return longest


def _joints(joiners: Sequence[str]) -> re.Pattern[str]:
    closers = "".join(rf"|(?<= {re.escape(joiner)})\s*" for joiner in joiners if joiner.endswith(","))
    spelled = [re.escape(it) for it in sorted(joiners, key=len, reverse=True) if not it.endswith(",")]
    joining = rf"|,?\s+(?:{'|'.join(spelled)})\s+" if spelled else ""
    return re.compile(rf"(?<=[?!.;\n])\s+|\n+|;\s*{closers}{joining}", re.IGNORECASE)


def _any_of(terms: Sequence[str]) -> re.Pattern[str]:
    spelled = [re.escape(term) for term in sorted(terms, key=len, reverse=True)]
    return re.compile(rf"(?<!\w)(?:{'|'.join(spelled)})(?!\w)\s*" if spelled else r"(?!)", re.IGNORECASE)


def read_table(name: str) -> tuple[Row, ...]:
    """Read `lexicon/{name}.tsv`. Missing: empty.

    The first line that is no comment (#) names the columns: term, and those of meaning, kind and weight that the table
    needs. What a table leaves out is as in a new Row.
    """
    source = resources.files("knowledge.matching").joinpath("lexicon", f"{name}.tsv")
    if not source.is_file():
        return ()
    lines = (line for line in source.read_text(encoding="utf-8").splitlines() if line.strip() and line[0] != "#")
    table = csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)
    return tuple(
        Row(
            term=line["term"],
            meaning=line.get("meaning") or "",
            kind=line.get("kind") or "",
            weight=float(line.get("weight") or 1.0),
        )
        for line in table
    )


def shipped_terms() -> Iterator[Term]:
    """Yield every term of the package's own tables."""
    for name in ("abbreviations", "teencode"):
        for row in read_table(name):
            yield Term(term=row.term, meaning=row.meaning, kind=ABBREVIATION, weight=row.weight)
            if row.kind in _SAYING_NOTHING:
                yield Term(term=row.term, kind=FILLER, weight=row.weight)
    for row in read_table("synonyms"):
        kind = ONE_WAY if row.kind == ONE_WAY else SYNONYM
        yield Term(term=row.term, meaning=row.meaning, kind=kind, weight=row.weight)
    for row in read_table("stopwords"):
        yield Term(term=row.term, kind=row.kind, weight=row.weight)


@cache
def _default() -> Lexicon:
    names = (
        "numbers", "documents", "places", "aspects", "negatives", "joiners", "questions", "leads", "denials", "members",
        "purposes", "levels", "events", "particulars", "wants", "offices", "foreign", "points",
    )  # fmt: skip
    bare = Lexicon(tables={name: read_table(name) for name in names})
    return bare.extended(shipped_terms())


def _add(table: dict[Forms, list[Meaning]], key: Forms, meaning: Meaning) -> None:
    table.setdefault(key, []).append(meaning)


def _add_function_words(table: dict[str, float], term: Term) -> None:
    written = normalize(term.term)
    if " " not in written:
        table[written] = max(term.weight, table.get(written, 0.0))


def _sorted(table: Mapping[Forms, list[Meaning]]) -> dict[Forms, tuple[Meaning, ...]]:
    return {
        key: tuple(sorted(set(found), key=lambda it: (-it.weight, it.forms, it.written, it.sense)))
        for key, found in table.items()
    }
