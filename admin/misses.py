"""What the queue of misses calls things, and which of them an address asks for."""

from __future__ import annotations

import csv
import io
from collections.abc import Collection, Mapping, Sequence
from datetime import date, timedelta

from admin.audit import harmless
from admin.naming import span
from admin.rendering import day, number
from admin.wording import say
from bot.gap_states import RESOLVED, WAITING, GapState
from bot.masking import masked
from bot.recurrence import Frequency
from bot.triage import GapFilter, GapLine

# The reasons that staff may filter by: how a miss shows itself, whatever the matcher called it.
PLAIN = ("too_low", "aspect_not_covered", "choice_abandoned", "thumbs_down", "asked_for_person", "entry_expired",
         "unsupported_media", "out_of_scope", "entity_unknown", "too_short")  # fmt: skip
_MINUTE = timedelta(minutes=1)  # the least that is named


def chosen_states() -> Mapping[str, Collection[GapState]]:
    """Return the states behind each choice of the list, in its order."""
    return {
        "waiting": WAITING,
        "new": (GapState.NEW,),
        "assigned": (GapState.ASSIGNED,),
        "expert": (GapState.WAITING_EXPERT,),
        "resolved": RESOLVED,
        "out_of_scope": (GapState.OUT_OF_SCOPE,),
        "spam": (GapState.SPAM,),
    }


def wanted_of(query: Mapping[str, str], *, me: str, today: date) -> GapFilter:
    """Return what an address asks for; what it names wrongly does not narrow."""
    states, who, reason = chosen_states(), query.get("who", ""), query.get("reason", "")
    return GapFilter(
        states=states.get(query.get("show", ""), WAITING),
        reason=reason if reason in PLAIN else "",
        assignee=me if who == "me" else "",
        text=query.get("q", "").strip(),
        is_overdue_on=today if who == "overdue" else None,
    )


def reason_name(reason: str) -> str:
    """Return how a miss showed itself; one without a name yet is called "other"."""
    try:
        return say(f"misses.why.{reason}")
    except KeyError:
        return say("misses.why.other")


def title_of(gap: GapLine) -> str:
    """Return what a gap is about; one without words is called by how it showed itself."""
    if gap.text:
        return masked(gap.text)
    if gap.dropped_at is not None:
        return say("misses.dropped")
    return say("misses.wordless", reason=reason_name(gap.reason))


def how_often(frequency: Frequency | None) -> str:
    """Return how often a gap was missed: per week, or as counted when less than a week is known; None: too early."""
    if frequency is None:
        return say("misses.often.early")
    if frequency.weekly is None:
        return say("misses.often.counted", count=number(frequency.misses), span=span(max(frequency.span, _MINUTE)))
    return say("misses.often.weekly", rate=number(frequency.weekly, 1))


def as_csv(gaps: Sequence[GapLine], names: Mapping[str, str]) -> bytes:
    """Return gaps as CSV that Excel opens as UTF-8 and never takes for formulas, one line for each question."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    columns = ("gap", "question", "people", "misses", "why", "state", "assignee", "due", "first", "last", "note")
    writer.writerow([say(f"misses.column.{name}") for name in columns])
    for gap in gaps:
        for said in map(masked, gap.samples or [title_of(gap)]):
            cells = (
                str(gap.id), said, str(gap.people), str(gap.misses), reason_name(gap.reason),
                say(f"misses.state.{gap.state}"), names.get(gap.assignee, gap.assignee),
                day(gap.due_on) if gap.due_on else "", day(gap.first_at), day(gap.last_at), gap.note,
            )  # fmt: skip
            writer.writerow([harmless(cell) for cell in cells])
    return text.getvalue().encode("utf-8-sig")
