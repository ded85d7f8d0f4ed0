"""What never reaches a log."""

from __future__ import annotations

import pytest

from runtime.telemetry import mask, redact


@pytest.mark.parametrize(
    "name", ["text", "body", "access_token", "app_secret", "phone", "payload", "X-ZEvent-Signature"]
)
def test_secret_and_personal_fields_are_blanked(name):
    assert redact(None, "info", {"event": "x", name: "hunter2"}) == {"event": "x", name: "[redacted]"}


def test_ordinary_fields_stay():
    event = {"event": "delivery.dead", "delivery_id": 12, "channel": "zalo", "code": "-216"}

    assert redact(None, "info", dict(event)) == event


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("https://api.example/bot123:abc/sendMessage failed", "https://api.example/bot[redacted]/sendMessage failed"),
        ("to 84912345678 failed", "to [digits] failed"),
        ("2026-01-05T08:00:00+00:00", "2026-01-05T08:00:00+00:00"),
    ],
)
def test_values_are_masked_inside_texts(text, expected):
    assert mask(text) == expected
