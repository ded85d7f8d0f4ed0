"""The web chat's routes: `/`, `/widget`, the calendar (`/lich`), slips (`/phieu/…`) and everything below `/chat/`."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from aiohttp import web

from knowledge.base import Knowledge
from runtime.assets import load_assets
from runtime.clock import Clock
from runtime.database import Database
from runtime.settings import Settings
from webhooks.views import Reception
from webhooks.webchat.api import Api
from webhooks.webchat.calendar import Calendar
from webhooks.webchat.channel import WebchatChannel
from webhooks.webchat.desk import Desk
from webhooks.webchat.missing import telling_missing
from webhooks.webchat.origins import Origins
from webhooks.webchat.pages import Pages
from webhooks.webchat.plain import PlainChat
from webhooks.webchat.rendering import Renderer
from webhooks.webchat.settings import webchat_settings
from webhooks.webchat.slips import SlipPage
from webhooks.webchat.streams import Streams


def set_up_webchat(
    app: web.Application,
    *,
    channel: WebchatChannel,
    db: Database,
    reception: Reception,
    clock: Clock,
    settings: Settings,
    knowledge: Callable[[], Knowledge],
) -> None:
    """Add the web chat to `app`. Raises ConfigurationError naming each variable that cannot be used."""
    options = webchat_settings(settings)
    desk = Desk(
        channel=channel, db=db, reception=reception, clock=clock, settings=options, knowledge=knowledge
    )  # fmt: skip
    origins = Origins(options, public_url=settings.public_url)
    api = Api(desk, origins)
    api.add_to(app)
    Streams(desk, origins).add_to(app, api)
    renderer = Renderer(origins)
    app.middlewares.append(telling_missing(renderer))
    PlainChat(desk, origins, renderer).add_to(app)
    Calendar(desk, origins, renderer).add_to(app)
    SlipPage(db, clock, renderer).add_to(app)
    demo_ways = _ways(settings) if settings.demo_page else None
    Pages(desk, origins, renderer, load_assets("webhooks.webchat"), demo_ways=demo_ways).add_to(app)


def _ways(settings: Settings) -> Mapping[str, str]:
    """Return the attributes of the demo page's tag: the ways to the office that are configured."""
    ways = {"zalo": str(settings.channels.get("zalo", {}).get("oa_id", "")), "phone": settings.contact.phone}
    return {name: value for name, value in ways.items() if value}
