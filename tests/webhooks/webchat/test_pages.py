"""Pages that need no JavaScript, and what the browser is told about all pages."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest

from bot.handlers.telling import TELL
from bot.sessions import Line
from runtime.errors import ConfigurationError
from runtime.settings import Settings
from tests.webhooks.webchat.conftest import SITE, World
from webhooks.webchat.payloads import line_of
from webhooks.webchat.settings import webchat_settings


async def test_a_form_shows_the_answer_on_the_next_page(client):
    answer = await client.post("/chat/", data={"text": "xin <b>chào</b>", "id": "client-id-1"})
    page = await answer.text()

    assert [step.status for step in answer.history] == [303]
    assert "xin &lt;b&gt;chào&lt;/b&gt;" in page
    assert "Về: xin &lt;b&gt;chào&lt;/b&gt;" in page
    assert 'href="https://portal.example/bai.html#:~:text=c%C3%A2u" target="_blank" rel="noopener"' in page
    assert "Theo bài “Bài &lt;viết&gt;”, ngày 22/01/2024" in page
    assert "javascript:" not in page


async def test_the_cookie_is_only_for_the_page_and_scripts_cannot_read_it(client):
    answer = await client.post("/chat/", data={"text": "xin chào"}, allow_redirects=False)

    cookie = answer.cookies["hoidap-chat"]
    assert (cookie["path"], cookie["httponly"], cookie["samesite"]) == ("/chat", True, "Lax")


async def test_a_cookie_is_no_token_for_the_api(client):
    await client.post("/chat/", data={"text": "xin chào"})

    assert (await client.get("/chat/messages")).status == 401


async def test_a_form_sent_twice_asks_once(client):
    for _ in range(2):
        page = await (await client.post("/chat/", data={"text": "xin chào", "id": "client-id-1"})).text()

    assert page.count('class="said contact"') == 1


async def test_a_choice_of_the_page_is_opened_by_its_key_under_its_label(client):
    await client.post("/chat/", data={"text": "xin chào"})

    page = await (await client.post("/chat/", data={"choice": "#faq:khac"})).text()

    assert '<p dir="auto">Câu khác</p>' in page
    assert "Về: #faq:khac" in page


async def test_a_page_whose_answer_is_late_looks_again_by_itself(make_world, monkeypatch):
    monkeypatch.setattr("webhooks.webchat.plain.PATIENCE", 0.05)
    _, client = await make_world(work=False)

    pages = [await (await client.post("/chat/", data={"text": "xin chào"})).text()]
    pages.append(await (await client.get("/chat/")).text())

    again = [re.search(r'<meta http-equiv="refresh" content="2;url=(/chat/\?xem=\w+#moi)">', page) for page in pages]
    assert again[0][1] != again[1][1], "a browser does not load what differs in nothing but the place on the page"
    assert "Đang tìm câu trả lời…" in pages[0]


@pytest.mark.parametrize(
    ("text", "status", "said"),
    [
        ("x" * 1001, 422, "Câu hỏi dài quá 1.000 ký tự"),
        ("ế" * 60_000, 422, "Câu hỏi dài quá 1.000 ký tự"),
        ("   ", 400, "vui lòng nhập câu hỏi"),
    ],
)
async def test_refusals_are_polite_and_keep_what_was_typed(client, text, status, said):
    answer = await client.post("/chat/", data={"text": text})

    assert answer.status == status
    page = await answer.text()
    assert said in page
    assert 'role="alert"' in page


@pytest.mark.parametrize("kind", ["application/x-www-form-urlencoded; charset=klingon", "multipart/form-data"])
async def test_a_form_that_is_none_is_refused_politely(client, kind):
    answer = await client.post("/chat/", data=b"text=abc", headers={"Content-Type": kind})

    assert answer.status == 400
    assert "vui lòng nhập câu hỏi" in await answer.text()


async def test_hurrying_is_answered_politely(make_world):
    _, client = await make_world(webchat={"messages_per_minute": "1"})
    await client.post("/chat/", data={"text": "một"})

    answer = await client.post("/chat/", data={"text": "hai"})

    assert answer.status == 429
    assert "Anh/chị gửi hơi nhanh" in await answer.text()


@pytest.mark.parametrize(
    "headers", [{"Origin": "https://evil.example"}, {"Sec-Fetch-Site": "cross-site"}, {"Origin": "null"}]
)
@pytest.mark.parametrize("path", ["/chat/", "/chat/erase-page", "/chat/restart-page"])
async def test_other_sites_cannot_send_our_forms(client, path, headers):
    await client.post("/chat/", data={"text": "của tôi"})

    answer = await client.post(path, data={"text": "giả mạo"}, headers=headers)

    assert answer.status == 403
    page = await (await client.get("/chat/")).text()
    assert "của tôi" in page
    assert "giả mạo" not in page


async def test_erasing_and_starting_over(client):
    await client.post("/chat/", data={"text": "câu một"})
    page = await (await client.post("/chat/restart-page")).text()
    assert "câu một" not in page
    await client.post("/chat/", data={"text": "câu hai"})

    page = await (await client.post("/chat/erase-page")).text()

    assert "câu hai" not in page
    assert "đã được xóa" in page
    assert "câu hai" not in await (await client.get("/chat/")).text()


@pytest.mark.parametrize("path", ["/", "/chat/", "/widget", "/widget/sample", "/chat/panel"])
async def test_pages_carry_a_strict_policy_with_a_new_nonce(client, path):
    answers = [await client.get(path) for _ in range(2)]
    policies = [answer.headers["Content-Security-Policy"] for answer in answers]
    nonces = [re.search(r"script-src 'nonce-([\w-]{22})'", policy) for policy in policies]

    if answers[0].status == 503:
        pytest.skip("the widget is not built (make install)")
    assert all(nonces)
    assert nonces[0][1] != nonces[1][1]
    assert "unsafe" not in policies[0]
    assert "default-src 'none'" in policies[0]
    page = await answers[0].text()
    assert not re.search(r"\son\w+=", page)
    assert not re.search(r"\sstyle=", page)
    assert "Set-Cookie" not in answers[0].headers


@pytest.mark.parametrize(
    ("path", "ancestors"),
    [("/", "'none'"), ("/chat/", "'none'"), ("/widget/sample", "'self'"), ("/chat/panel", f"'self' {SITE}")],
)
async def test_who_may_frame_a_page(client, path, ancestors):
    answer = await client.get(path)

    if answer.status == 503:
        pytest.skip("the widget is not built (make install)")
    assert f"frame-ancestors {ancestors};" in answer.headers["Content-Security-Policy"]


async def test_the_demo_page_shows_the_article_and_says_that_it_is_a_demo(client):
    page = await (await client.get("/")).text()

    assert "trang minh họa" in page
    assert "Bài viết về Nghị quyết 93" in page
    assert "hỗ trợ một lần sau đầu tư" in page


async def test_the_demo_page_can_be_switched_off(make_world):
    _, client = await make_world(demo_page=False)

    assert (await client.get("/")).status == 404
    assert (await client.get("/chat/")).status == 200


async def test_the_ways_to_the_office_are_on_the_demo_page(make_world):
    _, client = await make_world(contact={"phone": "02063 852 123"})

    page = await (await client.get("/")).text()

    if "widget.js" not in page:
        pytest.skip("the widget is not built (make install)")
    assert 'data-phone="02063 852 123"' in page


async def test_built_files_are_kept_for_ever_and_the_loader_for_minutes(client):
    loader = await client.get("/widget.js")
    if loader.status == 503:
        pytest.skip("the widget is not built (make install)")
    panel = await (await client.get("/chat/panel")).text()
    script = re.search(r'src="(/chat/assets/\w{16}/panel\.js)"', panel)
    asset = await client.get(script[1])
    again = await client.get(script[1], headers={"If-None-Match": asset.headers["ETag"]})
    wrong = await client.get(script[1].replace("assets/", "assets/0"))

    assert loader.headers["Cache-Control"] == "public, max-age=600"
    assert loader.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert asset.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert (again.status, wrong.status) == (304, 404)


async def test_the_tag_is_written_safely(client):
    page = await (
        await client.get("/widget", params={"title": '"><script>x</script>', "zalo": "1", "evil": "2"})
    ).text()

    assert "<script>x" not in page
    assert "&lt;script async src=" in page
    assert "evil" not in page


@pytest.mark.parametrize(
    "origins",
    ["*", "https://*.gov.vn", "startup.caobang.gov.vn", "https://a.example/path", "https://a.example, ftp://b.example"],
)
def test_only_exact_origins_are_accepted(origins):
    settings = Settings(channels={"webchat": {"allowed_origins": origins}})

    with pytest.raises(ConfigurationError, match="HOIDAP_CHANNELS__WEBCHAT__ALLOWED_ORIGINS"):
        webchat_settings(settings)


def test_origins_are_a_comma_separated_list():
    settings = Settings(channels={"webchat": {"allowed_origins": " https://A.example/ ,http://b.example:8080,, "}})

    assert webchat_settings(settings).allowed_origins == ("https://a.example", "http://b.example:8080")


async def test_a_misspelt_setting_keeps_the_server_from_starting(db):
    with pytest.raises(ConfigurationError, match="HOIDAP_CHANNELS__WEBCHAT__TEXT_LIMITT"):
        World(db, webchat={"text_limitt": "5"})


@pytest.mark.parametrize(
    ("path", "method", "status"), [("/nope", "GET", 404), ("/chat/slip/abc", "GET", 404), ("/widget", "PUT", 405)]
)
async def test_a_wrong_address_is_told_to_people_in_their_language(client, path, method, status):
    answer = await client.request(method, path, headers={"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"})
    page = await answer.text()

    assert (answer.status, answer.content_type) == (status, "text/html")
    assert "<h1>Không tìm thấy trang này</h1>" in page
    assert 'href="/chat/"' in page
    assert "Not Found" not in page
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]


async def test_a_wrong_address_is_a_word_for_programs(client):
    answer = await client.get("/chat/nope", headers={"Accept": "*/*"})
    refused = await client.put("/widget")

    assert (answer.status, await answer.json()) == (404, {"error": "not_found"})
    assert (refused.status, await refused.json()) == (405, {"error": "method_not_allowed"})
    assert "GET" in refused.headers["Allow"]


def test_what_introduces_the_choices_stands_beside_them_and_what_we_may_do_apart():
    reply = {
        "choices": [{"title": "Mục", "payload": "#faq:x"}, {"title": "Báo cho tôi", "payload": f"{TELL}ab"}],
        "links": [{"title": "Gọi", "url": "tel:02063852000"}],
    }
    at = datetime(2026, 1, 5, tzinfo=UTC)

    line = line_of(Line(id=1, author="bot", text="Không nêu.\n\nGần nhất:", at=at, reply=reply))

    assert (line["text"], line["lead"]) == ("Không nêu.", "Gần nhất:")
    assert [each["title"] for each in line["choices"]] == ["Mục"]
    assert [each["title"] for each in line["offers"]] == ["Báo cho tôi"]


async def test_the_page_says_the_limit_as_the_widget_does(client):
    assert "nhiều nhất 1.000 ký tự" in await (await client.get("/chat/")).text()
