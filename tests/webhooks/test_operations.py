"""What operators ask the server over HTTP."""

from __future__ import annotations

import pytest
from aiohttp import web

from webhooks.views import set_up_operations


@pytest.mark.parametrize("path", ["/livez", "/readyz", "/metrics", "/nowhere"])
async def test_no_response_names_the_versions_of_what_we_run_on(aiohttp_client, path):
    async def is_ready():
        return ""

    app = web.Application()
    set_up_operations(app, is_ready)
    client = await aiohttp_client(app)

    response = await client.get(path)

    assert "Server" not in response.headers
