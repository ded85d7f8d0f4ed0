"""Suggest draft entries from an article: from its headings, and from its sentences with figures.

Nothing here is ever published by itself: a suggestion is a passage with a question that a person ticks and rewords.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

from knowledge.portal.pages import Section, without_numbering
from knowledge.portal.text import comparable, digest

MOST_SUGGESTIONS = 60
ANSWER_LENGTH = 500  # characters of a passage that is offered as an answer
_SHORTEST = 25  # characters of a passage that says something
_QUESTION_LENGTH = 180
_HEADING_LENGTH = 100
_CLAUSE = re.compile(r"(?<!\d)[,;:](?=\s)|\s[–-]\s")


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestion:
    """A draft entry to be: `quote` is an exact passage of the article, `section` the slug of its heading."""

    question: str
    answer: str
    quote: str
    section: str
    heading: str = ""

    @property
    def id(self) -> str:
        """Name it for as long as the article says the same: 16 hexadecimal digits."""
        return digest(f"{self.question} {self.quote}")[:16]


def suggest(sections: Iterable[Section]) -> tuple[Suggestion, ...]:
    """Return what might become entries, in the order of the article: from headings and from sentences with figures."""
    found: dict[str, Suggestion] = {}
    for section in sections:
        for made in (*_from_heading(section), *_from_figures(section)):
            found.setdefault(comparable(made.question), made)
    return tuple(found.values())[:MOST_SUGGESTIONS]


def sentences(paragraph: str) -> list[str]:
    """Split a paragraph into sentences; every one is an exact passage of it. "TP. Cao Bằng" is not two."""
    made: list[str] = []
    rules = _wording()["sentences"]
    for part in re.split(rules["break"], paragraph):
        if made and re.search(rules["goes_on"], made[-1]) and (at := paragraph.find(made[-1])) >= 0:
            made[-1] = paragraph[at : paragraph.find(part, at + len(made[-1])) + len(part)]
        else:
            made.append(part)
    return made


def _from_heading(section: Section) -> Iterator[Suggestion]:
    passage = _opening(section.paragraphs)
    if section.heading and len(passage) >= _SHORTEST:
        yield Suggestion(
            question=_question_of(section.heading), answer=passage, quote=passage, section=section.slug,
            heading=section.heading,
        )  # fmt: skip


def _opening(paragraphs: Sequence[str]) -> str:
    """Return as many whole sentences of the first paragraph as an answer may have."""
    passage = ""
    for sentence in sentences(paragraphs[0]) if paragraphs else ():
        longer = f"{passage} {sentence}".strip()
        if len(longer) > ANSWER_LENGTH:
            break
        passage = longer
    return passage


def _from_figures(section: Section) -> Iterator[Suggestion]:
    for paragraph in section.paragraphs:
        for sentence in sentences(paragraph):
            if _SHORTEST <= len(sentence) <= ANSWER_LENGTH and (question := _question_about(sentence)):
                yield Suggestion(
                    question=question, answer=sentence, quote=sentence, section=section.slug, heading=section.heading
                )


@cache
def _wording() -> dict[str, Any]:
    source = resources.files("knowledge.portal").joinpath("questions.vi.toml").read_text(encoding="utf-8")
    return tomllib.loads(source)


def _question_of(heading: str) -> str:
    if heading.endswith("?"):
        return without_numbering(heading)
    plain = _shortened(without_numbering(heading).rstrip(" .:;?"))
    for rule in _wording()["headings"]:
        if re.match(rule["begins"], plain, re.IGNORECASE):
            return str(rule["question"].format(heading=plain[:1].upper() + plain[1:]))
    raise AssertionError  # the last rule fits everything


def _shortened(heading: str) -> str:
    """Return a long heading up to its last comma that leaves it short, else up to the last word that does."""
    if len(heading) <= _HEADING_LENGTH:
        return heading
    part = heading[:_HEADING_LENGTH]
    return part[: max(part.rfind(","), part.rfind(";")) if "," in part[_SHORTEST:] else part.rfind(" ")].rstrip(" ,;")


def _question_about(sentence: str) -> str:
    """Ask for the first figure of a sentence by its own words; "" when it has none that one would ask for."""
    for clause in _clauses(sentence):
        named = [found.span() for found in re.finditer(_wording()["names"]["figures"], clause)]
        for rule in _wording()["figures"]:
            for found in re.finditer(rule["figure"], clause):
                if any(start < found.end() and found.start() < end for start, end in named):
                    continue
                rest = "" if rule.get("ends") else clause[found.end() :]
                asked = _tidied(f"{clause[: found.start()]}{rule['asked']}{rest}")
                if _SHORTEST <= len(asked) <= _QUESTION_LENGTH:
                    return f"{asked[:1].upper()}{asked[1:]}?"
    return ""


def _tidied(asked: str) -> str:
    """Return a question without a bracket that is not closed, the bars of a table row, and signs at its ends."""
    if asked.count("(") != asked.count(")"):
        asked = asked.partition("(")[0]
    return asked.replace(" | ", ": ").strip(" .,:;-–…")


def _clauses(sentence: str) -> Iterable[str]:
    """Return the sentence, when it is short, then its parts between commas that are long enough to ask by."""
    if len(sentence) <= _QUESTION_LENGTH // 2:
        yield sentence
    yield from (part.strip() for part in _CLAUSE.split(sentence) if len(part.strip()) >= _SHORTEST // 2)
