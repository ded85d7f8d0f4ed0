"""What all tests share."""

from __future__ import annotations

import os

import pytest

pytest_plugins = ["tests.support.databases", "tests.support.platforms"]

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
    """Run the browser last: Playwright keeps an event loop for the session, beside which no other can run."""
    items.sort(key=lambda item: "browser" in item.path.parts)
