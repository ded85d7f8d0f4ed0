"""The audit log and the system page."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, update

from admin import audit
from admin.audit import COMMAND_LINE
from admin.auth import NOBODY
from admin.page import Role
from admin.rendering import SUBJECT_KINDS, called, subject_code, subject_name
from bot.tables import Update
from runtime.vault import SealedCredential
from tests.support.builders import NOW


async def record(desk, times=1, **values):
    async with desk.db.transaction() as session:
        for number in range(times):
            given = {"actor": COMMAND_LINE, "action": "staff.roles", "subject": f"staff:{number}", "at": NOW}
            await audit.record(session, **{**given, **values})


async def test_the_log_shows_before_and_after_in_words(desk):
    boss = await desk.sign_in(Role.ADMINISTRATOR)
    await record(desk, before={"roles": ["editor"]}, after={"roles": ["editor", "approver"]}, origin="192.0.2.7")

    text = (await boss.get("/admin/audit")).text

    assert "Đổi vai trò" in text
    assert "vai trò" in text
    assert "<del>Biên tập</del>" in text
    assert "<ins>Biên tập, Duyệt</ins>" in text
    assert "192.0.2.7" in text


async def test_days_and_weights_stand_as_people_read_them(desk):
    boss = await desk.sign_in(Role.ADMINISTRATOR)
    after = {"weight": "0.9", "valid_until": "2025-12-31", "url": "2025-13-99", "meaning": "0.9"}
    await record(desk, action="terms.add", after=after, origin="192.0.2.7")

    text = (await boss.get("/admin/audit")).text

    assert re.findall("<ins>(.*?)</ins>", text) == ["90%", "31/12/2025", "2025-13-99", "0.9"]
    assert '<td data-label="Địa chỉ" class="code">192.0.2.7</td>' in text


async def test_a_cell_in_which_nothing_changed_is_empty_so_that_telephones_leave_it_out(desk):
    boss = await desk.sign_in(Role.ADMINISTRATOR)
    await record(desk)

    assert '<td data-label="Thay đổi"></td>' in (await boss.get("/admin/audit")).text


async def test_who_has_no_account_is_called_by_what_they_are(desk):
    boss = await desk.sign_in(Role.ADMINISTRATOR)
    await record(desk, actor=NOBODY, action="staff.sign-in-failed", subject=f"staff:{NOBODY.login}")
    await record(desk)

    text = (await boss.get("/admin/audit")).text
    theirs = (await boss.get("/admin/audit?actor=(unknown)")).text

    assert ">Chưa đăng nhập</td>" in text
    assert ">tên đăng nhập không có</a>" in text
    assert ">Dòng lệnh</td>" in text
    assert ">Dòng lệnh</td>" not in theirs
    assert "(command line)</" not in text


async def test_who_did_it_is_called_by_name_with_the_login_beside_it(desk):
    boss = await desk.sign_in(Role.ADMINISTRATOR, login="hoa")
    await record(desk, actor=boss.person)

    assert (
        '<td data-label="Người" class="text-nowrap">Hoa<small>hoa</small></td>' in (await boss.get("/admin/audit")).text
    )


async def test_what_has_no_name_is_shown_as_it_is(desk):
    boss = await desk.sign_in(Role.ADMINISTRATOR)
    await record(desk, action="future.act", after={"some_field": "{x} a.b", "empty": []})

    text = (await boss.get("/admin/audit")).text

    assert "future.act" in text
    assert "some_field" in text
    assert "{x} a.b" in text


def test_every_act_that_the_code_names_has_words():
    written = "".join(path.read_text(encoding="utf-8") for path in sorted(Path(audit.__file__).parent.rglob("*.py")))
    noted = r'(?:note|record)\(\s*(?:request, )?session, (?:actor=.*?, )?(?:action=)?"([\w.-]+)"'
    actions = set(re.findall(noted, written))

    assert {"entries.publish", "staff.invite", "articles.check"} <= actions
    assert [action for action in sorted(actions) if called("action", action) == action] == []


@pytest.mark.parametrize("kind", SUBJECT_KINDS)
def test_a_subject_is_found_by_the_words_it_is_called_by(kind):
    assert subject_code(subject_name(f"{kind}:7")) == f"{kind}:7"


async def test_the_acts_of_deciding_about_an_entry_have_names(desk):
    boss = await desk.sign_in(Role.ADMINISTRATOR)
    await record(desk, action="entries.send-back", subject="gap:3", after={"drafted": ["a"], "withdraws_earlier": True})

    text = (await boss.get("/admin/audit")).text
    found, other = [(await boss.get(f"/admin/audit?subject={words}")).text for words in ("Nhóm+câu+hỏi+3", "gap:4")]

    assert ">Trả mục hỏi đáp về người soạn</td>" in text
    assert ">nhóm câu hỏi 3</a>" in text
    assert ">lưu nháp</span>" in text
    assert "<ins>có</ins>" in text
    assert ">nhóm câu hỏi 3</a>" in found
    assert 'value="nhóm câu hỏi 4"' in other
    assert ">nhóm câu hỏi 3</a>" not in other


async def test_the_log_is_filtered_by_day_of_vietnam(desk):
    boss = await desk.sign_in(Role.ADMINISTRATOR)
    await record(desk, at=NOW, subject="entry:first")  # 01/06, 10:00
    await record(desk, at=NOW + timedelta(hours=15), subject="entry:second")  # 02/06, 01:00

    first = (await boss.get("/admin/audit?from=2024-06-01&to=2024-06-01")).text
    second = (await boss.get("/admin/audit?from=2024-06-02&to=")).text

    assert "mục first<" in first
    assert "mục second<" not in first
    assert "mục second<" in second
    assert "mục first<" not in second
    assert (await boss.get("/admin/audit?from=x&before=y")).status == 200


async def test_a_long_log_goes_on_on_older_pages(desk):
    boss = await desk.sign_in(Role.ADMINISTRATOR)
    await record(desk, 60)

    first = (await boss.get("/admin/audit")).text
    before = first.partition("before=")[2].partition('"')[0]
    second = (await boss.get(f"/admin/audit?before={before}")).text

    assert "tài khoản 59<" in first
    assert "tài khoản 59<" not in second
    assert ">tài khoản 0<" in second


async def test_the_log_goes_out_as_csv(desk):
    boss = await desk.sign_in(Role.ADMINISTRATOR)
    await record(desk, subject="=1+1")

    answer = await boss.get("/admin/audit.csv?subject=1")

    assert answer.headers["Content-Type"].startswith("text/csv")
    assert "nhat-ky-2024-06-01.csv" in answer.headers["Content-Disposition"]
    assert "'=1+1" in answer.body.decode("utf-8-sig")


async def credential(desk, **values):
    given = {"name": "zalo", "sealed": "…", "issued_at": NOW, "expires_at": NOW + timedelta(hours=25), "version": 1}
    async with desk.db.transaction() as session:
        session.add(SealedCredential(**{**given, **values}))


async def test_the_system_page_shows_age_and_expiry_of_tokens(desk):
    boss = await desk.sign_in(Role.ADMINISTRATOR)
    await credential(desk)
    desk.clock.advance(timedelta(minutes=30))

    text = (await boss.get("/admin/system")).text

    assert "0 giờ" in text
    assert "02/06/2024, 11:00 (còn 24 giờ)" in text
    assert "Không gia hạn được" not in text


async def test_a_failing_renewal_is_on_every_page_of_everybody(desk):
    clerk, boss = await desk.sign_in(Role.EDITOR), await desk.sign_in(Role.ADMINISTRATOR)
    await credential(desk, failing_since=NOW)

    for browser, path in ((clerk, "/admin"), (clerk, "/admin/account"), (boss, "/admin/system")):
        assert "Không gia hạn được mã truy cập của kênh zalo" in (await browser.get(path)).text
    async with desk.db.transaction() as session:
        await session.execute(update(SealedCredential).values(failing_since=None))
    assert "Không gia hạn được" not in (await clerk.get("/admin")).text


def a_dead_update(number):
    return Update(
        channel="fake", external_id=f"u{number}", kind="text", lane_key=f"c:{number}", body="{}", trace_id="t1",
        received_at=NOW, state="dead", error="the call to 0912345678 failed", done_at=NOW,
    )  # fmt: skip


async def test_what_is_stuck_is_shown_without_numbers_and_tried_again(desk):
    boss = await desk.sign_in(Role.ADMINISTRATOR)
    async with desk.db.transaction() as session:
        session.add_all([a_dead_update(1), a_dead_update(2)])

    text = (await boss.get("/admin/system")).text
    await boss.post("/admin/system/revive", {"queue": "inbox", "letter": 1})

    assert "the call to [digits] failed" in text
    async with desk.db.reading() as session:
        assert (await session.scalars(select(Update.state).order_by(Update.id))).all() == ["pending", "dead"]
    answer = await boss.post("/admin/system/revive", follow=True)
    assert "Sẽ thử lại 1 tin đến và 0 tin đi." in answer.text


async def test_platforms_are_asked_only_when_somebody_wants_it(desk):
    boss = await desk.sign_in(Role.ADMINISTRATOR)

    assert "Hỏi cả các nền tảng" in (await boss.get("/admin/system")).text
    assert (await boss.get("/admin/system?platforms=1")).status == 200
