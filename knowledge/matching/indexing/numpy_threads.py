"""How many processor cores the matrices of a question may take: one."""

from __future__ import annotations

from functools import cache

from threadpoolctl import threadpool_limits


@cache
def keep_to_one_core() -> None:
    """Have numpy and scipy work in the thread that calls them, for good.

    A question is too small a piece of work to share out: shared, it takes two cores twice the time, and keeps the event
    loop waiting.
    """
    threadpool_limits(limits=1, user_api="blas")
