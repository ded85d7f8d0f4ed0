"""Requests become durable together, and a failing one takes nobody with it."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager

import pytest

from runtime.errors import StorageBusy
from runtime.ingress import Ingress


class Store:
    """Remembers batches; can be slow, and refuses a poisoned row as a database would: the whole batch."""

    def __init__(self):
        self.batches = []
        self.gate = asyncio.Event()
        self.gate.set()

    async def __call__(self, rows):
        await self.gate.wait()
        if "poison" in rows:
            raise ValueError("poison")
        self.batches.append(list(rows))
        return len(rows)


@asynccontextmanager
async def running(store, **limits):
    ingress = Ingress(store, **{"batch_rows": 100, "pending_rows": 1000, **limits})
    task = asyncio.create_task(ingress.run())
    await asyncio.sleep(0)
    try:
        yield ingress
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def test_what_arrives_during_a_commit_is_the_next_batch():
    store = Store()
    async with running(store) as ingress:
        store.gate.clear()
        first = asyncio.create_task(ingress.submit(["a"]))
        await asyncio.sleep(0.01)
        others = [asyncio.create_task(ingress.submit([name])) for name in "bcd"]
        await asyncio.sleep(0.01)
        assert not first.done(), "nobody is acknowledged before the commit"
        store.gate.set()
        await asyncio.gather(first, *others)

    assert store.batches == [["a"], ["b", "c", "d"]]


async def test_what_arrives_with_the_first_shares_its_commit():
    store = Store()
    async with running(store) as ingress:
        first = asyncio.create_task(ingress.submit(["a"]))
        await asyncio.sleep(0)
        second = asyncio.create_task(ingress.submit(["b"]))
        await asyncio.gather(first, second)

    assert store.batches == [["a", "b"]]


async def test_a_batch_is_capped_but_a_request_is_never_split():
    store = Store()
    async with running(store, batch_rows=3) as ingress:
        store.gate.clear()
        requests = [
            asyncio.create_task(ingress.submit(rows)) for rows in (["a"], ["b", "c"], ["d", "e"], list("fghij"))
        ]
        await asyncio.sleep(0.01)
        store.gate.set()
        await asyncio.gather(*requests)

    assert store.batches == [["a", "b", "c"], ["d", "e"], list("fghij")]


async def test_only_the_request_that_cannot_be_stored_is_refused():
    store = Store()
    async with running(store) as ingress:
        store.gate.clear()
        requests = [asyncio.create_task(ingress.submit([row])) for row in ("a", "poison", "b")]
        await asyncio.sleep(0.01)
        store.gate.set()
        results = await asyncio.gather(*requests, return_exceptions=True)

    assert [type(result) for result in results] == [type(None), StorageBusy, type(None)]
    assert store.batches == [["a"], ["b"]]


async def test_a_client_that_hangs_up_does_not_cancel_the_commit():
    store = Store()
    async with running(store) as ingress:
        store.gate.clear()
        gone = asyncio.create_task(ingress.submit(["a"]))
        stays = asyncio.create_task(ingress.submit(["b"]))
        await asyncio.sleep(0.01)
        gone.cancel()
        store.gate.set()
        await stays
        await asyncio.sleep(0.01)

    assert sorted(row for batch in store.batches for row in batch) == ["a", "b"]


async def test_a_flood_is_refused_at_the_door():
    store = Store()
    async with running(store, pending_rows=2) as ingress:
        store.gate.clear()
        requests = [asyncio.create_task(ingress.submit([row])) for row in "abcde"]
        await asyncio.sleep(0.01)
        store.gate.set()
        results = await asyncio.gather(*requests, return_exceptions=True)

    assert sum(isinstance(result, StorageBusy) for result in results) >= 2
    assert sum(result is None for result in results) >= 2


async def test_while_a_commit_hangs_senders_are_told_in_time_and_the_commit_goes_on():
    """A locked database, a disk that stands still: the platform gives up after two seconds in any case."""
    store = Store()
    async with running(store, patience=0.05) as ingress:
        store.gate.clear()
        requests = [asyncio.create_task(ingress.submit([row])) for row in "ab"]
        await asyncio.sleep(0.01)
        requests.append(asyncio.create_task(ingress.submit(["c"])))
        async with asyncio.timeout(1):
            results = await asyncio.gather(*requests, return_exceptions=True)
        with pytest.raises(StorageBusy):
            await ingress.submit(["d"])
        store.gate.set()
        await asyncio.sleep(0.01)
        await ingress.submit(["e"])

    assert [type(result) for result in results] == [StorageBusy] * 3
    assert store.batches == [["a", "b"], ["e"]], "what has begun is stored; who was refused comes again"


async def test_a_commit_that_hangs_and_fails_is_not_tried_again_for_those_who_were_refused():
    store = Store()
    async with running(store, patience=0.05) as ingress:
        store.gate.clear()
        requests = [asyncio.create_task(ingress.submit([row])) for row in ("a", "poison")]
        results = await asyncio.gather(*requests, return_exceptions=True)
        store.gate.set()
        await asyncio.sleep(0.01)
        await ingress.submit(["b"])

    assert [type(result) for result in results] == [StorageBusy] * 2
    assert store.batches == [["b"]]


async def test_at_the_end_a_commit_that_has_begun_is_finished_and_who_still_waits_is_told():
    store = Store()
    ingress = Ingress(store, batch_rows=1, pending_rows=10)
    flusher = asyncio.create_task(ingress.run())
    store.gate.clear()
    begun, waiting = (asyncio.create_task(ingress.submit([row])) for row in "ab")
    await asyncio.sleep(0.01)

    flusher.cancel()
    await asyncio.sleep(0.01)
    store.gate.set()
    results = await asyncio.gather(begun, waiting, flusher, return_exceptions=True)

    assert [type(result) for result in results] == [type(None), StorageBusy, asyncio.CancelledError]
    with pytest.raises(StorageBusy):
        await ingress.submit(["c"])


async def test_a_batch_that_fails_at_the_end_is_still_tried_request_by_request():
    store = Store()
    ingress = Ingress(store, batch_rows=10, pending_rows=10)
    flusher = asyncio.create_task(ingress.run())
    store.gate.clear()
    requests = [asyncio.create_task(ingress.submit([row])) for row in ("a", "poison")]
    await asyncio.sleep(0.01)

    flusher.cancel()
    await asyncio.sleep(0.01)
    store.gate.set()
    results = await asyncio.gather(*requests, flusher, return_exceptions=True)

    assert [type(result) for result in results] == [type(None), StorageBusy, asyncio.CancelledError]
    assert store.batches == [["a"]]
