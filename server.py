"""The composition root: settings -> database, knowledge, channels, workers, web application, command line.

Everything that can be plugged in stands in three tuples: CHANNELS, handlers() and pages().
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from typing import Any

import aiohttp
from aiohttp import web
from pydantic import ValidationError

from admin import serving
from admin.composition import Announce
from admin.fetching import PortalFetcher
from admin.page import Page
from admin.telling import tell
from bot import inbox, outbox
from bot.channel import Channel
from bot.chores import chores
from bot.dispatcher import Handler
from bot.handlers.composing import Office
from bot.handlers.confirming import Confirming
from bot.handlers.continuing import Continuing
from bot.handlers.deadlines import Deadlines
from bot.handlers.eligibility import Eligibility
from bot.handlers.faq import Faq
from bot.handlers.lifecycle import lifecycle
from bot.handlers.manners import Manners
from bot.handlers.picking import Picking
from bot.handlers.reminders import Reminders
from bot.handlers.resuming import Resuming
from bot.handlers.smalltalk import Smalltalk
from bot.handlers.sourcing import sourcing
from bot.handlers.telling import telling
from bot.handlers.unkept import Unkept
from bot.inbox import Accepted, Inbox
from bot.messages import Payload, Reply
from bot.sender import DeliveryDrain
from bot.slips import SlipPages
from bot.speaking import Speaker
from bot.turns import TurnDrain
from knowledge.feed import KnowledgeFeed
from knowledge.learning import learn, make_matcher, revise_matcher
from knowledge.portal.fetching import Fetch
from knowledge.watching.schedule import watching
from runtime.chores import QUEUE as CHORES
from runtime.chores import Chore, ChoreDrain
from runtime.clock import Clock, SystemClock
from runtime.database import Database
from runtime.errors import ConfigurationError
from runtime.garbage import collect_rarely
from runtime.ingress import Ingress
from runtime.loading import explain
from runtime.opening import open_database
from runtime.readiness import Readiness
from runtime.settings import PREFIX, Settings
from runtime.vault import Vault, open_vault
from runtime.wakers.choice import waker_for
from runtime.wakers.port import Waker
from webhooks.views import Reception, set_up_operations, set_up_webhooks
from webhooks.webchat.settings import webchat_settings
from webhooks.whatsapp import rendering as whatsapp_rendering
from webhooks.zalo import rendering as zalo_rendering
from webhooks.zalo_bot import payloads as zalo_bot_payloads


@dataclass(frozen=True, slots=True, kw_only=True)
class Ports:
    """What a channel may need from the rest."""

    vault: Vault
    http: aiohttp.ClientSession
    clock: Clock


def _zalo(options: Mapping[str, Any], ports: Ports) -> Channel:
    from webhooks.zalo.channel import ZaloChannel
    from webhooks.zalo.settings import ZaloSettings

    return ZaloChannel(ZaloSettings.model_validate(options), store=ports.vault, http=ports.http, clock=ports.clock)


def _zalo_bot(options: Mapping[str, Any], ports: Ports) -> Channel:
    from webhooks.zalo_bot.channel import ZaloBotChannel
    from webhooks.zalo_bot.settings import ZaloBotSettings

    return ZaloBotChannel(ZaloBotSettings.model_validate(options), http=ports.http)


def _whatsapp(options: Mapping[str, Any], ports: Ports) -> Channel:
    from webhooks.whatsapp.channel import WhatsAppChannel
    from webhooks.whatsapp.settings import WhatsAppSettings

    return WhatsAppChannel(WhatsAppSettings.model_validate(options), http=ports.http)


CHANNELS: Mapping[str, Callable[[Mapping[str, Any], Ports], Channel]] = {
    "zalo": _zalo,
    "zalo_bot": _zalo_bot,
    "whatsapp": _whatsapp,
}


RENDERERS: Mapping[str, Callable[[Reply], Sequence[Payload]]] = {
    "zalo": zalo_rendering.render,
    "zalo_bot": zalo_bot_payloads.render,
    "whatsapp": whatsapp_rendering.render,
}


def handlers(settings: Settings) -> tuple[Handler, ...]:
    """Return who may answer, in order: the order is the policy."""
    office = Office(**settings.contact.model_dump())
    smalltalk, eligibility = Smalltalk(office), Eligibility(office)
    deadlines, reminders = Deadlines(office, public_url=settings.public_url), Reminders(public_url=settings.public_url)
    picking = Picking(office, (smalltalk, reminders, deadlines, telling, eligibility))
    questions = Continuing(office, Faq(office))
    answering = (picking, sourcing, Manners(office), smalltalk, reminders, deadlines, eligibility, questions)
    others = (Unkept(office, answering), Confirming(answering), *answering)
    return (lifecycle, Resuming(eligibility, others, idle_days=settings.guides.idle_days), *others)


def pages() -> tuple[Page, ...]:
    """Return the pages of the console, in the order of the menu."""
    from admin.pages import (
        access,
        account,
        accounts,
        articles,
        audit,
        competitions,
        entries,
        figures,
        guides,
        home,
        hours,
        inbox,
        misses,
        problems,
        system,
        terms,
        testbox,
        transfer,
        trials,
    )

    shown = (
        home, entries, articles, terms, problems, competitions, guides, transfer, testbox, trials, misses, inbox, hours,
        figures, accounts, audit, system, access, account,
    )  # fmt: skip
    return tuple(page.PAGE for page in shown)


def platform_channels(settings: Settings, ports: Ports) -> dict[str, Channel]:
    """Make every channel that has settings. Raises ConfigurationError naming each variable that is missing."""
    made: dict[str, Channel] = {}
    for name, options in settings.channels.items():
        if name in CHANNELS:
            try:
                made[name] = CHANNELS[name](options, ports)
            except ValidationError as error:
                raise explain(error, prefix=f"{PREFIX}CHANNELS__{name.upper()}__") from None
        elif name == "webchat":
            webchat_settings(settings)
        else:
            raise ConfigurationError(f"{PREFIX}CHANNELS__{name.upper()}: there is no such channel.")
    return made


@dataclass(frozen=True, slots=True, kw_only=True)
class Assistant:
    """A working assistant: everything but the listener."""

    settings: Settings
    db: Database
    clock: Clock
    vault: Vault
    feed: KnowledgeFeed
    channels: Mapping[str, Channel]
    waker: Waker
    ingress: Ingress[Accepted]
    fetch: Fetch

    async def run(self) -> None:
        """Work on both queues and watch for new knowledge until cancelled."""
        base = (self.db, self.clock, self.waker, self.settings.worker)
        turns = TurnDrain(
            *base,
            channels=self.channels,
            handlers=handlers(self.settings),
            among_staff=(Unkept(Office(**self.settings.contact.model_dump())),),
            knowledge=lambda: self.feed.current,
            slips=SlipPages(address=self.settings.public_url, days=self.settings.guides.slip_days),
        )
        deliveries = DeliveryDrain(*base, channels=self.channels)
        recurring = ChoreDrain(*base, chores=self._chores())
        await recurring.begin()
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self.ingress.run())
            tasks.create_task(self.feed.run())
            drains = {inbox.QUEUE: turns.drain, outbox.QUEUE: deliveries.drain, CHORES: recurring.drain}
            tasks.create_task(self.waker.run(drains))

    def _chores(self) -> Sequence[Chore]:
        made = chores(
            self.db, self.clock, Speaker(waker=self.waker, channels=self.channels), settings=self.settings,
            knowledge=lambda: self.feed.current, office=Office(**self.settings.contact.model_dump()),
        )  # fmt: skip
        return (*made, watching(self.db, self.clock, self.fetch, self.settings.portal, tell))


@asynccontextmanager
async def open_channels(settings: Settings, vault: Vault) -> AsyncIterator[dict[str, Channel]]:
    """Make the platforms' channels, ready to speak; credentials that rotate are read from and kept in the vault."""
    async with aiohttp.ClientSession() as http:
        yield platform_channels(settings, Ports(vault=vault, http=http, clock=SystemClock()))


@asynccontextmanager
async def open_assistant(settings: Settings) -> AsyncIterator[Assistant]:
    """Put an assistant together; a knowledge base without entries gets the starter knowledge."""
    from knowledge.transfer import load_starter
    from webhooks.webchat.channel import WebchatChannel

    clock = SystemClock()
    async with AsyncExitStack() as stack:
        db = await stack.enter_async_context(open_database(settings))
        vault = open_vault(settings, db, clock)
        channels = await stack.enter_async_context(open_channels(settings, vault))
        channels["webchat"] = WebchatChannel()
        await load_starter(db, clock.now())
        feed = KnowledgeFeed(
            db, make_matcher, learn, revise=revise_matcher, clock=clock, poll_seconds=settings.knowledge.poll_seconds
        )
        await feed.load()
        waker = waker_for(settings, db, clock)
        store = Inbox(db, waker)
        limits = settings.ingress
        ingress = Ingress(store.accept, batch_rows=limits.batch_rows, pending_rows=limits.pending_rows)
        yield Assistant(
            settings=settings, db=db, clock=clock, vault=vault, feed=feed, channels=channels, waker=waker,
            ingress=ingress, fetch=PortalFetcher(settings.portal, contact=settings.public_url),
        )  # fmt: skip


def web_application(assistant: Assistant) -> web.Application:
    """Return the application with every route."""
    from admin.mounting import set_up_console
    from webhooks.webchat.channel import WebchatChannel
    from webhooks.webchat.views import set_up_webchat

    app = web.Application()
    reception = Reception(assistant.ingress, assistant.clock)
    platforms = {name: channel for name, channel in assistant.channels.items() if name in CHANNELS}
    set_up_webhooks(app, platforms, reception, assistant.clock)
    set_up_operations(app, Readiness(assistant.db).missing)
    webchat = assistant.channels["webchat"]
    assert isinstance(webchat, WebchatChannel)
    set_up_webchat(
        app, channel=webchat, db=assistant.db, reception=reception, clock=assistant.clock,
        settings=assistant.settings, knowledge=lambda: assistant.feed.current,
    )  # fmt: skip
    if assistant.settings.console.enabled:
        set_up_console(
            app, pages(), assistant, make_matcher=make_matcher, handlers=handlers, renderers=RENDERERS,
            environment=os.environ,
        )  # fmt: skip
    return app


async def serve(settings: Settings, *, announce: Announce, reuse_port: bool = False, set_up_link: bool = True) -> None:
    """Serve until SIGTERM or SIGINT: stop listening, finish what has begun, close."""
    collect_rarely()
    await serving.serve(
        settings, open_assistant, web_application, announce=announce, reuse_port=reuse_port, set_up_link=set_up_link
    )


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line."""
    from admin import cli
    from admin.composition import Composition

    composition = Composition(
        serve=serve, open_assistant=open_assistant, open_database=open_database, open_channels=open_channels,
        make_matcher=make_matcher, learn=learn, handlers=handlers, renderers=RENDERERS, environment=dict(os.environ),
    )  # fmt: skip
    cli.main(composition, None if arguments is None else list(arguments))


if __name__ == "__main__":
    main()
