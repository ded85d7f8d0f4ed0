"""Getting in and out, as browsers do it."""

from __future__ import annotations

import re
from datetime import timedelta

import pyotp
import pytest

from admin import audit, second_factor, staff
from admin.audit import Filter
from admin.gate import SESSION_COOKIE, inner_path
from admin.page import Role
from admin.staff import setup_path
from tests.support.console import a_console

PASSWORD = "mưa rơi trên núi đá"
SIGN_IN = "/admin/sign-in"


async def a_member(desk, login="an", *roles, password=PASSWORD):
    """Create an account with a password; return the person."""
    now = desk.clock.now()
    async with desk.db.transaction() as session:
        person, token = await staff.invite(
            session, login=login, name="Nông Văn An", roles=roles or [Role.EDITOR], now=now
        )
    answer = await desk.browser().post(f"/admin/link/{token}", {"password": password, "password_again": password})
    assert answer.status == 303
    return person


async def enter(browser, login="an", password=PASSWORD, **fields):
    return await browser.post(SIGN_IN, {"login": login, "password": password, **fields})


async def recorded(desk, action):
    async with desk.db.reading() as session:
        return await audit.find(session, Filter(action=action))


async def test_the_first_administrator_comes_in_by_the_set_up_link_once(desk):
    path = await setup_path(desk.db, desk.clock)
    browser = desk.browser()
    fields = {"name": "Bế Thị Hoa", "login": "Hoa.BT", "password": PASSWORD, "password_again": PASSWORD}

    shown = await browser.get(path)
    answer = await browser.post(path, fields)

    assert "Tạo tài khoản quản trị đầu tiên" in shown.text
    assert (answer.status, answer.location) == (303, "/admin")
    assert "Bế Thị Hoa" in (await browser.get("/admin")).text
    assert (await desk.browser().get(path)).status == 410
    assert (await desk.browser().post(path, fields)).status == 410
    assert await setup_path(desk.db, desk.clock) == "", "somebody can administer now"


async def test_the_console_is_found_with_a_slash_at_the_end_too(desk):
    answer = await desk.browser().get("/admin/")

    assert (answer.status, answer.location) == (302, "/admin")


async def test_a_set_up_link_dies_after_half_an_hour_and_by_a_newer_one(desk):
    first = await setup_path(desk.db, desk.clock)
    second = await setup_path(desk.db, desk.clock)

    assert (await desk.browser().get(first)).status == 410
    assert (await desk.browser().get(second)).status == 200
    desk.clock.advance(timedelta(minutes=31))
    assert (await desk.browser().get(second)).status == 410


async def test_the_database_holds_no_token_in_clear(desk, tmp_path):
    path = await setup_path(desk.db, desk.clock)
    browser = await desk.sign_in(Role.EDITOR)

    stored = b"".join(file.read_bytes() for file in tmp_path.glob("hoidap.db*"))
    assert path.rpartition("/")[2].encode() not in stored
    assert browser.cookie(SESSION_COOKIE).encode() not in stored


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        pytest.param({"password": "ngắn", "password_again": "ngắn"}, "ít nhất 12 ký tự", id="short"),
        pytest.param({"password_again": "khác hẳn rồi nhé"}, "không giống nhau", id="typed differently"),
        pytest.param({"login": "có dấu"}, "Tên đăng nhập gồm", id="no login"),
        pytest.param({"name": " "}, "nhập họ và tên", id="no name"),
    ],
)
async def test_set_up_says_what_is_missing_and_keeps_what_was_typed(desk, fields, said):
    path = await setup_path(desk.db, desk.clock)
    given = {"name": "Hoa", "login": "hoa", "password": PASSWORD, "password_again": PASSWORD} | fields

    answer = await desk.browser().post(path, given)

    assert answer.status == 422
    assert said in answer.text
    assert PASSWORD not in answer.text
    assert (await desk.browser().get(path)).status == 200, "the link is still good"


async def test_the_right_password_opens_a_session_with_careful_cookies(desk):
    await a_member(desk)
    browser = desk.browser()

    answer = await enter(browser)

    cookies = answer.headers.getall("Set-Cookie")
    assert (answer.status, answer.location) == (303, "/admin")
    assert all("HttpOnly" in cookie and "SameSite=Lax" in cookie and "Path=/admin" in cookie for cookie in cookies)
    assert (await browser.get("/admin")).status == 200
    assert [event.actor for event in await recorded(desk, "staff.sign-in")] == ["an"]


async def test_cookies_are_secure_behind_https(sqlite_db):
    async with a_console(sqlite_db, address="https://hoidap.example") as desk:
        answer = await desk.browser().get(SIGN_IN)

    assert "Secure" in answer.headers["Set-Cookie"]


async def test_a_wrong_password_and_an_unknown_login_are_told_the_same(desk):
    await a_member(desk)

    wrong = await enter(desk.browser(), password="sai mật khẩu rồi")
    unknown = await enter(desk.browser(), login="khong-co", password="sai mật khẩu rồi")

    def said(answer) -> str:
        text = re.sub(r'value="[^"]*"', "", answer.text)
        return re.sub(r"\s+", " ", text)

    assert wrong.status == unknown.status == 422
    assert said(wrong) == said(unknown)
    assert {event.subject for event in await recorded(desk, "staff.sign-in-failed")} == {"staff:an", "staff:(unknown)"}


@pytest.mark.parametrize(
    ("proxies", "origin"),
    [
        pytest.param(0, "127.0.0.1", id="nobody stands in front: the header is not believed"),
        pytest.param(1, "198.51.100.7", id="one proxy of ours: its last word counts"),
        pytest.param(2, "203.0.113.9", id="two proxies of ours"),
    ],
)
async def test_the_log_names_the_address_behind_our_proxies_only(sqlite_db, proxies, origin):
    async with a_console(sqlite_db, trusted_proxies=proxies) as desk:
        await a_member(desk)
        browser = desk.browser()
        await browser.post(
            SIGN_IN, {"login": "an", "password": PASSWORD}, headers={"X-Forwarded-For": "203.0.113.9, 198.51.100.7"}
        )

        assert [event.origin for event in await recorded(desk, "staff.sign-in")] == [origin]


async def test_a_new_session_never_keeps_the_token_the_browser_had(desk):
    await a_member(desk)
    browser = desk.browser()
    await enter(browser)
    before = browser.cookie(SESSION_COOKIE)

    await enter(browser)

    assert browser.cookie(SESSION_COOKIE) != before
    stranger = desk.browser()
    stranger.set_cookie(SESSION_COOKIE, before)
    assert (await stranger.get("/admin")).status == 303, "the former session has ended"


async def test_guessing_gets_slow_but_the_owner_on_a_known_device_comes_in(desk):
    await a_member(desk)
    known = desk.browser()
    await enter(known)
    await known.post("/admin/sign-out")
    stranger = desk.browser()
    for _ in range(7):
        await enter(stranger, password="đoán bừa một câu")

    blocked = await enter(stranger)

    assert blocked.status == 422
    assert "thử lại sau" in blocked.text
    assert (await enter(known)).status == 303


async def test_a_new_password_ends_the_other_sessions(desk):
    await a_member(desk)
    here, there = desk.browser(), desk.browser()
    await enter(here)
    await enter(there)

    answer = await here.post(
        "/admin/account/password", {"password": "một câu khác hẳn", "password_again": "một câu khác hẳn"}
    )

    assert answer.status == 303
    assert (await here.get("/admin")).status == 200
    assert (await there.get("/admin")).status == 303
    there.drop_cookie(SESSION_COOKIE)
    assert (await enter(there)).status == 422
    assert (await enter(there, password="một câu khác hẳn")).status == 303


async def test_a_session_ends_when_idle_and_when_old(desk):
    browser = await desk.sign_in(Role.EDITOR)
    for _ in range(14):
        desk.clock.advance(timedelta(minutes=50))
        assert (await browser.get("/admin")).status == 200
    desk.clock.advance(timedelta(minutes=50))
    assert (await browser.get("/admin")).status == 303, "twelve hours are over"

    idle = await desk.sign_in(Role.EDITOR, login="idle")
    desk.clock.advance(timedelta(minutes=61))
    assert (await idle.get("/admin")).status == 303


async def test_signing_out_ends_the_session_on_the_server(desk):
    browser = await desk.sign_in(Role.EDITOR)
    token = browser.cookie(SESSION_COOKIE)

    answer = await browser.post("/admin/sign-out")

    assert answer.location == SIGN_IN
    browser.set_cookie(SESSION_COOKIE, token)
    assert (await browser.get("/admin")).status == 303


async def test_who_was_going_somewhere_gets_there(desk):
    await a_member(desk)
    browser = desk.browser()

    turned_away = await browser.get("/admin/account?x=1")
    answer = await enter(browser, next="/admin/account?x=1")

    assert turned_away.location == "/admin/sign-in?next=%2Fadmin%2Faccount%3Fx%3D1"
    assert answer.location == "/admin/account?x=1"


@pytest.mark.parametrize(
    "wanted",
    [
        "https://evil.example/admin", "//evil.example/admin", "/\\evil.example", "/admin\\..\\", "/admin/../chat",
        "/administrator", "javascript:alert(1)", "/admin//evil.example", "", "/chat", "/admin/x\r\nSet-Cookie: a=b",
    ],
)  # fmt: skip
def test_signing_in_never_leads_elsewhere(wanted):
    assert inner_path(wanted) == "/admin"


async def turn_on(desk, person) -> str:
    """Give a person a second factor; return its secret."""
    secret = second_factor.new_secret()
    async with desk.db.transaction() as session:
        from runtime.vault import load_key

        key = load_key(desk.settings.secret_key.get_secret_value(), state_dir=desk.settings.state_dir)
        await second_factor.turn_on(session, person.id, secret, 0, key)
    return secret


async def test_with_a_second_factor_the_password_alone_opens_nothing(desk):
    secret = await turn_on(desk, await a_member(desk))
    browser = desk.browser()

    halfway = await enter(browser, next="/admin/account")
    halfway_token = browser.cookie(SESSION_COOKIE)
    assert halfway.location.startswith("/admin/code?")
    assert (await browser.get("/admin")).status == 303
    assert (await browser.post("/admin/account/sessions/end")).status == 401
    assert (await browser.post("/admin/code", {"code": "000000"})).status == 422

    code = pyotp.TOTP(secret).at(desk.clock.now())
    answer = await browser.post("/admin/code", {"code": code, "next": "/admin/account"})

    assert answer.location == "/admin/account"
    assert browser.cookie(SESSION_COOKIE) != halfway_token
    assert (await browser.get("/admin")).status == 200


async def test_halfway_in_is_over_after_five_minutes(desk):
    secret = await turn_on(desk, await a_member(desk))
    browser = desk.browser()
    await enter(browser)
    desk.clock.advance(timedelta(minutes=6))

    answer = await browser.post("/admin/code", {"code": pyotp.TOTP(secret).at(desk.clock.now())})

    assert answer.status == 303
    assert (await browser.get("/admin")).status == 303


async def test_guessing_codes_gets_slow(desk):
    await turn_on(desk, await a_member(desk))
    browser = desk.browser()
    await enter(browser)
    for _ in range(6):
        await browser.post("/admin/code", {"code": "000000"})

    answer = await browser.post("/admin/code", {"code": "000000"})

    assert "thử lại sau" in answer.text


async def test_turning_the_second_factor_on_through_the_page(desk):
    browser = await desk.sign_in(Role.EDITOR)
    page = await browser.get("/admin/account/second-factor")
    sealed = re.search(r'name="sealed" value="([^"]+)"', page.text)[1]
    secret = re.search(r'nhập khóa: <span class="code">([A-Z2-7 ]+)<', page.text)[1].replace(" ", "")

    wrong = await browser.post("/admin/account/second-factor", {"sealed": sealed, "code": "123"})
    right = await browser.post(
        "/admin/account/second-factor", {"sealed": sealed, "code": pyotp.TOTP(secret).at(desk.clock.now())}
    )

    assert wrong.status == 422
    assert secret[:4] in wrong.text, "the same picture: the app has it already"
    assert len(re.findall(r"<li>(\w{4}-){3}\w{4}</li>", right.text)) == 10
    assert "Đang bật" in (await browser.get("/admin/account")).text


async def test_where_it_is_a_duty_nothing_else_opens_before(sqlite_db):
    async with a_console(sqlite_db, require_totp=True) as desk:
        browser = await desk.sign_in(Role.ADMINISTRATOR)

        assert (await browser.get("/admin/accounts")).location == "/admin/account/second-factor"
        assert (await browser.get("/admin/account/second-factor")).status == 200


async def test_a_form_of_a_session_that_ended_gives_back_what_was_typed(desk):
    browser = await desk.sign_in(Role.ADMINISTRATOR)
    desk.clock.advance(timedelta(hours=2))

    answer = await browser.post("/admin/accounts", {"name": "Lý Thị <Mai>", "login": "mai", "password": "bí mật"})

    assert answer.status == 401
    assert "Lý Thị &lt;Mai&gt;" in answer.text
    assert "bí mật" not in answer.text
    again = await desk.sign_in(Role.ADMINISTRATOR)
    stale = await again.post("/admin/accounts", {"form_token": "cũ", "name": "Lý Thị Mai", "login": "mai"})
    assert stale.status == 403
    assert "Gửi lại" in stale.text
    assert 'value="Lý Thị Mai"' in stale.text


async def test_step_up_keeps_the_form_and_asks_for_the_password(desk):
    await a_member(desk, "an", Role.ADMINISTRATOR)
    browser = desk.browser()
    await enter(browser)
    desk.clock.advance(timedelta(minutes=11))
    fields = {"name": "Lý Thị Mai", "login": "mai", "role": "editor"}

    asked = await browser.post("/admin/accounts", fields)
    wrong = await browser.post("/admin/accounts", {**fields, "confirm_secret": "không phải"})
    right = await browser.post("/admin/accounts", {**fields, "confirm_secret": PASSWORD})

    assert 'value="Lý Thị Mai"' in asked.text
    assert "confirm_secret" in asked.text
    assert "chưa đúng" in wrong.text
    assert "/admin/link/" in right.text
    assert "confirm_secret" not in (await browser.post("/admin/accounts", {**fields, "login": "mai2"})).text


async def test_every_answer_carries_the_headers(desk):
    browser = await desk.sign_in(Role.EDITOR)
    for path in ("/admin", "/admin/nowhere", "/admin/sign-in", "/admin/accounts"):
        answer = await browser.get(path)

        policy = answer.headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert "Lỗi" not in answer.heading


async def test_pages_hold_no_inline_script_or_style(desk):
    browser = await desk.sign_in(*Role)
    for path in ("/admin", "/admin/account", "/admin/account/second-factor", "/admin/accounts", "/admin/system"):
        text = (await browser.get(path)).text

        assert not re.search(r"<script(?![^>]*src=)|<style|\sstyle=|\son[a-z]+=|javascript:", text), path


async def test_an_unknown_page_says_so_in_words(desk):
    browser = await desk.sign_in(Role.EDITOR)

    answer = await browser.get("/admin/nowhere")

    assert (answer.status, answer.heading) == (404, "Không tìm thấy trang")
    assert (await browser.get("/admin/accounts")).heading == "Anh/chị không có quyền làm việc này"
