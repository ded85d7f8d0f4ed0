"""Typed look-ups and clean text."""

from __future__ import annotations

import time
import unicodedata
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runtime.errors import BadPayload
from webhooks import wire


@pytest.mark.parametrize(
    ("raw", "clean"),
    [
        pytest.param("  a\tb \n", "a\tb", id="stripped"),
        pytest.param("a\r\nb\rc\u2028d", "a\nb\nc\nd", id="line ends"),
        pytest.param("a\x00b\u202ec\u200b\ufeff", "abc", id="NUL, override, zero width, mark"),
        pytest.param("LS\ud83d", "LS?", id="lone surrogate"),
        pytest.param("e\u0302\u0323", "ệ", id="composed"),
        pytest.param("e\u200b\u0302", "ê", id="composed after cleaning"),
        pytest.param("👨\u200d👩", "👨\u200d👩", id="joined emoji stay"),
        pytest.param(5, "", id="number"),
        pytest.param(None, "", id="nothing"),
        pytest.param(["a"], "", id="list"),
    ],
)
def test_text_is_cleaned(raw, clean):
    assert wire.text(raw) == clean


@given(st.text(st.characters(codec=None)))
def test_cleaning_twice_changes_nothing(raw):
    once = wire.text(raw)

    assert wire.text(once) == once == unicodedata.normalize("NFC", once)


def test_text_is_capped():
    assert len(wire.text("a" * 70_000)) == wire.TEXT_LIMIT


def test_a_megabyte_of_combining_marks_costs_nothing():
    """Ordering marks takes the square of their number; the text is cut before."""
    begun = time.perf_counter()
    wire.text("a" + "\u0323\u0302" * 500_000)

    assert time.perf_counter() - begun < 0.5


@pytest.mark.parametrize(
    ("raw", "id_"),
    [
        ("7411200000000000001", "7411200000000000001"),
        (7411200000000000001, "7411200000000000001"),
        ("VN.10000000000000000001", "VN.10000000000000000001"),
        ("a" * 128, "a" * 128),
        ("a" * 129, ""),
        ("1\n2", ""),
        ("1\n", ""),
        ("١", ""),
        ("", ""),
        (True, ""),
        (-1, ""),
        (1.0, ""),
        (10**30, ""),
        (None, ""),
        ({}, ""),
    ],
)
def test_an_id_is_text_of_known_form_or_nothing(raw, id_):
    assert wire.identifier(raw) == id_


@pytest.mark.parametrize(
    ("raw", "at"),
    [
        ("1790000001000", datetime.fromtimestamp(1790000001, UTC)),
        (1790000001, datetime.fromtimestamp(1790000001, UTC)),
        ("1790000001", datetime.fromtimestamp(1790000001, UTC)),
        ("0", None),
        ("", None),
        ("-5", None),
        ("²", None),
        ("9" * 16, None),
        ("9" * 400, None),
        (10**30, None),
        (True, None),
        (1.5, None),
        (None, None),
    ],
)
def test_seconds_and_milliseconds_are_told_apart(raw, at):
    assert wire.moment(raw) == at


def test_what_can_be_printed_holds_nothing_to_take_out():
    """The short way through `text` relies on it."""
    printable = "".join(chr(code) for code in range(0x110000) if chr(code).isprintable())

    assert not wire._INVISIBLE.search(printable)
    assert not wire._NEWLINES.search(printable)


@pytest.mark.parametrize(
    "body", [b'{"a": "\\ud800"}', b'{"a": 1e999}', b'{"a": "\\udc00\\ud83d"}', b'{"a": ' + b"9" * 5000 + b"}"]
)
def test_what_only_the_patient_parser_reads_is_read(body):
    assert "a" in wire.json_object(body)


@pytest.mark.parametrize(
    "body", [b'{"a": NaN}', b"\xef\xbb\xbf{}", b'{"a": "\xff"}', b"{} x", b"", b"[]", b"[" * 100_000]
)
def test_what_is_no_json_object_is_refused(body):
    with pytest.raises(BadPayload):
        wire.json_object(body)


def test_a_number_longer_than_python_reads_hides_nothing_from_the_signature_check():
    assert wire.lenient_object(b'{"timestamp": "1", "a": ' + b"9" * 5000 + b"}")["timestamp"] == "1"
