"""Each entry read once: its words, its compound words, its readings and its facts. Kept from one index to the next."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from knowledge.matching.facts import FactReader, Facts
from knowledge.matching.lexicon import Forms, Lexicon
from knowledge.matching.normalizer import MAX_LENGTH, Word, words
from knowledge.matching.repair import best_reading, read, strip_fillers
from knowledge.matching.tokenizer import phrases
from knowledge.matching.vocabulary import Vocabulary
from knowledge.snapshot import PublishedEntry

BODY_LENGTH = 4_000  # characters of answer and quotation that are read
PHRASE_ENTRIES = 700  # entries whose wordings pyvi reads; more teach it nothing new and cost 0.15 ms for each wording


@dataclass(frozen=True, slots=True)
class Texts:
    """The words of one entry."""

    entry: PublishedEntry
    wordings: tuple[tuple[Word, ...], ...]
    body: tuple[Word, ...]

    @classmethod
    def of(cls, entry: PublishedEntry, lexicon: Lexicon) -> Texts:
        """Read the words of an entry; courtesies are left out, as they are of questions."""
        return cls(
            entry,
            tuple(tuple(strip_fillers(words(text[:MAX_LENGTH]), lexicon)) for text in entry.wordings),
            tuple(words(body_of(entry))),
        )

    @property
    def every(self) -> tuple[tuple[Word, ...], ...]:
        """All its texts."""
        return (*self.wordings, self.body)


@dataclass(frozen=True, slots=True)
class Prepared:
    """All entries in the order of their keys, with everything that does not depend on the other entries."""

    texts: tuple[Texts, ...]
    readings: tuple[tuple[Forms, ...], ...]  # of the wordings of each entry
    facts: tuple[Facts, ...]
    vocabulary: Vocabulary
    phrases: frozenset[Forms]

    @classmethod
    def of(cls, entries: Iterable[PublishedEntry], lexicon: Lexicon, before: Prepared | None = None) -> Prepared:
        """Read entries; those that `before` holds unchanged are taken over. Of two with one key the later counts."""
        chosen = {entry.key: entry for entry in entries}
        known: Mapping[str, int] = (
            {} if before is None else {text.entry.key: at for at, text in enumerate(before.texts)}
        )
        kept = {
            key: known[key]
            for key in chosen
            if key in known and before and before.texts[known[key]].entry == chosen[key]
        }
        ordered = [chosen[key] for key in sorted(chosen)]
        texts = [
            before.texts[kept[entry.key]] if before and entry.key in kept else Texts.of(entry, lexicon)
            for entry in ordered
        ]
        fresh = [text for text in texts if text.entry.key not in kept]
        vocabulary = _vocabulary(fresh, before)
        reader = FactReader.of(lexicon)
        return cls(
            texts=tuple(texts),
            readings=tuple(
                before.readings[kept[text.entry.key]]
                if before and text.entry.key in kept
                else tuple(_reading(wording, vocabulary, lexicon) for wording in text.wordings)
                for text in texts
            ),
            facts=tuple(
                before.facts[kept[text.entry.key]]
                if before and text.entry.key in kept
                else reader.read(text.entry, text.wordings, body_of(text.entry))
                for text in texts
            ),
            vocabulary=vocabulary,
            phrases=_phrases(fresh) | (before.phrases if before else frozenset()),
        )


def body_of(entry: PublishedEntry) -> str:
    """Return what an entry says: its answer and the passage it rests on."""
    quote = entry.citation.quote if entry.citation else ""
    return f"{entry.answer} {quote}".strip()[:BODY_LENGTH]


def _vocabulary(fresh: Sequence[Texts], before: Prepared | None) -> Vocabulary:
    forms = [[word.form for word in source] for text in fresh for source in text.every]
    return before.vocabulary.extended(forms) if before else Vocabulary.of(forms)


def _phrases(fresh: Sequence[Texts]) -> frozenset[Forms]:
    step = max(1, len(fresh) // PHRASE_ENTRIES)
    return phrases(text for known in fresh[::step] for text in known.entry.wordings)


def _reading(source: Sequence[Word], vocabulary: Vocabulary, lexicon: Lexicon) -> Forms:
    return best_reading(read(source, vocabulary, lexicon), vocabulary)
