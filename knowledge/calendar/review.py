"""What hinders publishing a competition, and what staff should look at before. Pure; the wording is the console's."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from enum import StrEnum

from knowledge.calendar.model import Competition, Phase
from knowledge.calendar.moments import Certainty
from knowledge.quoting import is_quoted


class Remark(StrEnum):
    """Something that may be meant, or not."""

    NO_SOURCE = "no_source"  # forbids publishing: every date is shown with where it comes from
    NO_QUOTE = "no_quote"  # forbids nothing: the link still leads to the article
    NOT_QUOTED = "not_quoted"  # forbids publishing: the link would open at a sentence that is not there
    NO_STAGES = "no_stages"
    NO_ALIASES = "no_aliases"
    NO_DEADLINE = "no_deadline"
    OUT_OF_ORDER = "out_of_order"
    ALL_OVER = "all_over"
    UNKNOWN_ENTRY = "unknown_entry"


FORBIDDING = frozenset({Remark.NO_SOURCE, Remark.NOT_QUOTED})


def remarks(
    competition: Competition, now: datetime, *, articles: Collection[str], entries: Collection[str], text: str = ""
) -> tuple[Remark, ...]:
    """Return what strikes one about a competition. `articles`, `entries`: the keys that exist.

    `text`: its article as it was last read; "": not known, and nothing can be compared.
    """
    found = {
        Remark.NO_SOURCE: competition.article not in articles,
        Remark.NO_QUOTE: competition.article in articles and not competition.quote,
        Remark.NOT_QUOTED: bool(text) and not is_quoted(competition.quote, text),
        Remark.NO_STAGES: not competition.stages,
        Remark.NO_ALIASES: not competition.aliases,
        Remark.NO_DEADLINE: any(
            stage.takes_entries and stage.certainty is Certainty.CONFIRMED and not stage.ends
            for stage in competition.stages
        ),
        Remark.OUT_OF_ORDER: _is_out_of_order(competition),
        Remark.ALL_OVER: competition.phase(now) is Phase.ENDED,
        Remark.UNKNOWN_ENTRY: bool(competition.entry) and competition.entry not in entries,
    }
    return tuple(remark for remark, applies in found.items() if applies)


def _is_out_of_order(competition: Competition) -> bool:
    windows = [stage.window for stage in competition.stages if stage.window is not None]
    starts = [window.starts_at or window.until for window in windows]
    known = [at for at in starts if at is not None]
    return known != sorted(known)
