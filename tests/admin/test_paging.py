"""Which page a list shows, whatever stands in the address."""

from __future__ import annotations

import pytest

from admin.paging import page_number


@pytest.mark.parametrize(
    ("query", "page"),
    [
        ({}, 1),
        ({"page": "7"}, 7),
        ({"page": "9999"}, 9999),
        ({"page": "0"}, 1),
        ({"page": "-2"}, 1),
        ({"page": "abc"}, 1),
        ({"page": "²"}, 1),
        ({"page": "9" * 5000}, 1),
    ],
)
def test_a_page_is_a_small_number_from_one(query, page):
    assert page_number(query) == page
