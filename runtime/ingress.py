"""Make requests durable together: what arrives during one commit is the next batch. No timer, no lingering."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from typing import Generic, TypeVar

import structlog

from runtime.errors import StorageBusy
from runtime.unbroken import unbroken

T = TypeVar("T")
log = structlog.get_logger(__name__)


class Ingress(Generic[T]):
    """One flusher between many requests and one commit at a time.

    `store` makes rows durable (all or none) and is idempotent. A request whose rows cannot be stored gets
    StorageBusy, and only that request: a batch that fails is tried again request by request.
    """

    def __init__(self, store: Callable[[Sequence[T]], Awaitable[int]], *, batch_rows: int, pending_rows: int) -> None:
        self._store = store
        self._batch_rows = batch_rows
        self._pending_rows = pending_rows
        self._waiting: deque[tuple[Sequence[T], asyncio.Future[None]]] = deque()
        self._rows = 0
        self._arrived = asyncio.Event()
        self._closed = False

    async def submit(self, rows: Sequence[T]) -> None:
        """Return once `rows` are durable. Raises StorageBusy when they are not and must be sent again."""
        if self._closed or self._rows + len(rows) > self._pending_rows:
            raise StorageBusy
        stored: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append((rows, stored))
        self._rows += len(rows)
        self._arrived.set()
        # a client that hangs up cancels only this future; the commit belongs to the flusher
        await stored

    async def run(self) -> None:
        """Flush until cancelled; whatever is still waiting then is refused, not lost silently."""
        try:
            while True:
                await self._arrived.wait()
                self._arrived.clear()
                while self._waiting:
                    await self._flush(self._next_batch())
        finally:
            self._closed = True
            self._refuse(list(self._waiting), StorageBusy())
            self._waiting.clear()

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
            await unbroken(self._stored([row for rows, _ in batch for row in rows], batch))
        except Exception as error:  # noqa: BLE001 - the flusher must outlive any one batch
            log.warning("ingress.batch_failed", requests=len(batch), error=type(error).__name__)
            if len(batch) == 1:
                self._refuse(batch, error)
                return
            for item in batch:
                await self._flush([item])

    async def _stored(self, rows: Sequence[T], batch: list[tuple[Sequence[T], asyncio.Future[None]]]) -> None:
        await self._store(rows)
        for _, stored in batch:
            if not stored.done():
                stored.set_result(None)

    @staticmethod
    def _refuse(batch: list[tuple[Sequence[T], asyncio.Future[None]]], error: Exception) -> None:
        for _, stored in batch:
            if not stored.done():
                busy = StorageBusy()
                busy.__cause__ = error
                stored.set_exception(busy)
                stored.exception()  # seen: the client may be gone, and that is no error of ours
