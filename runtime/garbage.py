"""Garbage collection in a process that lives long and serves many at once."""

from __future__ import annotations

import gc

ALLOCATIONS = 50_000  # objects that may form cycles, made and not yet freed, before the youngest are looked through


def collect_rarely() -> None:
    """Look for cycles rarely: by default every 700 objects, and requests in flight are looked through again and again.

    Costs a few MB of memory; saves about a tenth of the time of an acknowledgement (`benchmarks ingress`).
    """
    gc.set_threshold(ALLOCATIONS, *gc.get_threshold()[1:])
