"""Several processes on one port."""

from __future__ import annotations

from admin.processes import commands_of


def test_only_the_first_process_makes_a_set_up_link():
    first, *others = commands_of("127.0.0.1", 8080, 3)

    assert "--no-set-up-link" not in first
    assert len(others) == 2
    assert all("--no-set-up-link" in other for other in others)
    assert all("--share-port" in each for each in (first, *others))
