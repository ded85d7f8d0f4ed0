"""What a change of a page touches: the entries that quote a paragraph which no longer stands as it did.

Paragraphs are found again by what they say, wherever the page now breaks its lines and in whatever order it stands.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate

from rapidfuzz import fuzz, process

from knowledge.portal.pages import Page
from knowledge.portal.tables import Change
from knowledge.portal.text import comparable, span_of

# Below this likeness (0-100) a paragraph is not another wording of the old one. Two paragraphs of the starter article
# are at most 62 alike (measured; the next pair 59).
_ALIKE = 65.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Quoted:
    """A passage that an entry quotes. `id` is the caller's own name for it."""

    id: int
    quote: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Touched:
    """A quote whose paragraph changed. `new_text` is "" when nothing like it stands on the page."""

    id: int
    change: Change
    old_text: str
    new_text: str = ""
    is_quote_intact: bool = False


class Text:
    """Paragraphs as one comparable text whose places lead back to them."""

    def __init__(self, paragraphs: Sequence[str]) -> None:
        self.paragraphs = tuple(paragraphs)
        self.forms = tuple(comparable(paragraph) for paragraph in paragraphs)
        self.whole = " ".join(self.forms)
        self._starts = (0, *accumulate(len(form) + 1 for form in self.forms))

    def places(self, passage: str) -> Iterator[tuple[int, int]]:
        """Yield (first, behind last) of the paragraphs around each occurrence of a comparable passage."""
        done = 0
        while (span := span_of(passage, self.whole, done)) is not None:
            yield self._around(*span)
            done = span[0] + 1

    def _around(self, start: int, end: int) -> tuple[int, int]:
        numbers = range(len(self.forms))
        inside = [n for n in numbers if self._starts[n] < end and start < self._starts[n] + len(self.forms[n])]
        return inside[0], inside[-1] + 1

    def around(self, quote: str) -> str:
        """Return the paragraphs around the first occurrence of a quote, one a line; "" when it does not stand here."""
        place = next(self.places(comparable(quote)), None)
        return "" if place is None else "\n".join(self.paragraphs[slice(*place)])

    def stands_alone(self, passage: str, first: int, last: int, known: Text) -> bool:
        """Tell whether the paragraphs around a passage hold nothing more than it that `known` does not hold too."""
        around = " ".join(self.forms[first:last])
        span = span_of(passage, around)
        if span is None:
            return False
        rest = (around[: span[0]].strip(), around[span[1] :].strip())
        return all(not words or span_of(words, known.whole) is not None for words in rest)


def touched(old: Sequence[str], page: Page, quotes: Iterable[Quoted]) -> list[Touched]:
    """Return the quotes whose paragraph in `old` no longer stands on the page; those not found in `old` are left out.

    A quote that stands in several paragraphs is touched when none of them is left as it was.
    """
    before, after = Text(old), Text(page.paragraphs)
    found: list[Touched] = []
    for quoted in quotes:
        places = list(before.places(comparable(quoted.quote)))
        if places and not any(_stands(before, place, after, page) for place in places):
            found.append(_described(quoted, before, places[0], after, page))
    return found


def compare_again(old_text: str, quote: str, page: Page) -> Touched | None:
    """Compare a paragraph noted earlier with the page as it is now; None: it stands there as it did."""
    before, after = Text(old_text.splitlines()), Text(page.paragraphs)
    place = (0, len(before.paragraphs))
    if _stands(before, place, after, page):
        return None
    return _described(Quoted(id=0, quote=quote), before, place, after, page)


def share_standing(old: Sequence[str], page: Page) -> float:
    """Return the share (0.0-1.0) of paragraphs that still stand on the page word for word; 1.0 for no paragraphs."""
    forms = [form for form in map(comparable, old) if form]
    standing = sum(span_of(form, page.everything) is not None for form in forms)
    return standing / len(forms) if forms else 1.0


def _stands(before: Text, place: tuple[int, int], after: Text, page: Page) -> bool:
    passage = " ".join(before.forms[slice(*place)])
    places = list(after.places(passage))
    if not places:  # the reader of the body may have left it out this time
        return span_of(passage, page.everything) is not None
    return any(after.stands_alone(passage, first, last, before) for first, last in places)


def _described(quoted: Quoted, before: Text, place: tuple[int, int], after: Text, page: Page) -> Touched:
    quote = comparable(quoted.quote)
    new_text = _nearest(" ".join(before.forms[slice(*place)]), quote, after)
    return Touched(
        id=quoted.id,
        change=Change.CHANGED if new_text else Change.VANISHED,
        old_text="\n".join(before.paragraphs[slice(*place)]),
        new_text=new_text,
        is_quote_intact=span_of(quote, page.everything) is not None,
    )


def _nearest(passage: str, quote: str, after: Text) -> str:
    """Return what now stands in the place of a passage: where its quote still is, else the paragraph most like it."""
    for place in after.places(quote):
        return "\n".join(after.paragraphs[slice(*place)])
    best = process.extractOne(passage, after.forms, scorer=fuzz.ratio, score_cutoff=_ALIKE)
    return after.paragraphs[best[2]] if best else ""
