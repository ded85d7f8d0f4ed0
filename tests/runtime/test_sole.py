"""A worker that is alone on its database goes on at once with what a dead one left; beside a living one it waits."""

from __future__ import annotations

import asyncio
import signal
import subprocess
import sys
from contextlib import asynccontextmanager
from datetime import timedelta

import pytest

from runtime import lanes
from runtime.clock import SystemClock
from runtime.settings import WorkerSettings
from runtime.sole import sole_worker
from runtime.wakers.embedded import EmbeddedWaker

CLOCK = SystemClock()
SETTINGS = WorkerSettings(poll_seconds=0.05)
HOUR = timedelta(hours=1)


@pytest.fixture
async def held(sqlite_db):
    """A database with one lane that a worker took and never gave back."""
    waker = EmbeddedWaker(sqlite_db, CLOCK, SETTINGS)
    async with sqlite_db.transaction() as session:
        await waker.wake(session, ["updates:a"], CLOCK.now())
    assert await lanes.claim_ready(sqlite_db, now=CLOCK.now(), lease=HOUR)
    return sqlite_db


@asynccontextmanager
async def working(db):
    """Run a worker; yields the claims it makes."""
    claims = asyncio.Queue()
    task = asyncio.create_task(EmbeddedWaker(db, CLOCK, SETTINGS).run({"updates": claims.put}))
    try:
        yield claims
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def test_the_lane_of_a_dead_worker_is_not_waited_for(held):
    async with working(held) as claims, asyncio.timeout(5):
        claim = await claims.get()

    assert (claim.key, claim.fence, claim.tries) == ("updates:a", 2, 2), "a death counts as a try"


async def test_the_lane_of_a_living_worker_is_left_alone(held):
    with sole_worker(held.file):
        async with working(held) as claims:
            await asyncio.sleep(0.3)

    assert claims.empty()


def test_a_claim_ends_with_its_process(tmp_path):
    database = tmp_path / "hoidap.db"
    script = (
        "import sys, time, pathlib\nfrom runtime.sole import sole_worker\n"
        "with sole_worker(pathlib.Path(sys.argv[1])) as is_sole:\n    print(is_sole, flush=True)\n    time.sleep(60)\n"
    )
    with subprocess.Popen([sys.executable, "-c", script, database], stdout=subprocess.PIPE) as other:
        assert other.stdout.readline() == b"True\n"
        with sole_worker(database) as is_sole:
            assert not is_sole
        other.send_signal(signal.SIGKILL)

    with sole_worker(database) as is_sole:
        assert is_sole
