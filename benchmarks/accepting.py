"""A server that only accepts: the bare handler, or the product's own reception on a database.

Run by benchmarks.ingress in a process of its own: `python -m benchmarks.accepting bare|URL`. Prints its port.
Queues are not drained here: what is measured is the way from a request to its durable acknowledgement.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import sys

import aiohttp
from aiohttp import web

from bot.inbox import Inbox
from runtime import schema
from runtime.clock import SystemClock
from runtime.database import Database
from runtime.garbage import collect_rarely
from runtime.ingress import Ingress
from runtime.settings import IngressSettings, Settings
from runtime.wakers.choice import waker_for
from simulators.whatsapp import WhatsAppAccount
from webhooks.views import Reception, set_up_webhooks
from webhooks.whatsapp.channel import WhatsAppChannel
from webhooks.whatsapp.settings import WhatsAppSettings

ACCOUNT = WhatsAppAccount()


async def bare(request: web.Request) -> web.Response:
    """Check the signature, read the JSON, say yes: the least a webhook must do."""
    body = await request.read()
    mac = hmac.new(ACCOUNT.app_secret.encode(), body, hashlib.sha256).hexdigest()
    if not hmac.compare_digest(f"sha256={mac}", request.headers.get("X-Hub-Signature-256", "")):
        raise web.HTTPUnauthorized
    json.loads(body)
    return web.Response(text="ok")


async def product(app: web.Application, url: str) -> None:
    """Add the product's own endpoint, storing in `url`."""
    db, clock, limits = Database(url), SystemClock(), IngressSettings()
    await schema.migrate(db)
    settings = Settings.model_validate({"database": {"url": url}})
    inbox = Inbox(db, waker_for(settings, db, clock))
    ingress = Ingress(inbox.accept, batch_rows=limits.batch_rows, pending_rows=limits.pending_rows)
    http = aiohttp.ClientSession()
    options = {
        "phone_number_id": ACCOUNT.phone_number_id,
        "app_secret": ACCOUNT.app_secret,
        "access_token": ACCOUNT.access_token,
        "verify_token": "benchmark",
    }
    channel = WhatsAppChannel(WhatsAppSettings.model_validate(options), http=http)
    set_up_webhooks(app, {"whatsapp": channel}, Reception(ingress, clock), clock)
    flusher = asyncio.create_task(ingress.run())

    async def close(_app: web.Application) -> None:
        flusher.cancel()
        await http.close()
        await db.close()

    app.on_cleanup.append(close)


async def main(mode: str) -> None:
    """Listen on a free port, print it, serve until killed."""
    collect_rarely()  # for both: it is no merit of the product
    app = web.Application()
    if mode == "bare":
        app.router.add_post("/webhooks/whatsapp", bare)
    else:
        await product(app, mode)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    print(runner.addresses[0][1], flush=True)
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1]))
