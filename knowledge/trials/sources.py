"""Where test questions come from."""

from __future__ import annotations

from enum import StrEnum


class Source(StrEnum):
    """Where a test question comes from."""

    STAFF = "staff"  # written by hand
    MISS = "miss"  # a citizen asked it and was not answered well at the time
    OUT_OF_SCOPE = "out_of_scope"  # a citizen asked it, and nothing is to answer it
