"""Close flags: the meaning is unchanged and the quote follows the page, or there is nothing to do."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from rapidfuzz import fuzz
from sqlalchemy.ext.asyncio import AsyncSession

from knowledge import editing, workflow
from knowledge.history import load_entry
from knowledge.portal.drafts import sentences
from knowledge.portal.paragraphs import stored_text
from knowledge.portal.tables import FlagState
from knowledge.portal.text import comparable, holds, readable
from knowledge.watching import flagging
from knowledge.watching.flagging import Flag
from runtime.errors import KnowledgeError


@dataclass(frozen=True, slots=True, kw_only=True)
class Settled:
    """What closing a flag did. `revision`: number of the new revision that waits for approval, 0 for none."""

    entry: str
    revision: int = 0


def proposed_quote(flag: Flag) -> str:
    """Return what an entry might quote now: its own quote while it stands, else the sentence most like it, or ""."""
    if flag.is_quote_intact:
        return flag.quote
    known = comparable(flag.quote)
    found = [sentence for line in flag.new_text.splitlines() for sentence in sentences(line)]
    return max(found, key=lambda sentence: fuzz.partial_ratio(known, comparable(sentence)), default="")


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
