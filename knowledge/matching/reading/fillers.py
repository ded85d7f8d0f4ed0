"""Courtesies, openers and particles: what a message may be read without."""

from __future__ import annotations

from collections.abc import Container, Sequence

from knowledge.matching.lexicon import Lexicon, Meaning
from knowledge.matching.normalizer import Word
from knowledge.matching.reading.repair import Edge, Lattice
from knowledge.matching.reading.spelling import is_attested, is_compound


def strip_fillers(source: Sequence[Word], lexicon: Lexicon, *, most: int | None = None) -> list[Word]:
    """Leave out openers, courtesies and closers, the longest first; all of them if nothing else stands there.

    What may be another word without its mark stays ("nha"). `most`: words that are kept at most; those behind them are
    not looked at.
    """
    kept: list[Word] = []
    at = 0
    while at < len(source) and (most is None or len(kept) < most):
        size = _filler(source, at, lexicon)
        if not size:
            kept.append(source[at])
        at += size or 1
    return kept or list(source[:most])


def are_fillers(source: Sequence[Word], lexicon: Lexicon) -> bool:
    """Tell whether words are courtesies and nothing else."""
    at = 0
    while at < len(source) and (size := _filler(source, at, lexicon)):
        at += size
    return at == len(source)


def _filler(source: Sequence[Word], at: int, lexicon: Lexicon) -> int:
    """Return how many words the longest filler that begins at `at` has; 0: none begins there."""
    for size in range(min(lexicon.filler_reach.get(source[at].form, 0), len(source) - at), 0, -1):
        span = source[at : at + size]
        found = lexicon.fillers.get(tuple(word.form for word in span))
        if found and _may_go(span, found) and not (size == 1 and _belongs(source, at, lexicon)):
            return 0 if size == 1 and _may_be_another(span[0]) else size
    return 0


def _belongs(source: Sequence[Word], at: int, lexicon: Lexicon) -> bool:
    """Tell whether a particle belongs to the word behind it: "thế chấp", "a1"."""
    if at + 1 == len(source):
        return False
    word, following = source[at], source[at + 1]
    if following.form.isdigit():
        return len(word.form) == 1
    # "Thế nào" asks no more than "nào".
    return is_compound((word.form, following.form)) and following.form not in lexicon.empty_words


def _may_be_another(word: Word) -> bool:
    return not word.is_marked and len(word.form) > 1 and is_attested(word.form)


def _may_go(span: Sequence[Word], fillers: Sequence[Meaning]) -> bool:
    if any(word.is_marked for word in span):
        written = " ".join(word.surface for word in span)
        return any(filler.written == written and filler.weight >= 0.3 for filler in fillers)  # noqa: PLR2004
    # A bare syllable may be another word once folded ("a", "nha"): only sure ones go.
    least = 0.5 if len(span) > 1 else 0.75
    return any(filler.weight >= least for filler in fillers)


def strip_read_fillers(
    lattice: Lattice, path: Sequence[Edge], lexicon: Lexicon, known: Container[tuple[str, str]]
) -> list[Word]:
    """Return the words of a question without the courtesies that only its reading shows; all if none is left.

    Mistyped ones ("cho emhoir"), and a particle without its mark at the very end ("gom nhung gi nha"), unless the base
    knows it beside the word before it ("lam nha"). `path`: edges from the first to the last word; `known`: neighbours.
    """
    read_as: list[tuple[Word, Edge]] = []
    for edge in path:
        spelled = lattice.words[edge.start : edge.end] if edge.source == "written" else map(_bare, edge.forms)
        read_as += [(word, edge) for word in spelled]
    source = [word for word, _ in read_as]
    gone: set[int] = set()
    at = 0
    while at < len(source):
        size = _filler(source, at, lexicon)
        gone.update(range(at, at + size))
        at += size or 1
    if len(source) > 1 and _is_closing(source[-1], lexicon) and (source[-2].form, source[-1].form) not in known:
        gone.add(len(source) - 1)
    left = {id(edge) for at, (_, edge) in enumerate(read_as) if at not in gone}
    kept = [word for edge in path if id(edge) in left for word in lattice.words[edge.start : edge.end]]
    return kept or list(lattice.words)


def _is_closing(word: Word, lexicon: Lexicon) -> bool:
    return _may_be_another(word) and _may_go([word], lexicon.fillers.get((word.form,), ()))


def _bare(form: str) -> Word:
    return Word(form, form)
