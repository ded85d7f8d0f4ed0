"""Close flags: the meaning is unchanged and the quote follows the page, or there is nothing to do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from rapidfuzz import fuzz
from sqlalchemy.ext.asyncio import AsyncSession

from knowledge import editing, workflow
from knowledge.history import load_entry
from knowledge.portal.paragraphs import stored_text
from knowledge.portal.tables import FlagState
from knowledge.portal.text import comparable, holds, readable
from knowledge.watching import flagging
from knowledge.watching.flagging import Flag
from runtime.errors import KnowledgeError

_ALIKE = 60.0  # likeness (0-100) below which nothing on the page stands in the place of a quote


@dataclass(frozen=True, slots=True, kw_only=True)
class Settled:
    """What closing a flag did. `revision`: number of the new revision that waits for approval, 0 for none."""

    entry: str
    revision: int = 0


def proposed_quote(flag: Flag) -> str:
    """Return what an entry might quote now: its own quote while it stands, else the new words in its place, or ""."""
    if flag.is_quote_intact:
        return flag.quote
    best, proposed = _ALIKE, ""
    for line in _lines(flag.new_text):
        found = fuzz.partial_ratio_alignment(flag.quote.lower(), line.lower())
        if found is not None and found.score > best:
            best, proposed = found.score, _whole_words(line, found.dest_start, found.dest_end)
    return proposed


def _lines(text: str) -> list[str]:
    # letters whose lower case has another length would shift the places; Vietnamese has none
    return [line for line in text.splitlines() if len(line.lower()) == len(line)]


def _whole_words(line: str, start: int, end: int) -> str:
    """Return a part of a line, made longer until it cuts no word."""
    before = line[:start].rpartition(" ")[2] if start and line[start - 1] != " " else ""
    after = line[end:].partition(" ")[0] if end and line[end - 1] != " " else ""
    return line[start - len(before) : end + len(after)].strip()


async def confirm(session: AsyncSession, flag_id: int, *, quote: str, by: str, now: datetime, note: str) -> Settled:
    """Say that an entry still says what the page says; its quote becomes `quote`.

    Another quote is a new revision and waits for approval like any other; the entry goes on as it is until then.
    Raises KnowledgeError when the page as last read does not hold the quote, or somebody has closed the flag.
    """
    await editing.lock(session)
    flag = await flagging.find_flag(session, flag_id)
    quote = readable(quote)
    if not holds(await stored_text(session, flag.article), quote):
        raise KnowledgeError("The page as last read does not hold this quote.", hint="Copy a passage of the new text.")
    await flagging.settle(session, flag_id, FlagState.CONFIRMED, by=by, now=now)
    stored = await load_entry(session, flag.entry)
    if comparable(stored.item.quote) == comparable(quote):
        return Settled(entry=flag.entry)
    item = stored.item.model_copy(update={"quote": quote})
    number = await editing.revise(session, item, now=now, note=note, author=by, base=stored.latest)
    await workflow.submit(session, flag.entry, number=number, by=by, now=now)
    return Settled(entry=flag.entry, revision=number)


async def confirm_standing(session: AsyncSession, flags: Sequence[int], *, by: str, now: datetime) -> Sequence[str]:
    """Close those of some flags whose quote stands as it did and whose entry was left speaking; return the entries."""
    await editing.lock(session)
    done: list[str] = []
    for each in flags:
        flag = await flagging.find_flag(session, each)
        if flag.state is FlagState.OPEN and flag.is_quote_intact and not flag.has_suspended:
            await flagging.settle(session, each, FlagState.CONFIRMED, by=by, now=now)
            done.append(flag.entry)
    return done


async def resume(session: AsyncSession, flag_id: int, *, by: str, now: datetime) -> Settled:
    """Let an entry speak again whose page was gone and has come back with what it quotes.

    Raises KnowledgeError when the page has not come back so, or somebody has closed the flag.
    """
    await editing.lock(session)
    flag = await flagging.find_flag(session, flag_id)
    if not (flag.has_suspended and flag.is_quote_intact):
        raise KnowledgeError("The page has not come back with this quote.", hint="Change the entry, or leave it.")
    await flagging.settle(session, flag_id, FlagState.CONFIRMED, by=by, now=now)
    await editing.resume(session, flag.entry, now=now)
    return Settled(entry=flag.entry)


async def dismiss(session: AsyncSession, flag_id: int, *, by: str, now: datetime) -> Settled:
    """Close a flag without touching its entry."""
    flag = await flagging.find_flag(session, flag_id)
    await flagging.settle(session, flag_id, FlagState.DISMISSED, by=by, now=now)
    return Settled(entry=flag.entry)
