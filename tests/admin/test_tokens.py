"""Tokens, form tokens and small signed cookies."""

from __future__ import annotations

import pytest

from admin.tokens import digest_of, form_token, is_form_token, new_token, signed, unsigned


def test_a_form_token_counts_for_its_own_browser_only():
    mine, other = new_token(), new_token()

    assert is_form_token(form_token(mine), mine)
    assert not is_form_token(form_token(mine), other)


def test_a_form_token_looks_different_each_time_so_that_compression_leaks_nothing():
    cookie = new_token()

    assert form_token(cookie) != form_token(cookie)


CUT_SHORT = pytest.param(form_token("a")[:-4], id="cut short")


@pytest.mark.parametrize("given", ["", "x", "====", "á", "A" * 43, CUT_SHORT, "A" * 88])
def test_anything_else_is_no_form_token(given):
    assert not is_form_token(given, "cookie")


def test_a_form_token_does_not_hold_the_cookie_or_its_digest():
    cookie = new_token()

    assert cookie not in form_token(cookie)
    assert digest_of(cookie) not in form_token(cookie)


def test_a_signed_text_comes_back_to_its_browser_for_its_purpose_only():
    value = signed("Đã lưu.", "cookie", "flash")

    assert unsigned(value, "cookie", "flash") == "Đã lưu."
    assert unsigned(value, "other", "flash") is None
    assert unsigned(value, "cookie", "other") is None
    assert unsigned(value[:-1], "cookie", "flash") is None
    assert unsigned("", "cookie", "flash") is None
