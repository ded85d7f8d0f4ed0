"""Questions that lean on what was said before ("the second one", "and how much?"), and two questions in one message."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace

from knowledge.matching.index import Index
from knowledge.matching.model import Candidate, Context, Match, Reason, Verdict
from knowledge.matching.normalizer import fold, forms
from knowledge.matching.query import prepare, strip_fillers
from knowledge.matching.verdict import is_vague

_ORDINAL = re.compile(r"(?:cai|cau|so|y|muc|phan|lua chon|chon)?\s*(?:thu|so|dau|cuoi)?\s*(\d{1,2}|[a-z]+)(?: tien)?")
_POSITIONS = {"nhat": 1, "dau": 1, "mot": 1, "hai": 2, "nhi": 2, "ba": 3, "cuoi": -1}
_PARTS = re.compile(
    r"(?<=[?!.;\n])\s+|\n+|;\s*|,?\s+(?:và cho (?:em|mình|tôi) hỏi|với lại|ngoài ra|tiện thể|còn|và|va)\s+",
    re.IGNORECASE,
)
_LEANING = frozenset({"the", "con", "vay", "thi", "sao", "do", "nay", "kia", "no", "nua"})
_SHORT = 7  # words of a question that may lean on the one before
_KEEP = 0.85  # what a confidence is worth that rests on the earlier topic


def follow_up(text: str, alone: Match, context: Context, index: Index, ask: Callable[[str], Match]) -> Match | None:
    """Read a question with the entry or the choices last spoken of. None: it does not lean on them."""
    pick = picked(text, context)
    if pick and pick in index.positions:
        return _chosen(pick, alone, index, Reason.CONFIDENT)
    if context.entry not in index.positions:
        return None
    query = prepare(text, index)
    leaning = len(query.words) <= _SHORT and (
        is_vague(query, index) or bool(_LEANING & set(forms(text))) or alone.verdict is Verdict.UNKNOWN
    )
    if not leaning or alone.reason in {Reason.ENTITY_UNKNOWN, Reason.ENTITY_CONFLICT}:
        return None
    at = index.positions[context.entry]
    entry = index.entries[at]
    if not _topic(text, index):
        lacking = index.book.missing(entry, at, query.asked)
        if lacking:
            found = _chosen(entry.key, alone, index, Reason.ASPECT_NOT_COVERED)
            return replace(found, verdict=Verdict.PARTIAL, asked_for=query.asked.main, detail=lacking)
    joined = ask(f"{text} {entry.question}")
    if joined.verdict is Verdict.ANSWER and joined.candidates:
        first = replace(joined.candidates[0], confidence=joined.candidates[0].confidence * _KEEP)
        return replace(
            joined,
            candidates=(first, *joined.candidates[1:]),
            explanation=(*joined.explanation, "context: read with the entry before"),
        )
    return None


def picked(text: str, context: Context) -> str:
    """Return the key of the choice a text names by its place ("2", "the second", "the last"), or ""."""
    found = _ORDINAL.fullmatch(" ".join(fold(text).strip(" .!?").split()))
    if not found or not context.choices:
        return ""
    named = found[1]
    place = int(named) if named.isdigit() else _POSITIONS.get(named, 0)
    if place == -1:
        return context.choices[-1]
    return context.choices[place - 1] if 1 <= place <= len(context.choices) else ""


def halves(text: str) -> Iterator[tuple[str, str]]:
    """Yield ways to cut a message in two questions, at marks and joining words, at least two words each; at most 4."""
    yielded = 0
    for hit in _PARTS.finditer(text[:1000]):
        left, right = text[: hit.start()].strip(), text[hit.end() :].strip()
        if len(left.split()) >= 2 and len(right.split()) >= 2:  # noqa: PLR2004
            yield left, right
            yielded += 1
        if yielded == 4:  # noqa: PLR2004
            return


def _topic(text: str, index: Index) -> bool:
    # A word of weight that no aspect cue explains: the follow-up brings a topic of its own.
    from knowledge.matching.normalizer import words

    kept = strip_fillers(words(text), index)
    cues = {form for key in index.book.aspects.cues for form in key if index.book.aspects.asked(kept).weights}
    return any(
        word.form not in cues and word.form not in _LEANING and index.weight(word.form) >= 0.6 * index.rarest
        for word in kept
    )


def _chosen(key: str, alone: Match, index: Index, reason: Reason) -> Match:
    known = next((candidate for candidate in alone.candidates if candidate.entry == key), None)
    entry = index.entries[index.positions[key]]
    first = (
        replace(known, confidence=1.0, veto="")
        if known
        else Candidate(entry=key, score=1.0, confidence=1.0, wording=entry.question)
    )
    others = tuple(candidate for candidate in alone.candidates if candidate.entry != key)
    return Match(
        verdict=Verdict.ANSWER, reason=reason, candidates=(first, *others)[:5], asked_for=alone.asked_for,
        explanation=(*alone.explanation, f"context: {key}"),
    )  # fmt: skip
