"""What a question denies and an entry affirms: "không có vốn nước ngoài" is no question for those who have some."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet

from knowledge.matching.index import Index
from knowledge.matching.indexing.spaces import pairs
from knowledge.matching.lexicon import Forms
from knowledge.matching.normalizer import MAX_LENGTH, Word, as_word, words
from knowledge.matching.query import Query
from knowledge.matching.reading.shorthand import spelled_out
from knowledge.matching.reading.spelling import is_compound

Kinds = Mapping[str, AbstractSet[Word]]
"""What the words of table `denials` do: `denier`, `asking`, `between`."""

_NO = "khong"
_WEIGHTY = 0.6  # share of the weight of the rarest word from which a word may tell entries apart
_FEW = 2  # entries that a telling word may have
_CLAUSES = re.compile(r"[,.;:?!\n]+")


def is_denied(query: Query, index: Index, entry: int) -> bool:
    """Tell whether a question denies what the wordings of an entry affirm, and no text of the entry denies.

    A question that is a wording of the base denies nothing.
    """
    if query.lattice.written in index.exact:
        return False
    kinds = _kinds(index)
    clauses = _CLAUSES.split(query.text[:MAX_LENGTH])
    denied = {pair for clause in clauses for pair in _denied(words(clause), kinds, index)}
    if not denied:
        return False
    texts = index.prepared.texts[entry]
    denied -= {pair for source in (*texts.wordings, texts.body) for pair in _denied(source, kinds, index)}
    affirmed = [{word.form for word in source} for source in texts.wordings]
    return any(held.issuperset(pair) for pair in denied for held in affirmed)


def without_denial(text: str, index: Index) -> str:
    """Return a text without what it denies, each time up to the next sign or "thì": what is left is the question."""
    kinds = _kinds(index)

    def any_of(*names: str) -> str:
        return "|".join(re.escape(word.surface) for name in names for word in kinds[name])

    end = rf"(?=[,.;:?!\n]|\s(?:{any_of('resuming')})\s|$)"
    denial = rf"(?<!\w)(?:{any_of('denier', 'shortened')})\s+(?:{any_of('between')})\s+.*?{end}"
    return " ".join(re.sub(denial, " ", text[:MAX_LENGTH], flags=re.IGNORECASE).split())


def _kinds(index: Index) -> Kinds:
    found: defaultdict[str, set[Word]] = defaultdict(set)
    for row in index.lexicon.tables.get("denials", ()):
        known = as_word(row.term)
        # Without marks "khong" denies as well; with others ("con", a child) it is another word.
        found[row.kind] |= {known, Word(surface=known.form, form=known.form)}
    return found


def _denied(source: Sequence[Word], kinds: Kinds, index: Index) -> Iterator[Forms]:
    """Yield the two syllables that follow each word that denies."""
    said = [spelled for word in source for spelled in spelled_out([word], index.lexicon) or (word,)]
    for at, word in enumerate(said):
        if word not in kinds["denier"] or (at and said[at - 1] in kinds["asking"]):
            continue
        rest = iter(said[at + 1 :])
        first = next((other for other in rest if other not in kinds["between"]), None)
        second = next(rest, None)
        if first is not None and second is not None:
            yield first.form, second.form


def refuses_another(query: Query, index: Index, entry: int) -> bool:
    """Tell whether an entry that says no ("Không. …") says it of something that the question does not name.

    "Không" to foreign capital is no answer to a household: of the words by which this entry and hardly another is asked
    for, the question must have one.
    """
    if not index.book.facts[entry].opening.startswith(_NO):
        return False
    readings = [wording.reading for wording in index.wordings[index.starts[entry] : index.stops[entry]]]
    compounds = {name for said in readings for name in pairs(said) if is_compound(tuple(name.split()))}
    parts = {form for name in compounds for form in name.split()}  # "nước" alone tells nothing of "nước ngoài"
    names = compounds | {form for said in readings for form in said} - parts
    telling = {name for name in names if _is_telling(name, index)}
    return bool(telling) and telling.isdisjoint(query.presence)


def _is_telling(name: str, index: Index) -> bool:
    if " " not in name and index.weight(name) < _WEIGHTY * index.rarest:
        return False
    return len({int(index.owners[row]) for row in index.terms.holders(name)}) <= _FEW
