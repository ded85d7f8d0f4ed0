"""The TSV that Azure's question answering and QnA Maker export: one row for each question, grouped into entries.

Columns as of https://learn.microsoft.com/azure/ai-services/language-service/question-answering/reference/document-format-guidelines
(read 2025-11-20): Question, Answer, Source, Metadata, SuggestedQuestions, IsContextOnly, Prompts, QnaId.
"""

from __future__ import annotations

import csv
import io
import json
from dataclasses import dataclass, field
from typing import Any

from knowledge.parsing import RawFile, Record
from knowledge.schema import Problem, Status
from runtime.errors import KnowledgeError

_REQUIRED = {"question", "answer"}
_TELLING = {"metadata", "qnaid", "iscontextonly", "prompts", "suggestedquestions"}  # no table of our own has them
_FIELDS = frozenset({"key", "topic", "question", "variants", "answer", "related"})
_TOPIC_NAMES = ("topic", "category", "chude", "chu_de")


def is_azure(text: str) -> bool:
    """Tell whether a table is an export of Azure's: by its header."""
    header = {name.strip().strip('"').lower() for name in text.partition("\n")[0].split("\t")}
    return header >= _REQUIRED and bool(header & _TELLING)


def read(text: str) -> RawFile:
    """Parse the export. Rows with one QnaId, or without any with one answer, are wordings of one entry.

    New entries become drafts: nothing of theirs has a source here yet.
    """
    rows = csv.reader(io.StringIO(text, newline=""), delimiter="\t", quoting=csv.QUOTE_MINIMAL)
    found = _Found()
    try:
        header = [name.strip().lower() for name in next(rows)]
        for number, cells in enumerate(rows, start=2):
            row = {name: cell.strip() for name, cell in zip(header, cells, strict=False)}
            if any(row.values()):
                found.add(row, f"row {number}")
    except csv.Error as error:
        raise KnowledgeError(
            f"The table cannot be read at row {rows.line_num}: {error}.", hint="Correct it."
        ) from error
    entries = tuple(group.record() for group in found.groups.values())
    return RawFile(entries=entries, problems=tuple(found.problems), new_status=Status.DRAFT, fields=_FIELDS)


@dataclass(slots=True)
class _Group:
    """One entry to be."""

    key: str
    place: str
    answer: str
    topic: str
    questions: list[str] = field(default_factory=list)
    related: list[str] = field(default_factory=list)

    def record(self) -> Record:
        fields = {
            "key": self.key, "topic": self.topic, "question": self.questions[0], "variants": self.questions[1:],
            "answer": self.answer, "related": self.related,
        }  # fmt: skip
        return Record(place=self.place, fields=fields)


@dataclass(slots=True)
class _Found:
    groups: dict[str, _Group] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def add(self, row: dict[str, str], place: str) -> None:
        """Take one row: a new entry, or one more wording of a known one."""
        number, answer = row.get("qnaid", ""), row.get("answer", "").replace("\\n", "\n")
        question = row.get("question", "")
        if not question:
            self.problems.append(Problem(message="has no question", place=place))
            return
        group = self.groups.get(number or answer)
        if group is None:
            key = f"qna-{number or len(self.groups) + 1}"
            group = _Group(key=key, place=place, answer=answer, topic=_topic(row.get("metadata", "")))
            self.groups[number or answer] = group
        elif group.answer != answer and answer:
            self.warn(place, group.key, f"has another answer than {group.place}, which is used")
        group.questions.append(question)
        group.related += [key for key in self._prompts(row, place, group.key) if key not in group.related]
        if row.get("iscontextonly", "").lower() == "true":
            self.warn(place, group.key, "is only for follow-up questions there; here it can be asked at any time")

    def warn(self, place: str, key: str, message: str) -> None:
        """Note something that is not used."""
        self.problems.append(Problem(message=message, place=place, key=key, is_fatal=False))

    def _prompts(self, row: dict[str, str], place: str, key: str) -> list[str]:
        """Return the keys of the entries that are offered behind the answer."""
        try:
            prompts: Any = json.loads(row.get("prompts") or "[]")
            return [f"qna-{int(prompt['qnaId'])}" for prompt in prompts if prompt.get("qnaId") is not None]
        except (ValueError, TypeError, KeyError, AttributeError):
            self.warn(place, key, "has prompts that cannot be read; they are left out")
            return []


def _topic(metadata: str) -> str:
    """Return the topic among "name:value|name:value" pairs: a name that means one, else the first value."""
    pairs = [pair.partition(":")[::2] for pair in metadata.split("|") if ":" in pair]
    named = [value for name, value in pairs if name.strip().lower() in _TOPIC_NAMES]
    return next(iter(named or [value for _, value in pairs]), "").strip()
