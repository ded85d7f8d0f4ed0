"""The starter base, built once: what most matcher tests ask."""

from __future__ import annotations

import pytest

from benchmarks.cuts import GIVEN, SHIPPED, starter
from knowledge.matching.matcher import Matcher
from knowledge.snapshot import PublishedEntry


def starter_entries() -> list[PublishedEntry]:
    """The starter entries with the few wordings they were first written with: that leaves the matcher most to do."""
    return list(starter(GIVEN).entries.values())


@pytest.fixture(scope="session")
def entries() -> list[PublishedEntry]:
    return starter_entries()


@pytest.fixture(scope="session")
def matcher(entries) -> Matcher:
    return Matcher.build(entries)


@pytest.fixture(scope="session")
def calibrated(matcher) -> Matcher:
    return matcher.calibrated()


@pytest.fixture(scope="session")
def shipped() -> Matcher:
    """What citizens get."""
    return Matcher.build(tuple(starter(SHIPPED).entries.values())).calibrated()
