"""The knowledge in use follows what is published."""

from __future__ import annotations

import asyncio
import threading
import time

import pytest
from prometheus_client import REGISTRY
from structlog.testing import capture_logs

from knowledge import transfer
from knowledge.feed import KnowledgeFeed
from knowledge.matching.model import Match, Reason, Verdict
from runtime.clock import FixedClock
from tests.support.builders import NOW, a_file, an_entry_item

OUTDATED = {"features": "of another release"}
KEY = "nq93-hinh-thuc"
CLOCK = FixedClock(NOW)


class SilentMatcher:
    """Answers nothing."""

    def match(self, text, *, context=None):
        return Match(verdict=Verdict.UNKNOWN, reason=Reason.TOO_LOW)


class Builder:
    """Builds at once; `failing` makes it raise, `gate` makes it wait."""

    def __init__(self):
        self.failing = False
        self.gate = None
        self.built = []
        self.attempts = 0

    def __call__(self, snapshot, learnt=None):
        self.attempts += 1
        self.learnt = learnt
        if self.failing:
            raise RuntimeError("no memory")
        if self.gate is not None:
            self.gate.wait(5)
        self.built.append(snapshot.version)
        return SilentMatcher(), learnt is not None and learnt != OUTDATED


async def until(condition):
    async with asyncio.timeout(10):
        while not condition():
            await asyncio.sleep(0.01)


@pytest.fixture
async def running():
    """Runs a feed beside the test and stops it."""
    tasks = []

    def start(feed):
        tasks.append(asyncio.get_running_loop().create_task(feed.run()))
        return tasks[-1]

    yield start
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


def an_edit(answer):
    return a_file(an_entry_item(answer=answer))


async def test_feed_that_was_not_loaded_says_so(db):
    feed = KnowledgeFeed(db, Builder(), clock=CLOCK)

    with pytest.raises(RuntimeError, match="not been loaded"):
        _ = feed.current


async def test_loaded_knowledge_is_in_use_and_measured(db):
    await transfer.apply(db, a_file(), NOW)
    feed = KnowledgeFeed(db, Builder(), clock=CLOCK)

    loaded = await feed.load()

    assert feed.current is loaded
    assert list(loaded.snapshot.entries) == [KEY]
    assert REGISTRY.get_sample_value("hoidap_knowledge_version") == 1
    assert REGISTRY.get_sample_value("hoidap_knowledge_entries") == 1


async def test_what_is_published_is_used_soon(db, running):
    await transfer.apply(db, an_edit("Cũ."), NOW)
    feed = KnowledgeFeed(db, Builder(), poll_seconds=0.01, clock=CLOCK)
    before = await feed.load()
    running(feed)

    await transfer.apply(db, an_edit("Mới."), NOW)
    await until(lambda: feed.current is not before)

    assert feed.current.snapshot.entries[KEY].answer == "Mới."
    assert before.snapshot.entries[KEY].answer == "Cũ."


async def test_what_is_published_later_is_made_of_the_matcher_in_use(db):
    def revise(before, snapshot, _learnt):
        revised.append((before, snapshot.version))
        return (SilentMatcher(), False) if can_revise else None

    revised, can_revise, build = [], True, Builder()
    feed = KnowledgeFeed(db, build, revise=revise, clock=CLOCK)
    first = (await feed.load()).matcher
    await transfer.apply(db, an_edit("Mới."), NOW)
    await feed.refresh()
    can_revise = False
    await transfer.apply(db, an_edit("Mới hơn."), NOW)
    await feed.refresh()

    assert revised[0] == (first, 1)
    assert build.built == [0, 2], "only the first, and what could not be revised"


async def test_nothing_is_rebuilt_while_nothing_is_published(db):
    build = Builder()
    feed = KnowledgeFeed(db, build, clock=CLOCK)
    await feed.load()

    assert await feed.refresh() is False
    assert build.built == [0]


async def test_old_knowledge_answers_while_the_new_is_being_built(db):
    await transfer.apply(db, an_edit("Cũ."), NOW)
    build = Builder()
    feed = KnowledgeFeed(db, build, clock=CLOCK)
    await feed.load()
    build.gate = threading.Event()

    await transfer.apply(db, an_edit("Mới."), NOW)
    async with asyncio.TaskGroup() as tasks:
        refreshing = tasks.create_task(feed.refresh())
        await until(lambda: build.attempts == 2)
        meanwhile = feed.current.snapshot.entries[KEY].answer
        build.gate.set()

    assert meanwhile == "Cũ."
    assert refreshing.result() is True
    assert feed.current.snapshot.entries[KEY].answer == "Mới."


async def test_two_refreshes_at_once_build_once(db):
    build = Builder()
    feed = KnowledgeFeed(db, build, clock=CLOCK)
    await feed.load()
    await transfer.apply(db, a_file(), NOW)

    swapped = await asyncio.gather(feed.refresh(), feed.refresh())

    assert sorted(swapped) == [False, True]
    assert build.built == [0, 1]


async def test_failed_rebuild_keeps_the_old_knowledge_and_is_tried_again(db, running):
    await transfer.apply(db, an_edit("Cũ."), NOW)
    build = Builder()
    feed = KnowledgeFeed(db, build, poll_seconds=0.01, clock=CLOCK)
    await feed.load()
    build.failing = True

    with capture_logs() as logs:
        running(feed)
        await transfer.apply(db, an_edit("Mới."), NOW)
        await until(lambda: build.attempts > 2)
        meanwhile = feed.current.snapshot.entries[KEY].answer
        build.failing = False
        await until(lambda: feed.current.snapshot.version == 2)

    assert meanwhile == "Cũ."
    assert feed.current.snapshot.entries[KEY].answer == "Mới."
    failed = [line for line in logs if line["event"] == "knowledge.rebuild_failed"]
    assert failed[0]["error"] == "RuntimeError"


async def test_first_load_that_fails_is_the_callers(db):
    build = Builder()
    build.failing = True

    with pytest.raises(RuntimeError, match="no memory"):
        await KnowledgeFeed(db, build, clock=CLOCK).load()


async def test_matcher_is_made_off_the_event_loop(db):
    threads = []

    def make_matcher(snapshot, learnt):
        threads.append(threading.current_thread())
        return SilentMatcher(), False

    knowledge = await KnowledgeFeed(db, make_matcher, clock=CLOCK).load()

    assert threads[0] is not threading.main_thread()
    assert isinstance(knowledge.matcher, SilentMatcher)


async def test_what_was_learnt_is_kept_for_the_next_start_and_learnt_anew_after_a_publication(db):
    def learn(matcher, _go_on):
        learning.append(matcher)
        return SilentMatcher(), {"lesson": len(learning)}

    learning = []
    build = Builder()
    feed = KnowledgeFeed(db, build, learn, clock=CLOCK)
    before = (await feed.load()).matcher

    assert await feed.learn() is True
    assert await feed.learn() is False, "once per publication"
    assert feed.current.matcher is not before

    restarted = KnowledgeFeed(db, build, learn, clock=CLOCK)
    await restarted.load()
    assert build.learnt == {"lesson": 1}
    assert await restarted.learn() is False

    await transfer.apply(db, a_file(), NOW)
    await restarted.refresh()
    assert build.learnt == {"lesson": 1}, "an older lesson is better than none"
    assert await restarted.learn() is True


async def test_what_was_learnt_of_an_older_publication_is_not_used(db):
    def learn(matcher, _go_on):
        began.set()
        go.wait(5)
        return SilentMatcher(), {}

    began, go = threading.Event(), threading.Event()
    feed = KnowledgeFeed(db, Builder(), learn, clock=CLOCK)
    await feed.load()
    async with asyncio.TaskGroup() as tasks:
        learning = tasks.create_task(feed.learn())
        await asyncio.to_thread(began.wait, 5)
        await transfer.apply(db, a_file(), NOW)
        await feed.refresh()
        current = feed.current
        go.set()

    assert learning.result() is False
    assert feed.current is current


async def test_what_is_published_while_it_learns_does_not_wait(db, running):
    def learn(matcher, _go_on):
        began.set()
        go.wait(30)
        return SilentMatcher(), {}

    began, go = threading.Event(), threading.Event()
    feed = KnowledgeFeed(db, Builder(), learn, clock=CLOCK, poll_seconds=0.01)
    before = (await feed.load()).snapshot.version
    running(feed)
    await asyncio.to_thread(began.wait, 5)
    try:
        await transfer.apply(db, a_file(), NOW)
        await until(lambda: feed.current.snapshot.version > before)
    finally:
        go.set()


class Endless:
    """Learns until what it is handed says that it is of no use."""

    def __init__(self) -> None:
        self.began, self.ended = threading.Event(), threading.Event()

    def __call__(self, matcher, go_on):
        self.began.set()
        try:
            while True:
                go_on()
                time.sleep(0.001)
        finally:
            self.ended.set()


async def test_learning_ends_with_the_process(db, running):
    learn = Endless()
    feed = KnowledgeFeed(db, Builder(), learn, clock=CLOCK, poll_seconds=0.01)
    await feed.load()
    task = running(feed)
    await asyncio.to_thread(learn.began.wait, 5)

    task.cancel()

    assert await asyncio.to_thread(learn.ended.wait, 5)


async def test_learning_from_what_is_no_longer_published_ends(db):
    learn = Endless()
    feed = KnowledgeFeed(db, Builder(), learn, clock=CLOCK)
    await feed.load()
    async with asyncio.TaskGroup() as tasks:
        learning = tasks.create_task(feed.learn())
        await asyncio.to_thread(learn.began.wait, 5)
        await transfer.apply(db, a_file(), NOW)
        await feed.refresh()

    assert learning.result() is False


async def test_what_another_release_learnt_is_learnt_anew(db):
    feed = KnowledgeFeed(db, Builder(), lambda _matcher, _go_on: (SilentMatcher(), OUTDATED), clock=CLOCK)
    await feed.load()
    await feed.learn()

    upgraded = KnowledgeFeed(db, Builder(), lambda _matcher, _go_on: (SilentMatcher(), {"lesson": 1}), clock=CLOCK)
    await upgraded.load()

    assert await upgraded.learn() is True
