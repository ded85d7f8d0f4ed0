"""What all tests share."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

pytest_plugins = ["tests.support.databases", "tests.support.platforms"]

TESTS = Path(__file__).parent
REQUIRE_ALL = os.environ.get("HOIDAP_TEST_REQUIRE_ALL") == "1"


def _refuse_skip(report) -> None:
    """A skip becomes a failure: in CI every service a test needs has to be there."""
    if REQUIRE_ALL and report.skipped and not hasattr(report, "wasxfail"):
        where, line, reason = report.longrepr if isinstance(report.longrepr, tuple) else ("", "", report.longrepr)
        report.outcome = "failed"
        report.longrepr = f"{where}:{line}: skipped under HOIDAP_TEST_REQUIRE_ALL=1: {reason}"


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport():
    report = yield
    _refuse_skip(report)
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report():
    report = yield
    _refuse_skip(report)
    return report


def pytest_collection_modifyitems(items) -> None:
    """Keep with one worker what belongs together: browser tests share a server, and papers are short and many."""
    for item in items:
        if "browser" in item.path.parts:
            item.add_marker(pytest.mark.xdist_group("browser"))
        elif item.path.parent == TESTS:
            item.add_marker(pytest.mark.xdist_group(item.path.stem))
