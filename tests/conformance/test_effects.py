"""Every conformance payload over HTTP, through the real inbox, handlers and senders, to what people and tables see."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from sqlalchemy import func, select

from bot import inbox, outbox
from bot.channel import Channel
from bot.handlers.composing import Office
from bot.handlers.faq import Faq
from bot.handlers.lifecycle import lifecycle
from bot.handlers.picking import Picking
from bot.handlers.smalltalk import Smalltalk
from bot.inbox import Accepted, Inbox
from bot.sender import DeliveryDrain
from bot.tables import Contact, Conversation, Delivery, Feedback, Message, Update
from bot.turns import TurnDrain
from runtime import lanes
from runtime.clock import FixedClock
from runtime.database import Database
from runtime.settings import WorkerSettings
from runtime.vault import Vault, load_key
from runtime.wakers.embedded import EmbeddedWaker
from simulators.platform import Wire, running
from simulators.whatsapp import FakeWhatsApp
from simulators.whatsapp import wire_body as whatsapp_body
from simulators.whatsapp_events import echo_value, text_value
from simulators.zalo import FakeZalo
from simulators.zalo_bot import FakeZaloBot
from simulators.zalo_events import echo_event
from simulators.zalo_events import text_event as zalo_text_event
from tests.conformance.test_http import FIXTURES, MANIFEST, PATHS, send
from tests.support.builders import an_entry
from tests.support.fakes import knowledge_of
from webhooks.views import set_up_webhooks
from webhooks.whatsapp.channel import WhatsAppChannel
from webhooks.whatsapp.settings import WhatsAppSettings
from webhooks.zalo.channel import ZaloChannel
from webhooks.zalo.settings import ZaloSettings
from webhooks.zalo_bot.channel import ZaloBotChannel
from webhooks.zalo_bot.settings import ZaloBotSettings

SENT_AT = datetime.fromtimestamp(1_790_000_400, UTC)  # a few minutes after the payloads' own timestamps
LEASE = timedelta(seconds=30)
CASES = [pytest.param(case, id=case["file"].removesuffix(".json")) for case in MANIFEST["payloads"]]
ANSWERED = {
    "inbound_text", "inbound_postback", "inbound_attachment", "lifecycle_follow", "lifecycle_start", "duplicate",
}  # fmt: skip
ERASED = {"lifecycle_unfollow", "data_deletion"}


class Straight:
    """Hands updates to the inbox at once."""

    def __init__(self, store: Inbox, clock: FixedClock) -> None:
        self._store = store
        self._clock = clock

    async def accept(self, channel: str, updates: Any) -> None:
        await self._store.accept([Accepted(update=u, trace_id="t", received_at=self._clock.now()) for u in updates])


class World:
    """The whole assistant on one database, drained by hand, between three fake platforms."""

    def __init__(self, db: Database, platforms: Mapping[str, Any], http: aiohttp.ClientSession, state: Path) -> None:
        self.db, self.platforms, self.clock = db, platforms, FixedClock(SENT_AT)
        settings = WorkerSettings()
        waker = EmbeddedWaker(db, self.clock, settings)
        channels = _channels(platforms, Vault(db, self.clock, load_key("", state_dir=state)), http, self.clock)
        office = Office(name="", phone="", email="", address="", hours="")
        smalltalk = Smalltalk(office)
        handlers = (lifecycle, Picking(office, (smalltalk,)), smalltalk, Faq(office))
        base = (db, self.clock, waker, settings)
        # Known questions: two that nobody knows, one right after the other, would be read together as one.
        known = ("Câu 1", "Câu 2", "Gửi lại", "Tin mới kèm theo")
        entries = [an_entry(key=f"cau-{number}", question=text) for number, text in enumerate(known)]
        knowledge = knowledge_of(an_entry(key="dang-ky-ho-so"), *entries)
        self.turns = TurnDrain(*base, channels=channels, handlers=handlers, knowledge=lambda: knowledge)
        self.drains = {
            inbox.QUEUE: self.turns.drain,
            outbox.QUEUE: DeliveryDrain(*base, channels=channels).drain,
        }
        self.app = web.Application()
        set_up_webhooks(self.app, channels, Straight(Inbox(db, waker), self.clock), self.clock)

    async def work(self) -> None:
        """Drain until nothing is left, also not after the 6 seconds that WhatsApp wants between two messages."""
        for _ in range(8):
            while claims := await lanes.claim_ready(self.db, now=self.clock.now(), lease=LEASE, limit=10):
                for claim in claims:
                    await self.drains[claim.queue](claim)
            self.clock.advance(timedelta(seconds=6))
        await self.turns.courtesies.settle()

    async def rows(self, *columns: Any) -> list[Any]:
        async with self.db.reading() as session:
            return list((await session.execute(select(*columns))).all())

    async def count(self, table: Any) -> int:
        async with self.db.reading() as session:
            return await session.scalar(select(func.count()).select_from(table)) or 0

    def said(self) -> Counter[str]:
        return Counter(sent.to for platform in self.platforms.values() for sent in platform.accepted)


def _channels(platforms: Mapping[str, Any], vault: Vault, http: Any, clock: FixedClock) -> dict[str, Channel]:
    zalo, bot, whatsapp = (platforms[name] for name in ("zalo", "zalo_bot", "whatsapp"))
    account, number = zalo.account, whatsapp.account
    zalo_settings = ZaloSettings(
        app_id=account.app_id, oa_id=account.oa_id, app_secret=account.app_secret, oa_secret_key=account.oa_secret_key,
        access_token=zalo.access_token, refresh_token=zalo.refresh_token, openapi_base=zalo.base, oauth_base=zalo.base,
    )  # fmt: skip
    whatsapp_settings = WhatsAppSettings(
        phone_number_id=number.phone_number_id, app_secret=number.app_secret, verify_token="verify",
        access_token=number.access_token, graph_base=whatsapp.base,
    )  # fmt: skip
    bot_settings = ZaloBotSettings(token=bot.token, secret_token=bot.secret_token, api_base=bot.base)
    return {
        "zalo": ZaloChannel(zalo_settings, store=vault, http=http, clock=clock),
        "zalo_bot": ZaloBotChannel(bot_settings, http=http),
        "whatsapp": WhatsAppChannel(whatsapp_settings, http=http),
    }


@pytest.fixture
async def world(sqlite_db: Database, tmp_path: Path) -> AsyncIterator[World]:
    async with _world(sqlite_db, tmp_path) as made:
        yield made


@asynccontextmanager
async def _world(db: Database, directory: Path) -> AsyncIterator[World]:
    platforms: dict[str, Any] = {"zalo": FakeZalo(), "zalo_bot": FakeZaloBot(), "whatsapp": FakeWhatsApp()}
    async with AsyncExitStack() as stack:
        for platform in platforms.values():
            platform.base = await stack.enter_async_context(running(platform.app))
        http = await stack.enter_async_context(aiohttp.ClientSession())
        made = World(db, platforms, http, directory)
        made.base = await stack.enter_async_context(running(made.app))
        yield made


async def deliver(world: World, case: Mapping[str, Any]) -> int:
    body = (FIXTURES / "payloads" / case["file"]).read_bytes()
    status, _ = await send(world.base, "POST", PATHS[case["channel"]], case["headers"], body)
    return status


def address(event: Mapping[str, Any]) -> str:
    """Where the fake platform notes a reply to this person."""
    if event.get("anonymous"):
        return f"{event['sender_id']}:{event['conversation_id']}"
    return str(event.get("chat_id") or event["sender_id"])


def expected_replies(case: Mapping[str, Any]) -> Counter[str]:
    """One reply per thing said; attachments of one burst get one together."""
    replies: Counter[str] = Counter()
    nudged = set()
    for event in case["events"]:
        is_nudge = event["outcome"] == "inbound_attachment" and not event.get("text")
        if event["outcome"] not in ANSWERED or (is_nudge and address(event) in nudged):
            continue
        nudged |= {address(event)} if is_nudge else set()
        replies[address(event)] += 1
    return replies


@pytest.mark.parametrize("case", CASES)
async def test_a_payload_has_the_effect_of_the_manifest_once(world: World, case: Mapping[str, Any]) -> None:
    """Delivered three times, at once and later: replied once, or nothing; stored, or nothing."""
    statuses = [await deliver(world, case), await deliver(world, case)]
    await world.work()
    statuses.append(await deliver(world, case))
    await world.work()

    assert statuses == [case["http_status"]] * 3
    assert world.said() == expected_replies(case)
    assert await world.count(Update) == len(case["events"])
    assert {state for (state,) in await world.rows(Update.state)} <= {"done"}
    assert {state for (state,) in await world.rows(Delivery.state)} <= {"sent"}
    assert all(not platform.refused for platform in world.platforms.values()), "the platform took every form"


@pytest.mark.parametrize(
    "case", [c for c in CASES if any(event["outcome"] in ERASED for event in c.values[0]["events"])]
)
async def test_who_leaves_or_withdraws_is_erased(world: World, case: Mapping[str, Any]) -> None:
    earlier = by_file("zalo_text_plain_vietnamese_nfc.json")
    assert earlier["sender_id"] == case["events"][0]["sender_id"]
    await deliver(world, earlier)
    await world.work()
    assert await world.count(Contact) == 1

    await deliver(world, case)
    await world.work()

    assert [await world.count(table) for table in (Contact, Conversation, Message, Delivery)] == [0] * 4
    assert earlier["text"][:20] not in str(await world.rows(Update.body))


async def test_a_thumb_is_recorded_on_the_answer_it_was_given_to(world: World) -> None:
    await deliver(world, by_file("zalo_text_plain_vietnamese_nfc.json"))
    await world.work()
    reaction = by_file("zalo_user_reacted_message.json")
    async with world.db.transaction() as session:
        delivery = await session.scalar(select(Delivery))
        delivery.external_id = reaction["events"][0]["message_id"]

    await deliver(world, reaction)
    await world.work()

    assert await world.rows(Feedback.value) == [(1,)]


@pytest.mark.parametrize(
    ("file", "state"),
    [("zalo_status_user_received_message.json", "delivered"), ("zalo_status_user_seen_several_messages.json", "read"),
     ("wa_status_failed_131047_window_closed.json", "failed"), ("wa_status_read_without_contacts.json", "read"),
     ("wa_status_out_of_order_read_before_delivered.json", "read")],
)  # fmt: skip
async def test_a_status_is_recorded_and_only_moves_forward(world: World, file: str, state: str) -> None:
    case = by_file(file)
    question = "zalo_text_plain_vietnamese_nfc.json" if file.startswith("zalo") else "wa_text_from_ad_referral.json"
    await deliver(world, by_file(question))
    await world.work()
    async with world.db.transaction() as session:
        delivery = await session.scalar(select(Delivery))
        event = case["events"][0]
        delivery.external_id = event.get("message_ids", [event["message_id"]])[0]

    await deliver(world, case)
    await world.work()

    assert await world.rows(Delivery.state) == [(state,)]


async def test_one_message_in_two_different_batches_is_answered_once(world: World) -> None:
    await deliver(world, by_file("wa_redelivery_a.json"))
    await deliver(world, by_file("wa_redelivery_b_same_message_in_other_batch.json"))
    await world.work()

    assert sum(world.said().values()) == 2
    assert await world.count(Conversation) == 1


@pytest.mark.parametrize("platform", ["zalo", "whatsapp"])
async def test_a_person_who_answers_by_hand_silences_the_assistant_for_a_while(world: World, platform: str) -> None:
    fake, user = world.platforms[platform], "74112777"
    if platform == "zalo":
        echo, ours = (echo_event(fake.account, "Để tôi", user=user, admin_id=admin) for admin in ("9", ""))
        events = [fake.wire(zalo_text_event(fake.account, text, user=user)) for text in ("một", "hai")]
        wires = [fake.wire(ours), fake.wire(echo), *events]
    else:
        echoes = fake.envelope(echo_value("Để tôi", user=user), name="smb_message_echoes")
        body = whatsapp_body(echoes)
        wires = [Wire(body=body, headers=fake.sign(body))]
        wires = [*wires, *wires, *(fake.wire(text_value(text, user=user)) for text in ("một", "hai"))]
    *echoed, first, second = wires

    for wire in (*echoed, first):
        assert (await send(world.base, "POST", f"/webhooks/{platform}", wire.headers, wire.body))[0] == 200
    await world.work()
    assert world.said() == {}

    world.clock.advance(timedelta(minutes=61))
    await send(world.base, "POST", f"/webhooks/{platform}", second.headers, second.body)
    await world.work()
    assert world.said() == {user: 1}


async def test_people_without_an_account_are_answered_through_the_older_api(world: World) -> None:
    await deliver(world, by_file("zalo_anonymous_send_text.json"))
    await world.work()

    (sent,) = world.platforms["zalo"].accepted
    assert sent.path == "/v2.0/oa/message"
    assert "attachment" not in sent.message, "no buttons on this way: choices are numbered"


async def test_whatsapp_shows_that_it_has_read_and_the_bot_platform_that_it_types(world: World) -> None:
    for file in ("wa_text_from_ad_referral.json", "zalobot_text_wrapped_envelope.json"):
        await deliver(world, by_file(file))
    await world.work()

    assert world.platforms["whatsapp"].read == [by_file("wa_text_from_ad_referral.json")["message_id"]]
    assert world.platforms["zalo_bot"].typing == [by_file("zalobot_text_wrapped_envelope.json")["sender_id"]]


async def test_all_payloads_one_after_the_other_leave_nothing_broken(world: World) -> None:
    """What one payload leaves behind must not change what becomes of the next."""
    for case in MANIFEST["payloads"]:
        assert await deliver(world, case) == case["http_status"], case["file"]
    for _ in range(12):
        await world.work()

    assert {state for (state,) in await world.rows(Update.state)} == {"done"}
    assert {state for (state,) in await world.rows(Delivery.state)} <= {"sent", "delivered", "read"}


def by_file(name: str) -> Mapping[str, Any]:
    return next(case for case in MANIFEST["payloads"] if case["file"] == name)
