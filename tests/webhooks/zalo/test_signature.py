"""Three formulas, and nothing else, make an event authentic."""

from __future__ import annotations

import hashlib
import hmac
import json

import pytest

from webhooks.zalo import signature

APP, OA, SECRET = "1234567890", "3380000000000000042", "oa-secret"
BODY = b'{"event_name":"follow","timestamp":"1700000000000"}'
VECTOR = "8c2024bb4f7cc668d501725f9458d8dab79973b9ccc150df1b0c4d03379b14ec"


def mac(first: str, body: bytes, timestamp: str, secret: str = SECRET) -> str:
    return "mac=" + hashlib.sha256(f"{first}".encode() + body + timestamp.encode() + secret.encode()).hexdigest()


def formula(headers: dict[str, str], body: bytes = BODY, secret: str = SECRET) -> str:
    return signature.matching_formula(headers, body, app_id=APP, oa_id=OA, secret=secret)


def test_the_worked_vector_is_authentic():
    assert formula({"x-zevent-signature": f"mac={VECTOR}"}) == signature.BY_BODY


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        pytest.param({"x-zevent-signature": mac(APP, BODY, "1700000000000")}, signature.BY_BODY, id="body timestamp"),
        pytest.param(
            {"x-zevent-signature": mac(APP, BODY, "1700000009999"), "x-zevent-timestamp": "1700000009999"},
            signature.BY_HEADER,
            id="header timestamp",
        ),
        pytest.param({"x-zevent-signature": mac(OA, BODY, "1700000000000")}, signature.BY_ACCOUNT, id="OA id first"),
        pytest.param(
            {"x-zevent-signature": f" MAC={VECTOR.upper()} "}, signature.BY_BODY, id="case and blanks are tolerated"
        ),
        pytest.param({"x-zevent-signature": VECTOR}, signature.BY_BODY, id="no prefix"),
        pytest.param({}, "", id="no header"),
        pytest.param({"x-zevent-signature": ""}, "", id="empty header"),
        pytest.param({"x-zevent-signature": "mac=é" + "0" * 63}, "", id="not ASCII"),
        pytest.param({"x-zevent-signature": "mac=\ud800"}, "", id="lone surrogate"),
        pytest.param({"x-zevent-signature": mac(APP, BODY, "1700000000001")}, "", id="other timestamp"),
        pytest.param({"x-zevent-signature": mac(APP, BODY, "1700000000000", "app-secret")}, "", id="other secret"),
        pytest.param(
            {"x-zevent-signature": mac(APP, BODY, "12x"), "x-zevent-timestamp": "12x"}, "", id="header is no number"
        ),
        pytest.param(
            {"x-zevent-signature": mac(OA, BODY, "1700000009999"), "x-zevent-timestamp": "1700000009999"},
            "",
            id="no fourth formula",
        ),
        pytest.param(
            {"x-zevent-signature": "mac=" + hmac.new(SECRET.encode(), BODY, hashlib.sha256).hexdigest()}, "", id="HMAC"
        ),
    ],
)
def test_which_formula_matches(headers, expected):
    assert formula(headers) == expected


@pytest.mark.parametrize(
    ("body", "timestamp"),
    [
        pytest.param(b'{"timestamp":1700000000000}', "1700000000000", id="number"),
        pytest.param(b'{"a":"\\/ \\u00ea" , "timestamp": "17"}', "17", id="escapes and spaces stay as they are"),
        pytest.param(b"not json", "", id="no JSON: signed with an empty timestamp"),
        pytest.param(b'[{"timestamp":"17"}]', "", id="no object"),
        pytest.param(b'{"timestamp":["17"]}', "", id="timestamp of another type"),
        pytest.param(b'{"a":' + b"[" * 60_000, "", id="absurdly deep"),
    ],
)
def test_the_timestamp_is_read_without_trusting_the_body(body, timestamp):
    assert formula({"x-zevent-signature": mac(APP, body, timestamp)}, body) == signature.BY_BODY


@pytest.mark.parametrize("app_id", [APP, int(APP)])
def test_our_own_application_may_be_named(app_id):
    body = json.dumps({"app_id": app_id, "timestamp": "17"}).encode()

    assert formula({"x-zevent-signature": mac(APP, body, "17")}, body) == signature.BY_BODY


@pytest.mark.parametrize("app_id", ["999", 999, None, ["1234567890"]])
def test_an_event_of_another_application_is_refused_even_if_signed_with_our_secret(app_id):
    body = json.dumps({"app_id": app_id, "timestamp": "17"}).encode()

    assert formula({"x-zevent-signature": mac(APP, body, "17")}, body) == ""


def test_without_a_secret_nothing_is_authentic():
    assert formula({"x-zevent-signature": mac(APP, BODY, "1700000000000", "")}, secret="") == ""


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(b'{"timestamp":"1700000000000","a":' + b"[" * 100_000, id="absurd nesting"),
        pytest.param(b'{"timestamp":"1700000000000","text":"\xff\xfe"}', id="not UTF-8"),
        pytest.param(b'{"n":' + b"9" * 5000 + b',"timestamp": 1700000000000}', id="huge integer"),
        pytest.param(b'{"event_name":"user_send_text","timestamp":"1700000000000","mess', id="truncated"),
    ],
)
def test_a_signed_body_that_cannot_be_read_is_still_authentic(body):
    """It is refused as unreadable (400), not as a forgery (401)."""
    assert formula({"x-zevent-signature": mac_of(body)}, body) == signature.BY_BODY
    assert not formula({"x-zevent-signature": mac_of(body, secret="other")}, body)


def mac_of(body: bytes, secret: str = SECRET) -> str:
    return "mac=" + hashlib.sha256(APP.encode() + body + b"1700000000000" + secret.encode()).hexdigest()
