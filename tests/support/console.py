"""The console in a test: its pages over HTTP, with people of any role already signed in."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlencode

from aiohttp import CookieJar, web
from aiohttp.test_utils import TestClient, TestServer

from admin import sessions, staff
from admin.gate import SESSION_COOKIE, VISIT_COOKIE
from admin.mounting import set_up_console
from admin.page import Page, Role
from admin.sessions import Place
from admin.staff import Person
from admin.tokens import form_token, new_token
from knowledge.feed import KnowledgeFeed
from knowledge.snapshot import Snapshot
from runtime.clock import FixedClock
from runtime.database import Database
from runtime.settings import ConsoleSettings, DatabaseSettings, Settings
from runtime.vault import open_vault
from tests.support.builders import NOW
from tests.support.fakes import FakeChannel, FakeMatcher
from tests.support.portal import FakeFetch

NOWHERE = Place(address="192.0.2.1", network="192.0.2.1", agent="pytest")


@dataclass
class Answer:
    """What the server said. `location` is where a redirection leads."""

    status: int
    text: str
    headers: Any
    body: bytes

    @property
    def location(self) -> str:
        return self.headers.get("Location", "")

    @property
    def heading(self) -> str:
        found = re.search(r"<h1>(.*?)</h1>", self.text, re.DOTALL)
        return found[1].strip() if found else ""


class Browser:
    """One browser at the console. POSTs carry the right form token unless told otherwise."""

    def __init__(self, client: TestClient, person: Person | None) -> None:
        self.client = client
        self.person = person

    def cookie(self, name: str) -> str:
        found = self.client.session.cookie_jar.filter_cookies(self.client.make_url("/admin")).get(name)
        return found.value if found else ""

    def set_cookie(self, name: str, value: str) -> None:
        self.client.session.cookie_jar.update_cookies({name: value}, self.client.make_url("/admin"))

    def drop_cookie(self, name: str) -> None:
        self.client.session.cookie_jar.clear(lambda cookie: cookie.key == name)

    async def get(self, path: str, *, follow: bool = False, **options: Any) -> Answer:
        async with self.client.get(path, allow_redirects=follow, **options) as response:
            body = await response.read()
            return Answer(response.status, _text(body), response.headers, body)

    async def post(self, path: str, fields: Any = None, *, follow: bool = False, **options: Any) -> Answer:
        """Post fields: a mapping, or pairs for repeated names. `files` go in the mapping as aiohttp takes them."""
        pairs = list(fields.items()) if isinstance(fields, dict) else list(fields or [])
        if not any(name == "form_token" for name, _ in pairs):
            pairs.append(("form_token", form_token(self.cookie(SESSION_COOKIE) or self._visit())))
        if all(isinstance(value, str | int) for _, value in pairs):
            headers = {"Content-Type": "application/x-www-form-urlencoded", **options.pop("headers", {})}
            options |= {"data": urlencode(pairs), "headers": headers}
        else:
            options |= {"data": dict(pairs)}
        async with self.client.post(path, allow_redirects=follow, **options) as response:
            body = await response.read()
            return Answer(response.status, _text(body), response.headers, body)

    def _visit(self) -> str:
        if not self.cookie(VISIT_COOKIE):
            self.set_cookie(VISIT_COOKIE, new_token())
        return self.cookie(VISIT_COOKIE)


def _text(body: bytes) -> str:
    return body.decode("utf-8", errors="replace")


@dataclass
class ConsoleDesk:
    """A running console. `clock` stands still until moved."""

    server: TestServer
    db: Database
    clock: FixedClock
    feed: KnowledgeFeed
    settings: Settings
    clients: list[TestClient] = field(default_factory=list)

    def browser(self, person: Person | None = None) -> Browser:
        """Open a browser in which nobody is signed in."""
        self.clients.append(TestClient(self.server, cookie_jar=CookieJar(unsafe=True)))
        return Browser(self.clients[-1], person)

    async def sign_in(self, *roles: Role, login: str = "", confirmed: bool = True) -> Browser:
        """Make a person with these roles and sign them in. `confirmed`: step-up is not asked for now."""
        now = self.clock.now()
        login = login or "-".join(("person", *roles))
        async with self.db.transaction() as session:
            person = await staff.find_login(session, login)
            if person is None:
                person, _ = await staff.invite(session, login=login, name=login.title(), roles=roles, now=now)
            token = await sessions.begin(
                session, person.id, NOWHERE, now=now, valid=timedelta(hours=12), is_complete=True, confirmed=confirmed
            )
        browser = self.browser(person)
        browser.set_cookie(SESSION_COOKIE, token)
        return browser


@asynccontextmanager
async def a_console(
    db: Database,
    pages: Sequence[Page] | None = None,
    *,
    clock: FixedClock | None = None,
    make_matcher: Any = None,
    fetch: Any = None,
    channels: Any = None,
    waker: Any = None,
    address: str = "",
    **console_settings: Any,
) -> AsyncIterator[ConsoleDesk]:
    """Run the console over a migrated database; with all pages of the product when none are given."""
    import server

    def make_fake(snapshot: Snapshot, _learnt: Any) -> tuple[FakeMatcher, bool]:
        return FakeMatcher(list(snapshot.entries.values())), True

    clock = clock or FixedClock(NOW)
    feed = KnowledgeFeed(db, make_matcher or make_fake, clock=clock)
    await feed.load()
    settings = Settings(
        _env_file=None,
        database=DatabaseSettings(url=db.url),
        public_url=address,
        console=ConsoleSettings(**console_settings),
        secret_key="5LVOQpNkyhlRTLcHgrTa2KUtvSNCkLF2HTCGDYjTjYY=",
    )
    running = SimpleNamespace(
        settings=settings,
        db=db,
        clock=clock,
        vault=open_vault(settings, db, clock),
        feed=feed,
        channels=channels or {"fake": FakeChannel()},
        waker=waker or FakeWaker(),
        fetch=fetch or FakeFetch(),
    )
    app = web.Application()
    set_up_console(
        app,
        server.pages() if pages is None else tuple(pages),
        running,
        make_matcher=make_matcher or make_fake,
        handlers=server.handlers,
        renderers=server.RENDERERS,
        environment={},
    )
    async with TestServer(app) as listening:
        desk = ConsoleDesk(server=listening, db=db, clock=clock, feed=feed, settings=settings)
        yield desk
        for client in desk.clients:
            await client.session.close()


class FakeWaker:
    """Remembers which lanes were woken."""

    def __init__(self) -> None:
        self.woken: list[str] = []

    async def wake(self, session: Any, keys: Any, at: Any) -> None:
        self.woken += keys

    async def announce(self, session: Any, keys: Any, at: Any) -> None:
        self.woken += keys
