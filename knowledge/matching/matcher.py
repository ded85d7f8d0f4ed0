"""The matcher: one question in, one verdict with its reason out. Pure, synchronous, never raises on any text."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from rapidfuzz import fuzz

from knowledge.matching.context import PLAIN, ask_apart, follow_up, halves, is_bare, questions
from knowledge.matching.index import Index
from knowledge.matching.indexing.numpy_threads import keep_to_one_core
from knowledge.matching.indexing.spaces import as_text
from knowledge.matching.judging.calibration import calibrate
from knowledge.matching.judging.confidence import Calibration, ConfidencePolicy, describe
from knowledge.matching.judging.denial import is_denied, without_denial
from knowledge.matching.judging.verdict import judge
from knowledge.matching.lexicon import Lexicon
from knowledge.matching.likeness import Gist, gist
from knowledge.matching.model import Candidate, Context, Match, Reason, Verdict
from knowledge.matching.normalizer import MAX_LENGTH
from knowledge.matching.query import Query, prepare
from knowledge.matching.ranker import Ranking, rank
from knowledge.matching.reading.core import LETTER, core
from knowledge.matching.reading.vni import without_vni
from knowledge.matching.scorers import survey
from knowledge.snapshot import PublishedEntry

SHOWN = 5  # candidates of a match
EXACT = 0.98  # least confidence of the only entry that has the question word for word
NAMED_WRONG = frozenset({Reason.ENTITY_UNKNOWN, Reason.ENTITY_AMBIGUOUS})  # no part may pass over what the whole names
VETOED = 0.1  # what is left of the confidence of an entry that speaks of another document, edition or place
FORBIDDEN_AT = 75.0  # likeness (0-100) to a wording that staff excluded from which it counts


@dataclass(frozen=True, slots=True)
class Matcher:
    """An index with the rules of speaking. Immutable: a change of the base makes a new one."""

    index: Index
    policy: ConfidencePolicy
    calibration: Calibration

    @classmethod
    def build(
        cls, entries: Sequence[PublishedEntry], *, lexicon: Lexicon | None = None,
        policy: ConfidencePolicy | None = None, calibration: Calibration | None = None, before: Index | None = None,
    ) -> Matcher:  # fmt: skip
        """Index `entries`. Without a calibration the shipped one is used.

        `before`: an index of which unchanged entries need not be read again, if its lexicon is the same.
        """
        keep_to_one_core()
        known = lexicon if lexicon is not None else Lexicon.default()
        if before is not None and before.lexicon == known:
            index = Index.build(entries, before.lexicon, before=before)
        else:
            index = Index.build(entries, known)
        return cls(index, policy or ConfidencePolicy(), calibration or Calibration.default())

    def calibrated(self, go_on: Callable[[], None] = lambda: None) -> Matcher:
        """Return this matcher with its confidence learnt from its own base, and its policy with the caution it has.

        Takes seconds: do it in the background. `go_on` is called again and again; what it raises ends the work.
        """
        learnt = calibrate(self.index, Calibration.default(), go_on)
        return replace(self, calibration=learnt, policy=ConfidencePolicy.at_most(self.policy.caution, learnt))

    def match(self, text: str, *, context: Context | None = None) -> Match:
        """Match the first 1,000 characters of a text. `context` counts only if the text alone is not answerable."""
        text = without_vni(text)
        alone = self._alone(text)
        if context is None:
            return alone
        return follow_up(text, alone, context, self.index, self._alone) or alone

    def match_without(self, row: int) -> Match:
        """Match a wording of the base as if it were not in it: what becomes of people who ask nearly so."""
        return self._read(self.index.wordings[row].text, without=row)

    def _alone(self, text: str) -> Match:
        """Match a text by itself: as a whole, or by the part of a long message that is surely its question."""
        part = core(text, self.index.lexicon)
        if part and self._is_letter(text):
            return self._read(part)
        whole = self._read(text)
        if whole.verdict is Verdict.CHOICES:
            whole = self._beside_what_is_denied(text, whole)
        if not part or whole.verdict is Verdict.ANSWER or not whole.candidates or whole.reason in NAMED_WRONG:
            return whole
        asked = self._read(part)
        if not asked.candidates or asked.candidates[0].confidence <= whole.candidates[0].confidence:
            return whole
        place = next((at for at, it in enumerate(whole.candidates) if it.entry == asked.candidates[0].entry), None)
        # "Ký ngày nào" asks of what was told before it.
        is_answer = place is not None and asked.verdict is Verdict.ANSWER and not self._any_leans(part)
        is_same = place == 0 or is_answer
        return asked if is_same else whole

    def _beside_what_is_denied(self, text: str, whole: Match) -> Match:
        """Return choices whose first affirms what the question denies, with those that fit what is left of it."""
        rest = without_denial(text, self.index)
        best = whole.candidates[0]
        if rest == " ".join(text.split()) or not is_denied(
            prepare(text, self.index), self.index, self.index.positions[best.entry]
        ):
            return whole
        left = self._read(rest)
        if left.verdict is Verdict.UNKNOWN:
            return whole
        others = (replace(it, confidence=min(it.confidence, best.confidence)) for it in left.candidates)
        return replace(whole, candidates=(best, *(it for it in others if it.entry != best.entry)))

    def _is_letter(self, text: str) -> bool:
        """Tell whether a text says too much to be read as one, and names no document that must not be passed over."""
        book = self.index.book
        if len(text) <= LETTER or self.index.longest > LETTER:  # such a base holds letters itself
            return False
        return book.unknown(book.entities.read(text[:MAX_LENGTH])) is None

    def _read(self, text: str, *, without: int | None = None) -> Match:
        query = prepare(text, self.index)
        if not self.index.entries or not query.words:
            return Match(verdict=Verdict.UNKNOWN, reason=Reason.TOO_SHORT)
        field = survey(query, self.index, without=without)
        ranking = rank(query, self.index, field)
        features = describe(query, self.index, field, ranking, best=SHOWN)
        chances = self.calibration.probability(features)
        certainties = self.calibration.choice.probability(features)
        same = field.exact[ranking.entries[: len(chances)]] > 0
        if field.exact.sum() == 1.0:  # one entry has the question word for word: nothing is left to doubt
            chances[same] = np.maximum(chances[same], EXACT)
            certainties[same] = 1.0
        elif same.any():  # several have: only the citizen knows which is meant
            certainties[same] = 0.0
        # Runners-up share what the best leaves: all may be in scope, one is meant.
        chances = np.minimum(chances, chances[0] * np.maximum(certainties, 1e-3) / max(certainties[0], 1e-3))
        chances = np.minimum.accumulate(chances)  # none is surer than one that ranks above it
        candidates = self._candidates(query, ranking, chances.tolist(), same.tolist())
        free = next((at for at, candidate in enumerate(candidates) if not candidate.veto), 0)
        certainty = float(certainties[free])
        found = judge(query, self.index, candidates, certainty, self.policy)
        return replace(found, explanation=trace_of(query, found, certainty))

    def _candidates(self, query: Query, ranking: Ranking, chances: list[float], same: list[bool]) -> list[Candidate]:
        found: list[Candidate] = []
        unknown = self.index.book.unknown(query.entities) is not None
        for at, chance in enumerate(chances):
            entry, row = int(ranking.entries[at]), int(ranking.rows[at])
            veto = self.veto(query, entry, row)
            found.append(
                Candidate(
                    entry=self.index.entries[entry].key,
                    score=float(ranking.scores[at]),
                    confidence=chance * (VETOED if veto or unknown else 1.0),
                    wording=self.index.wordings[row].text,
                    evidence={name: round(float(values[at]), 3) for name, values in ranking.evidence.items()},
                    veto=veto,
                    is_exact=same[at],
                )
            )
        return found

    def veto(self, query: Query, entry: int, row: int) -> str:
        """Say why an entry must not answer, however well its wording `row` fits; "" when nothing forbids it."""
        return self.index.book.conflict(entry, query.entities) or self._forbidden(query, entry, row)

    def _forbidden(self, query: Query, entry: int, row: int) -> str:
        # Staff wrote down what this entry must not answer: what is nearer to that than to its own wordings is not its.
        said = as_text(query.reading)
        own = fuzz.token_sort_ratio(said, as_text(self.index.wordings[row].reading))
        readings = {said, as_text(query.lattice.written)}
        forbidden = self.index.book.facts[entry].forbidden
        likeness = (fuzz.token_sort_ratio(text, other) for text in readings for other in forbidden)
        return "must not match" if max(likeness, default=0.0) >= max(FORBIDDEN_AT, own) else ""

    def gist(self, text: str) -> Gist:
        """Return a text as something to compare with others (likeness): for questions that no entry answers."""
        return gist(text, self.index)

    def with_entry(self, entry: PublishedEntry) -> Matcher:
        """Return a matcher that also knows `entry`, or knows it in its new form. Other entries are not read again."""
        others = (known for known in self.index.entries if known.key != entry.key)
        return replace(self, index=Index.build((*others, entry), self.index.lexicon, before=self.index))

    def without_entry(self, key: str) -> Matcher:
        """Return a matcher that no longer knows the entry. An unknown key changes nothing."""
        others = (known for known in self.index.entries if known.key != key)
        return replace(self, index=Index.build(others, self.index.lexicon, before=self.index))

    def split(self, text: str) -> tuple[str, ...]:
        """Return the one or two questions of a message.

        Two only when each alone has an answer, and not the same; where a word joins them ("and"), also only when both
        answers are surer than that of the message as a whole, or sure of themselves and each part asks something.
        """
        text = without_vni(text)
        for left, right, is_parted in halves(text, self.index.lexicon):
            begun = self._alone(left)
            if begun.verdict is not Verdict.ANSWER or self._any_leans(left, right):
                continue
            ended = self._alone(right)
            if ended.verdict is not Verdict.ANSWER:
                continue
            one, two = begun.candidates[0], ended.candidates[0]
            if one.entry == two.entry:
                continue
            least = min(one.confidence, two.confidence)
            is_sure = least >= PLAIN and ask_apart(left, right, self.index.lexicon)
            if is_parted or is_sure or least > self._confidence(text):
                return left, right
        return (text,)

    def questions(self, text: str) -> tuple[str, ...]:
        """Return the questions that a message asks, whether they have an answer or not."""
        return questions(text, self.index.lexicon)

    def _any_leans(self, *parts: str) -> bool:
        return any(is_bare(prepare(part, self.index), self.index) for part in parts)

    def _confidence(self, text: str) -> float:
        return max((candidate.confidence for candidate in self._alone(text).candidates), default=0.0)


def trace_of(query: Query, match: Match, certainty: float) -> tuple[str, ...]:
    """Return the trace: what was read, what was found, why this verdict. Holds folded words of the question."""
    lines = [f"read: {as_text(query.reading)}"]
    lines += [f"{edge.source}: {as_text(tuple(word.form for word in query.words[edge.start : edge.end]))} ->"
              f" {as_text(edge.forms)} ({edge.weight:.2f})" for edge in query.told]  # fmt: skip
    lines += [f"document: {document.text}" for document in query.entities.documents]
    if query.asked.weights:
        lines.append(
            "asked: " + ", ".join(f"{name} {weight:.2f}" for name, weight in sorted(query.asked.weights.items()))
        )
    lines += [
        f"candidate: {found.entry} {found.score:.3f} confidence {found.confidence:.2f}"
        + (f" veto {found.veto}" if found.veto else "")
        for found in match.candidates
    ]
    lines.append(
        f"verdict: {match.verdict} because {match.reason} {match.detail}".rstrip() + f" (certainty {certainty:.2f})"
    )
    return tuple(lines)
