"""Reading what somebody sends: bounded in size and in time, whoever it is. Nothing is authentic yet."""

from __future__ import annotations

import asyncio

from aiohttp import StreamReader, web

from runtime.errors import AppError

SECONDS = 10.0  # a whole body; 4 MiB within it is a line of 3.4 Mbit/s, and platforms have better ones
_CHUNK = 64 * 1024


class Unfinished(AppError):
    """The body did not come whole: its sender left, or took too long (`is_slow`)."""

    def __init__(self, *, is_slow: bool) -> None:
        super().__init__()
        self.is_slow = is_slow


async def body_of(request: web.Request, limit: int, *, seconds: float = SECONDS) -> bytes:
    """Return the body, longer than `limit` when it is too large; the rest is not read then. Raises Unfinished."""
    announced = request.content_length
    if announced is not None and announced <= limit and request.content.is_eof():
        return request.content.read_nowait()  # a small body has come with its head; never more than announced
    if (announced or 0) > limit:
        return bytes(limit + 1)
    try:
        async with asyncio.timeout(seconds):
            return await _read(request.content, limit)
    except TimeoutError:
        raise Unfinished(is_slow=True) from None
    except (ConnectionError, web.RequestPayloadError):
        raise Unfinished(is_slow=False) from None


async def _read(content: StreamReader, limit: int) -> bytes:
    body = bytearray()
    async for chunk in content.iter_chunked(_CHUNK):
        body += chunk
        if len(body) > limit:
            break
    return bytes(body)
