"""Free text read as an answer: abbreviations written out, courtesies left aside, phrases looked for. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from knowledge.matching.lexicon import Forms, Lexicon, Meaning
from knowledge.matching.normalizer import Word, forms, words

_MOST_READINGS = 8
_SURE = 0.5  # weight from which a meaning of an abbreviation is read
_LONGEST = 200  # words of a text that are read


def readings(text: str, lexicon: Lexicon | None = None) -> tuple[Forms, ...]:
    """Return the folded words of a text with its abbreviations written out, the likeliest reading first."""
    known = (lexicon or Lexicon.default()).meanings
    found: list[Forms] = [()]
    for word in words(text)[:_LONGEST]:
        meant = [meaning.forms for meaning in _fitting(word, known.get((word.form,), ()))] or [(word.form,)]
        found = [(*begun, *form) for form in meant for begun in found][:_MOST_READINGS]
    return tuple(dict.fromkeys(found))


def _fitting(word: Word, meanings: Sequence[Meaning]) -> list[Meaning]:
    return [it for it in meanings if it.weight >= _SURE and (not word.is_marked or it.written == word.surface)]


def position(part: Forms, whole: Forms) -> int:
    """Return where `part` begins in `whole`, -1 when it is not in it."""
    size = len(part)
    return next((at for at in range(len(whole) - size + 1) if whole[at : at + size] == part), -1)


def consists_of(whole: Forms, known: Iterable[Forms], *, needed: Iterable[Forms] = ()) -> bool:
    """Tell whether a text is made of nothing but known phrases, one of `needed` at least (when any are named)."""
    required = frozenset(needed)
    phrases = frozenset(known) | required
    reached = {(0, not required)}
    for at in range(len(whole)):
        for is_met in (True, False):
            if (at, is_met) in reached:
                ends = (phrase for phrase in phrases if phrase and whole[at : at + len(phrase)] == phrase)
                reached |= {(at + len(phrase), is_met or phrase in required) for phrase in ends}
    return bool(whole) and (len(whole), True) in reached


def folded(phrases: Iterable[str]) -> frozenset[Forms]:
    """Return phrases as folded words."""
    return frozenset(tuple(forms(phrase)) for phrase in phrases)


def stripped(whole: Forms, courtesies: Iterable[Forms]) -> Forms:
    """Return a text without the courtesies at its beginning and end; as it is when nothing else stands in it."""
    known = sorted(courtesies, key=len, reverse=True)
    begin, end = 0, len(whole)
    while (size := next((len(it) for it in known if it and whole[begin : begin + len(it)] == it), 0)) and begin < end:
        begin += size
    while (size := next((len(it) for it in known if it and whole[end - len(it) : end] == it), 0)) and end > begin:
        end -= size
    return whole[begin:end] if begin < end else whole
