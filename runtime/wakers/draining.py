"""How every waker hands a claimed lane to its drain."""

from __future__ import annotations

import structlog

from runtime.errors import LaneLost
from runtime.lanes import Claim
from runtime.wakers.port import Drain

log = structlog.get_logger(__name__)


async def drained(drain: Drain, claim: Claim) -> None:
    """Drain one lane; whatever goes wrong leaves the lease to run out, which hands the lane on."""
    try:
        await drain(claim)
    except LaneLost:
        log.warning("lane.lost", fence=claim.fence)
    except Exception:
        log.exception("lane.failed", fence=claim.fence, tries=claim.tries)
