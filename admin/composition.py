"""What the composition root hands to the command line, so that nothing here needs to import it."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Any, Protocol, TypeAlias

from bot.channel import Channel
from bot.dispatcher import Handler
from bot.messages import Payload, Reply
from knowledge.base import MatcherLike
from knowledge.feed import KnowledgeFeed
from knowledge.portal.fetching import Fetch
from knowledge.snapshot import Snapshot
from runtime.clock import Clock
from runtime.database import Database
from runtime.settings import Settings
from runtime.vault import Vault
from runtime.wakers.port import Waker

Render: TypeAlias = Callable[[Reply], Sequence[Payload]]


Announce: TypeAlias = Callable[[str, str | None], None]
"""Called once the server listens: with its address, and the path of the set-up link.

"": nobody needs one; None: somebody does, and none was made.
"""


class Serve(Protocol):
    """server.serve."""

    def __call__(
        self, settings: Settings, *, announce: Announce, reuse_port: bool = False, set_up_link: bool = True
    ) -> Coroutine[Any, Any, None]:
        """Serve until told to stop."""
        ...


class Running(Protocol):
    """server.Assistant, as far as serving and the console need it."""

    @property
    def settings(self) -> Settings: ...  # noqa: D102 - these say what they are
    @property
    def db(self) -> Database: ...  # noqa: D102
    @property
    def clock(self) -> Clock: ...  # noqa: D102
    @property
    def vault(self) -> Vault: ...  # noqa: D102
    @property
    def feed(self) -> KnowledgeFeed: ...  # noqa: D102
    @property
    def channels(self) -> Mapping[str, Channel]: ...  # noqa: D102
    @property
    def waker(self) -> Waker: ...  # noqa: D102
    @property
    def fetch(self) -> Fetch: ...  # noqa: D102

    async def run(self) -> None:
        """Work until cancelled."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Composition:
    """The parts that commands work with."""

    serve: Serve
    open_assistant: Callable[[Settings], AbstractAsyncContextManager[Any]]
    open_database: Callable[[Settings], AbstractAsyncContextManager[Database]]
    open_channels: Callable[[Settings, Vault], AbstractAsyncContextManager[Mapping[str, Any]]]
    make_matcher: Callable[[Snapshot, Mapping[str, Any] | None], tuple[MatcherLike, bool]]
    learn: Callable[[MatcherLike], tuple[MatcherLike, Mapping[str, Any]]]
    handlers: Callable[[Settings], Sequence[Handler]]
    renderers: Mapping[str, Render]
    environment: Mapping[str, str]
