"""Make requests durable together: what arrives during one commit is the next batch. No timer, no lingering."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from typing import Generic, TypeVar

import structlog

from runtime.errors import StorageBusy

T = TypeVar("T")
log = structlog.get_logger(__name__)

# Rounds of the event loop between the first request after a pause and its commit: one for requests that are already
# being worked on, one for those that lie in the sockets. Else the first would have a commit of its own, which costs
# what one of sixty does.
_ROUNDS = 2

# Zalo wants its answer within 2 s (docs.zaloplatforms.com/docs/OA, webhook pages, surveyed 2026-08-20).
PATIENCE = 1.5


class Ingress(Generic[T]):
    """One flusher between many requests and one commit at a time.

    `store` makes rows durable (all or none) and is idempotent. A request whose rows cannot be stored gets
    StorageBusy, and only that request: a batch that fails is tried again request by request. While a commit hangs
    for longer than `patience` seconds everybody is refused at once.
    """

    def __init__(
        self,
        store: Callable[[Sequence[T]], Awaitable[int]],
        *,
        batch_rows: int,
        pending_rows: int,
        patience: float = PATIENCE,
    ) -> None:
        self._store = store
        self._patience = patience
        self._hangs = False
        self._batch_rows = batch_rows
        self._pending_rows = pending_rows
        self._waiting: deque[tuple[Sequence[T], asyncio.Future[None]]] = deque()
        self._rows = 0
        self._arrived = asyncio.Event()
        self._closed = False

    async def submit(self, rows: Sequence[T]) -> None:
        """Return once `rows` are durable. Raises StorageBusy when they are not and must be sent again."""
        if self._closed or self._hangs or self._rows + len(rows) > self._pending_rows:
            raise StorageBusy
        stored: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append((rows, stored))
        self._rows += len(rows)
        self._arrived.set()
        # a client that hangs up cancels only this future; the commit belongs to the flusher
        await stored

    async def run(self) -> None:
        """Flush until cancelled; a batch that has begun is finished, who still waits is refused."""
        flusher = asyncio.create_task(self._flush_until_closed())
        try:
            # A task of its own that the cancellation does not reach: cheaper than to guard each batch against it.
            await asyncio.shield(flusher)
        finally:
            self._closed = True
            self._arrived.set()
            self._refuse(list(self._waiting), StorageBusy())
            self._waiting.clear()
            await asyncio.wait([flusher])

    async def _flush_until_closed(self) -> None:
        while not self._closed:
            if self._waiting:
                await self._flush(self._next_batch())
                continue
            self._arrived.clear()
            await self._arrived.wait()
            for _ in range(_ROUNDS):
                await asyncio.sleep(0)

    def _next_batch(self) -> list[tuple[Sequence[T], asyncio.Future[None]]]:
        batch: list[tuple[Sequence[T], asyncio.Future[None]]] = []
        size = 0
        while self._waiting and (not batch or size + len(self._waiting[0][0]) <= self._batch_rows):
            item = self._waiting.popleft()
            size += len(item[0])
            batch.append(item)
        self._rows -= size
        return batch

    async def _flush(self, batch: list[tuple[Sequence[T], asyncio.Future[None]]]) -> None:
        try:
            await self._store_patiently(batch)
        except Exception as error:  # noqa: BLE001 - the flusher must outlive any one batch
            log.warning("ingress.batch_failed", requests=len(batch), error=type(error).__name__)
            if len(batch) == 1:
                self._refuse(batch, error)
                return
            for item in batch:
                if not item[1].done():  # who was refused already sends it again
                    await self._flush([item])
            return
        for _, stored in batch:
            if not stored.done():
                stored.set_result(None)

    async def _store_patiently(self, batch: list[tuple[Sequence[T], asyncio.Future[None]]]) -> None:
        """Store a batch however long it takes; who waits for it, or behind it, is told in time."""
        rows = [row for rows, _ in batch for row in rows]
        storing: asyncio.Future[int] = asyncio.ensure_future(self._store(rows))
        done, _ = await asyncio.wait([storing], timeout=self._patience)
        if not done:
            log.warning("ingress.commit_hangs", requests=len(batch) + len(self._waiting))
            self._hangs = True
            self._refuse([*batch, *self._waiting], TimeoutError())
            self._waiting.clear()
            self._rows = 0
            await asyncio.wait([storing])
            self._hangs = False
        storing.result()

    @staticmethod
    def _refuse(batch: list[tuple[Sequence[T], asyncio.Future[None]]], error: Exception) -> None:
        for _, stored in batch:
            if not stored.done():
                busy = StorageBusy()
                busy.__cause__ = error
                stored.set_exception(busy)
                stored.exception()  # seen: the client may be gone, and that is no error of ours
