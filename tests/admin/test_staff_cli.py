"""People from the command line, in one life: set up, invited, helped, ended."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from tests.support.nursery import command

ROOT = Path(__file__).parents[2]


@pytest.fixture
def hoidap(tmp_path):
    def run(*arguments, url="https://hoidap.example"):
        clean = {name: value for name, value in os.environ.items() if not name.startswith("HOIDAP_")}
        return subprocess.run(
            [*command(), "staff", *arguments],
            cwd=tmp_path,
            env={**clean, "PYTHONPATH": str(ROOT), "TERM": "dumb", "HOIDAP_PUBLIC_URL": url},
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    return run


def test_an_account_from_invitation_to_its_end(hoidap):
    invited = hoidap("invite", "an.nv", "--name", "Nông Văn An", "--role", "editor", "--role", "operator")
    renewed = hoidap("reset-password", "an.nv")
    disabled = hoidap("disable", "an.nv")
    listed = hoidap("list")

    assert invited.stdout.startswith("https://hoidap.example/admin/link/")
    assert renewed.stdout.startswith("https://hoidap.example/admin/link/")
    assert renewed.stdout != invited.stdout
    assert disabled.returncode == 0, disabled.stderr
    assert listed.stdout.split("\t")[:4] == ["an.nv", "Nông Văn An", "editor,operator", "disabled"]


@pytest.mark.parametrize(
    ("url", "begins", "says"),
    [("https://hoidap.example", "https://hoidap.example/", False), ("", "http://localhost:8080/", True)],
    ids=["a public address", "none"],
)
def test_a_link_says_which_setting_decides_its_address_where_that_is_a_guess(hoidap, url, begins, says):
    done = hoidap("set-up", url=url)

    assert done.stdout.startswith(f"{begins}admin/link/")
    assert len(done.stdout.splitlines()) == 1
    assert ("HOIDAP_PUBLIC_URL" in done.stderr and "--port" in done.stderr) is says


def test_an_unknown_account_says_where_to_look(hoidap):
    done = hoidap("reset-totp", "nobody")

    assert done.returncode == 1
    assert done.stderr == "hoidap: There is no account 'nobody'. `hoidap staff list` shows all.\n"
