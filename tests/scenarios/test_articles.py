"""A page of the portal changes, and exactly the entries that rest on it come before a person. On both databases."""

from __future__ import annotations

from datetime import timedelta

import pytest

from admin.fetching import PortalFetcher
from admin.telling import tell
from knowledge import store, transfer
from knowledge.watching.flagging import open_flags
from knowledge.watching.schedule import CHORE, watching
from runtime import lanes
from runtime.chores import ChoreDrain, lane_of
from runtime.clock import FixedClock
from runtime.settings import WorkerSettings
from tests.support.builders import NOW
from tests.support.console import FakeWaker
from tests.support.portal import a_fixture, a_portal
from tests.support.servers import hoidap, serving, until

PATH = "/dau-an-cua-khoa-hoc--cong-nghe-va-doi-moi-sang-tinh-cao-bang-nam-2023-n892.html"
HOST = "startup.caobang.gov.vn"
DAY, STEP = timedelta(days=1), timedelta(seconds=30)
ARTICLE = a_fixture("caobang-n892.html")
SENTENCE = "Nghị quyết số 87/2023 của Hội đồng nhân dân tỉnh Cao Bằng"


@pytest.fixture
async def portal():
    async with a_portal() as portal:
        portal.pages[PATH] = ARTICLE
        yield portal


class Process:
    """One process of the product, as far as chores go: the lane of the chore, its drain, the fetcher."""

    def __init__(self, db, portal, clock) -> None:
        self.db, self.clock = db, clock
        settings = portal.settings(hosts=HOST)
        chore = watching(db, clock, PortalFetcher(settings), settings, tell)
        self.drain = ChoreDrain(db, clock, FakeWaker(), WorkerSettings(), chores=[chore])

    async def work(self) -> bool:
        """Do the chore if it is this process's turn; tell whether it was."""
        claims = await lanes.claim_ready(self.db, now=self.clock.now(), lease=STEP, key=lane_of(CHORE))
        for claim in claims:
            await self.drain.drain(claim)
        return bool(claims)


class Town:
    """Two processes on one database, a day at a time."""

    def __init__(self, db, portal) -> None:
        self.db, self.portal, self.clock = db, portal, FixedClock(NOW)
        self.processes = [Process(db, portal, self.clock) for _ in range(2)]

    async def next_day(self, page) -> None:
        """Show a page and let both processes do their chores until nothing is left to do."""
        self.portal.pages[PATH] = page
        self.clock.advance(DAY + STEP)
        for _ in range(3):
            for process in self.processes:
                await process.work()
            self.clock.advance(STEP)

    async def flagged(self) -> dict[str, bool]:
        async with self.db.reading() as session:
            return {flag.entry: flag.is_quote_intact for flag in await open_flags(session)}

    async def spoken(self) -> set[str]:
        async with self.db.reading() as session:
            return set((await store.load_snapshot(session)).entries)


@pytest.fixture
async def town(db, portal):
    await transfer.load_starter(db, NOW)
    town = Town(db, portal)
    async with db.transaction() as session:
        await lanes.wake(session, [lane_of(CHORE)], NOW)
    await town.processes[0].work()  # puts the article under watch
    await town.next_day(ARTICLE)
    return town


async def test_one_sentence_edited_flags_exactly_its_entries(town):
    assert await town.flagged() == {}
    paragraph = next(line for line in ARTICLE.splitlines() if SENTENCE in line)

    await town.next_day(ARTICLE.replace(SENTENCE, SENTENCE.replace("87/2023", "88/2024")))

    expected = {entry.key for entry in transfer.starter_file().entries if entry.quote in paragraph}
    assert expected
    assert (await town.flagged()).keys() == expected


async def test_counter_layout_and_letters_flag_nothing(town):
    page = ARTICLE.replace("Lượt xem 53", "Lượt xem 9.153").replace("<h3>Tin mới</h3>", "<h3>Tin đọc nhiều</h3>")
    page = page.replace("Hỗ trợ tài chính", "Hỗ\u00a0trợ\u00a0tài\u00a0сhính").replace("<strong>", "<b>")

    await town.next_day(page.replace("</strong>", "</b>").replace("</p>\n<p", "</p>\n\n\n<p"))

    assert await town.flagged() == {}


async def test_page_that_is_gone_two_days_running_silences_what_rests_on_it(town):
    everything = await town.spoken()
    await town.next_day(404)
    assert await town.spoken() == everything

    await town.next_day(404)

    assert await town.spoken() == set()
    assert (await town.flagged()).keys() == everything


async def test_two_processes_ask_the_portal_once_a_day(town):
    await town.next_day(ARTICLE)
    await town.next_day(ARTICLE)

    assert len(town.portal.paths) == 3
    assert town.portal.most_at_once == 1


@pytest.mark.real_socket
async def test_server_reads_an_imported_article_by_itself(portal, tmp_path):
    file = tmp_path / "knowledge.yaml"
    file.write_text(f"article: {{key: n892, title: Bài, url: 'https://{HOST}{PATH}'}}\nentries: []\n")
    environment = {"HOIDAP_PORTAL__TRIAL_ADDRESS": portal.address}
    assert (await hoidap(tmp_path, "import", str(file), environment=environment))[0] == 0
    async with serving(tmp_path, environment) as server:
        await until(lambda: "article.checked" in server.output, seconds=30)

    assert portal.paths == [PATH]
