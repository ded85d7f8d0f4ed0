"""Staff's search among entries: what was typed with marks is found with those marks, what was typed without in any.

The database narrows by folded words; which of them stand there as typed is looked at here, alike on every database.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterable, Sequence
from enum import IntEnum

from sqlalchemy import Select, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from knowledge.matching.normalizer import fold, normalize
from knowledge.tables import Entry, Revision, Variant


class _Fit(IntEnum):
    """How well the words stand in an entry, the best first."""

    AS_TYPED = 0  # whole words, with the same marks
    WHOLE = 1  # whole words, with other marks
    PARTS = 2


async def ranked(session: AsyncSession, candidates: Select[int], words: str) -> list[int]:
    """Return which of the entries hold the words, by how well they do and then in their order.

    `candidates`: ids of entries that hold them without marks, anywhere in a word. With a mark among what was typed,
    only whole words with the same marks count.
    """
    newest = select(func.max(Revision.id)).where(Revision.entry_id.in_(candidates)).group_by(Revision.entry_id)
    texts = (Entry.key, Revision.question, Revision.short_title, Revision.document, Revision.answer)
    found = select(Entry.id, Revision.id, *texts).join(Revision, Revision.entry_id == Entry.id)
    rows = await session.execute(found.where(Revision.id.in_(newest)).order_by(Entry.position, Entry.id))
    held = {revision: (entry, list(parts)) for entry, revision, *parts in rows}
    variants = select(Variant.revision_id, Variant.text).where(Variant.revision_id.in_(newest))
    for revision, text in await session.execute(variants):
        held[revision][1].append(text)
    return await asyncio.to_thread(_in_order, words, list(held.values()))


def _in_order(words: str, held: Iterable[tuple[int, Sequence[str]]]) -> list[int]:
    typed = normalize(words)
    has_marks = typed != fold(words)
    as_typed, whole = ([_pattern(word) for word in text.split()] for text in (typed, fold(words)))
    fits: list[tuple[_Fit, int]] = []
    for entry, parts in held:
        text = "\n".join(map(normalize, parts))
        if all(word.search(text) for word in as_typed):
            fits.append((_Fit.AS_TYPED, entry))
        elif not has_marks:
            bare = fold(text)
            fits.append((_Fit.WHOLE if all(word.search(bare) for word in whole) else _Fit.PARTS, entry))
    return [entry for _, entry in sorted(fits, key=lambda fit: fit[0])]


def _pattern(word: str) -> re.Pattern[str]:
    """Return what finds a word as a whole; what is not all letters (93/2022) may be a part of something."""
    sought = re.escape(word)
    return re.compile(rf"(?<!\w){sought}(?!\w)" if word.isalpha() else sought)
