"""What the composition root hands to the command line, so that nothing here needs to import it."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Any, Protocol, TypeAlias

from bot.dispatcher import Handler
from bot.messages import Payload, Reply
from knowledge.base import MatcherLike
from knowledge.snapshot import Snapshot
from runtime.database import Database
from runtime.settings import Settings

Render: TypeAlias = Callable[[Reply], Sequence[Payload]]


class Serve(Protocol):
    """server.serve."""

    def __call__(
        self, settings: Settings, *, announce: Callable[[str], None], reuse_port: bool = False
    ) -> Coroutine[Any, Any, None]:
        """Serve until told to stop; `announce` is called with the address once it listens."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Composition:
    """The parts that commands work with."""

    serve: Serve
    open_assistant: Callable[[Settings], AbstractAsyncContextManager[Any]]
    open_database: Callable[[Settings], AbstractAsyncContextManager[Database]]
    open_channels: Callable[[Settings, Database], AbstractAsyncContextManager[Mapping[str, Any]]]
    make_matcher: Callable[[Snapshot, Mapping[str, Any] | None], tuple[MatcherLike, bool]]
    learn: Callable[[MatcherLike], tuple[MatcherLike, Mapping[str, Any]]]
    handlers: Callable[[Settings], Sequence[Handler]]
    renderers: Mapping[str, Render]
    environment: Mapping[str, str]
