"""How much one visitor and one network address may ask for. In memory: a restart forgives everybody."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from runtime.errors import AppError

_MOST_KEYS = 10_000


class TooFast(AppError):
    """Too many requests; try again after `seconds`."""

    def __init__(self, seconds: float) -> None:
        super().__init__()
        self.seconds = max(1, round(seconds + 0.5))


@dataclass(slots=True)
class _Bucket:
    level: float
    at: datetime


class Allowance:
    """A token bucket per key: `burst` at once, refilled within `seconds`."""

    def __init__(self, burst: int, *, seconds: float) -> None:
        self._burst = float(burst)
        self._rate = burst / seconds
        self._buckets: dict[str, _Bucket] = {}

    def take(self, key: str, now: datetime) -> None:
        """Use one of what `key` has left. Raises TooFast when nothing is left."""
        bucket = self._buckets.get(key)
        if bucket is None:
            self._make_room(now)
            bucket = self._buckets[key] = _Bucket(self._burst, now)
        passed = max(0.0, (now - bucket.at).total_seconds())
        bucket.level, bucket.at = min(self._burst, bucket.level + passed * self._rate), now
        if bucket.level < 1:
            raise TooFast((1 - bucket.level) / self._rate)
        bucket.level -= 1

    def _make_room(self, now: datetime) -> None:
        """Forget keys that are full again; if that is not enough, the oldest."""
        if len(self._buckets) < _MOST_KEYS:
            return
        refill = self._burst / self._rate
        self._buckets = {k: b for k, b in self._buckets.items() if (now - b.at).total_seconds() < refill}
        for key in list(self._buckets)[: max(0, len(self._buckets) - _MOST_KEYS // 2)]:
            del self._buckets[key]
