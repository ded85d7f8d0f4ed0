"""What shortened terms surely stand for, whatever the base knows: "dt" asks for a telephone number."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from knowledge.matching.lexicon import Lexicon
from knowledge.matching.normalizer import Word, words

_SURE = 0.6  # prior of a meaning from which it may be what is asked for
_LONGEST = 2  # words of a shortened term ("bao nhiu")

Span = tuple[int, int, list[Word]]
"""Words from, to (exclusive), and what they stand for."""


def spelled_out(span: Sequence[Word], lexicon: Lexicon) -> list[Word]:
    """Return what a shortened term surely stands for, with its marks: "z" is "vậy" and asks for no loan ("vay")."""
    known = lexicon.meanings.get(tuple(word.form for word in span), ())
    if not known:
        return []
    written = " ".join(word.surface for word in span)
    is_marked = any(word.is_marked for word in span)
    fitting = [meaning for meaning in known if not is_marked or meaning.written == written]
    # The surest stands first; rarer ones ask for nothing.
    return words(fitting[0].sense) if fitting and fitting[0].weight >= _SURE else []


def in_full(source: Sequence[Word], lexicon: Lexicon) -> Iterator[Span]:
    """Yield start and end of each word, or shortened term of several ("bao nhiu"), and what it stands for, in order."""
    reach = lexicon.reach
    at = 0
    while at < len(source):
        size, found = 1, [source[at]]
        for longer in range(min(_LONGEST, reach.get(source[at].form, 0), len(source) - at), 0, -1):
            said = spelled_out(source[at : at + longer], lexicon)
            if said:
                size, found = longer, said
                break
        yield at, at + size, found
        at += size
