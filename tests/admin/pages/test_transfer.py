"""A file comes in by two steps; what goes out comes in again unchanged."""

from __future__ import annotations

import io
import re
from datetime import timedelta

import pytest

from admin.explaining import explain, place_of
from admin.page import Role
from admin.uploads import KEPT_FOR, LARGEST
from knowledge import filing, history, transfer
from knowledge.parsing import NothingUsable
from tests.support.builders import NOW, a_file, an_article_item, an_entry_item
from tests.support.console import a_console

KEY = "nq93-hinh-thuc"
TABLE = (
    "key,article,question,answer,valid_until\n"
    f"{KEY},bai-viet,Hình thức hỗ trợ theo Nghị quyết 93 là gì?,Hỗ trợ hai lần sau đầu tư.,\n"
    "moi,bai-viet,Câu hỏi mới?,Trả lời mới.,31/12/2030\n"
    "hong,bai-viet,Câu hỏi hỏng?,Trả lời.,32/12/2030\n"
)


@pytest.fixture
async def desk(db):
    await transfer.apply(db, a_file(an_entry_item(), articles=(an_article_item(),)), NOW)
    async with a_console(db) as running:
        yield running


async def uploaded(browser, content, name="kien-thuc.csv"):
    file = io.BytesIO(content.encode() if isinstance(content, str) else content)
    file.name = name
    return await browser.post("/admin/transfer/upload", {"file": file})


async def stored(desk, key):
    async with desk.db.reading() as session:
        return await history.load_entry(session, key)


async def test_a_file_is_shown_row_by_row_before_anything_is_written(desk):
    browser = await desk.sign_in(Role.EDITOR)

    answer = await uploaded(browser, TABLE)
    page = await browser.get(answer.location)

    assert answer.status == 303
    assert "dòng 4" in page.text
    assert "ngày cuối cùng còn hiệu lực (valid_until) phải là ngày có thật: không có ngày 32/12/2030" in page.text
    assert "<del>" in page.text
    assert (await stored(desk, KEY)).latest == 1


async def test_a_refused_row_and_a_good_one_of_the_same_key_are_each_told_their_own(desk):
    browser = await desk.sign_in(Role.EDITOR)
    table = "key,question,answer,valid_until\nlap,Một?,Trả lời.,2026-13-01\nlap,Hai?,Trả lời.,2026-12-01\n"

    page = await browser.get((await uploaded(browser, table)).location)

    bad, good = [row.partition("</tr>")[0] for row in page.text.split("<tr data-row>")[1:]]
    assert "ngày cuối cùng còn hiệu lực (valid_until) phải là ngày có thật: không có ngày 2026-13-01" in bad
    assert "mã này đã dùng ở dòng 2, dòng ấy không được nhận; dùng theo dòng này" in good
    assert "2026-13-01" not in good
    assert "valid date" not in page.text


@pytest.mark.parametrize("name", ["kien-thuc.csv", "kien-thuc.xlsx", "kien-thuc.yaml", "kien-thuc.json"])
@pytest.mark.parametrize("content", [b"", b"\xef\xbb\xbf\r\n \n"], ids=["nothing", "blanks"])
async def test_an_empty_file_is_said_to_be_empty(desk, name, content):
    browser = await desk.sign_in(Role.EDITOR)

    answer = await uploaded(browser, content, name)

    assert answer.status == 422
    assert "Tệp trống, không có nội dung nào để nhập." in answer.text


async def test_what_is_chosen_is_taken_without_sending_the_file_again(desk):
    browser = await desk.sign_in(Role.EDITOR)
    preview = (await uploaded(browser, TABLE)).location

    done = await browser.post(f"{preview}/take", {f"choice:{KEY}": "skip", "choice:moi": "draft"}, follow=True)

    assert "Đã nhập: 1 mục thành bản nháp, 0 mục gửi duyệt." in done.text
    assert (await stored(desk, KEY)).latest == 1
    assert (await stored(desk, "moi")).line.author == "person-editor"
    assert (await browser.post(f"{preview}/take", {"choice:moi": "draft"})).location == "/admin/transfer"


async def test_a_row_without_an_answer_waits_for_one_and_not_for_approval(desk):
    browser = await desk.sign_in(Role.EDITOR)
    preview = (await uploaded(browser, "key,question,answer\nx,Câu hỏi?,\ny,Câu khác?,Có.\n")).location

    done = await browser.post(f"{preview}/take", {"choice:x": "submit", "choice:y": "submit"}, follow=True)

    assert "1 mục thành bản nháp, 1 mục gửi duyệt" in done.text
    assert "1 mục chưa có câu trả lời nên chưa gửi duyệt, mới lưu nháp: x." in done.text


async def test_what_came_in_is_shown_to_go_on_with(desk):
    browser = await desk.sign_in(Role.EDITOR)
    preview = (await uploaded(browser, TABLE)).location

    done = await browser.post(f"{preview}/take", {"choice:moi": "draft"}, follow=True)

    assert done.heading == "Mục hỏi đáp"
    assert "Câu hỏi mới?" in done.text
    assert "Hình thức hỗ trợ" not in done.text
    assert "các mục có ghi chú lần sửa “nhập từ kien-thuc.csv”" in done.text


@pytest.mark.parametrize(
    ("row", "said", "unsaid"),
    [
        ("x 4,Hỏi?,Đáp.", "mã (key) không được có dấu cách", "để trống"),
        (",,Đáp.", "thiếu câu hỏi (question)", "mã (key)"),
        ('y,"Hỏi?,Đáp.', "dòng 3: có dấu ngoặc kép", "ở dòng 3."),
        ('y,"Hỏi" gì?,Đáp.', "dòng 3: sau dấu ngoặc kép đóng", "ở dòng 3."),
    ],
)
async def test_a_fault_of_a_row_is_one_sentence_with_its_reason(desk, row, said, unsaid):
    browser = await desk.sign_in(Role.EDITOR)

    answer = await uploaded(browser, f"key,question,answer\nk,Một?,Có.\n{row}\n")
    page = await browser.get(answer.location) if answer.status == 303 else answer

    assert said in page.text.replace("&#34;", '"')
    assert unsaid not in page.text


async def test_a_waiting_file_belongs_to_its_session_and_expires(desk):
    browser, other = await desk.sign_in(Role.EDITOR), await desk.sign_in(Role.EDITOR)
    preview = (await uploaded(browser, TABLE)).location

    assert (await other.get(preview)).status == 303
    assert (await other.post(f"{preview}/take", {"choice:moi": "draft"})).location == "/admin/transfer"
    assert (await browser.get(preview)).status == 200
    desk.clock.advance(KEPT_FOR + timedelta(seconds=1))
    assert (await browser.get(preview)).status == 303


async def test_a_file_can_be_thrown_away(desk):
    browser = await desk.sign_in(Role.EDITOR)
    preview = (await uploaded(browser, TABLE)).location

    await browser.post(f"{preview}/discard")

    assert (await browser.get(preview)).status == 303


async def test_one_choice_can_be_made_for_all_rows(desk):
    browser = await desk.sign_in(Role.EDITOR)
    preview = (await uploaded(browser, TABLE)).location

    page = await browser.get(f"{preview}?all=submit")

    assert page.text.count('<option value="submit" selected>') == 2


@pytest.mark.parametrize(
    ("content", "name", "said"),
    [
        pytest.param("key,question\na,b\n", "a.csv", "Bảng thiếu cột trả lời ngắn (answer)", id="no answers"),
        pytest.param("entries: [}", "a.yaml", "Tệp YAML có lỗi cú pháp ở dòng 1", id="syntax"),
        pytest.param(b"PK\x03\x04", "a.xlsx", "Đây không phải tệp Excel đọc được", id="no workbook"),
        pytest.param(b"key,caf\xe9", "a.csv", "Không nhận ra bảng mã chữ", id="encoding"),
        pytest.param("x", "a.docx", "Không đọc được loại tệp .docx", id="kind"),
        pytest.param("key,question,answer\nk,,Sở.\n", "a.csv", "thiếu câu hỏi (question)", id="nothing usable"),
    ],
)
async def test_a_file_that_cannot_be_used_is_refused_in_vietnamese(desk, content, name, said):
    browser = await desk.sign_in(Role.EDITOR)

    answer = await uploaded(browser, content, name)

    assert answer.status == 422
    assert said in re.sub(r"<[^>]+>", "", answer.text)


async def test_a_file_that_is_too_large_is_not_even_read(desk):
    browser = await desk.sign_in(Role.EDITOR)

    answer = await uploaded(browser, b"x" * (LARGEST + 1))

    assert (answer.status, "quá lớn" in answer.text) == (413, True)


async def test_without_a_file_nothing_happens(desk):
    browser = await desk.sign_in(Role.EDITOR)

    answer = await browser.post("/admin/transfer/upload")

    assert (answer.status, "vui lòng chọn một tệp" in answer.text) == (422, True)


@pytest.mark.parametrize("kind", ["xlsx", "csv", "yaml", "json"])
async def test_what_goes_out_changes_nothing_when_it_comes_in(desk, kind):
    browser = await desk.sign_in(Role.EDITOR)

    out = await browser.get(f"/admin/transfer/download?format={kind}")
    page = await browser.get((await uploaded(browser, out.body, f"a.{kind}")).location)

    assert f'filename="kien-thuc-2024-06-01.{kind}"' in out.headers["Content-Disposition"]
    assert "Tệp này giống hệt nội dung đang có" in page.text


async def test_the_printable_workbook_is_sent(desk):
    browser = await desk.sign_in(Role.ADMINISTRATOR)

    answer = await browser.get("/admin/transfer/review")

    assert answer.body.startswith(b"PK")
    assert "ban-ra-soat-2024-06-01.xlsx" in answer.headers["Content-Disposition"]


async def test_who_may_only_export_is_offered_no_import(desk):
    browser = await desk.sign_in(Role.ADMINISTRATOR)

    assert "Nhập từ tệp" not in (await browser.get("/admin/transfer")).text
    assert (await uploaded(browser, TABLE)).status == 403


# ------------------------------------------------------------------ what is said

EVERYTHING_WRONG = (
    """key,question,answer,valid_until,status,quote,article,buttons,successor,on_expiry,questoin,article_title
a b,Ai?,Sở.,,,,,,,,,
c,,Sở.,,,,,,,,,
d,Ai?,Sở.,nay,,,,,,,,
d2,Ai?,Sở.,2026-13-01,,,,,,,,
d2,Ai?,Sở.,31/12/2026,,,,,,,,
e,Ai?,Sở.,,xong,,,,,,,
f,Ai?,Sở.,,,,,nút,,,,
g,Ai?,Sở.,,,,,Gọi | fax | 1,,,,
h,Ai?,Sở.,,,,,Gọi | phone | x,,,,
i,Ai?,Sở.,,,,,Nhãn dài quá hai mươi ký tự | handoff,,,,
j,Ai?,Sở.,,,,,,,successor,,
k,Ai?,Sở.,,,Trích.,,,,,,
k,Ai?,Sở.,,,,,,,,,
l,ai,Sở.,,,,khac,,,,,Tên
m,Gì?,Sở.,,,,,,,,,Tên,thừa
"""
    f"n,{'x' * 1001},{'y ' * 300},,,,,,,,,\n"
)


def test_everything_said_about_a_table_is_said_in_vietnamese():
    problems = filing.parse(EVERYTHING_WRONG, suffix=".csv").problems

    english = [problem.message for problem in problems if explain(problem.message) == problem.message]
    assert english == []
    assert len(problems) > 12


def test_what_is_said_names_fields_and_places_as_staff_know_them():
    with pytest.raises(NothingUsable) as raised:
        filing.parse("key,question,answer\nk,,Sở.\n", suffix=".csv")

    [problem] = raised.value.problems
    assert (place_of(problem.place), explain(problem.message)) == ("dòng 2", "thiếu câu hỏi (question)")


def test_an_unknown_sentence_is_shown_as_it_is():
    assert explain("something new") == "something new"
