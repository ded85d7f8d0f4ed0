"""Where a gap of the knowledge may stand."""

from __future__ import annotations

from enum import StrEnum


class GapState(StrEnum):
    """Where a gap stands. The first three wait for staff."""

    NEW = "new"
    ASSIGNED = "assigned"
    WAITING_EXPERT = "waiting_expert"
    RESOLVED_VARIANT = "resolved_variant"
    RESOLVED_ENTRY = "resolved_entry"
    OUT_OF_SCOPE = "out_of_scope"
    SPAM = "spam"


WAITING = (GapState.NEW, GapState.ASSIGNED, GapState.WAITING_EXPERT)
RESOLVED = (GapState.RESOLVED_VARIANT, GapState.RESOLVED_ENTRY)
SET_ASIDE = (GapState.OUT_OF_SCOPE, GapState.SPAM)  # stays aside: the like of it is added to it
