"""`hoidap articles` against a portal that listens: read, look again, and what stands in between."""

from __future__ import annotations

import pytest

from tests.support.portal import FIXTURES, PARAGRAPHS, a_html_page, a_portal
from tests.support.servers import hoidap, noted

URL = "https://portal.example/ho-tro-n12.html"


@pytest.fixture
async def portal():
    async with a_portal() as portal:
        portal.pages["/ho-tro-n12.html"] = a_html_page()
        yield portal


@pytest.fixture
def run(portal, tmp_path):
    """Run a command whose only portal is the fake one; returns its exit code and what it said."""
    variables = {"HOIDAP_PORTAL__HOSTS": "portal.example", "HOIDAP_PORTAL__TRIAL_ADDRESS": portal.address}
    return lambda *arguments: hoidap(tmp_path, *arguments, environment=variables)


async def test_page_is_kept_and_then_looked_at_again(run, portal, tmp_path):
    code, said = await run("articles", "read", URL, "--drafts")
    assert code == 0, said
    assert "Kept as ho-tro-n12: first." in said
    assert "Made 2 drafts." in said
    assert [(actor, action) for actor, action, _ in noted(tmp_path)] == [
        ("(command line)", "articles.read"), ("(command line)", "entries.draft"), ("(command line)", "entries.draft"),
    ]  # fmt: skip

    code, said = await run("articles", "check", "ho-tro-n12")
    assert (code, "ho-tro-n12: unchanged" in said) == (0, True)

    portal.pages["/ho-tro-n12.html"] = a_html_page(PARAGRAPHS[0], PARAGRAPHS[1].replace("300", "200"), *PARAGRAPHS[2:])
    code, said = await run("articles", "check", "ho-tro-n12")
    assert code == 0, said
    assert "ho-tro-n12: changed; flagged" in said


async def test_dry_run_keeps_nothing(run, portal):
    code, said = await run("articles", "read", URL, "--dry-run")

    assert code == 0, said
    assert "4 paragraphs" in said
    code, said = await run("articles", "check", "ho-tro-n12")
    assert (code, "no article" in said) == (1, True)


async def test_saved_page_needs_no_portal(run, portal):
    code, said = await run("articles", "read", str(FIXTURES / "nukeviet-1762.html"))

    assert code == 0, said
    assert "Kept as chinh-sach-ho-tro-san-xuat-1762" in said
    assert portal.requests == []


@pytest.mark.parametrize(
    "source", ["https://other.example/a", "http://127.0.0.1/", "https://portal.example/khong-co.html", "khong-co.html"]
)
async def test_what_cannot_be_read_is_said_in_one_line(run, source):
    code, said = await run("articles", "read", source)

    assert code == 1
    assert len([line for line in said.splitlines() if line.startswith("hoidap: ")]) == 1
