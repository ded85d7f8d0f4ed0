"""The picture of a guide: every question that matters once, every answer with what follows from it."""

from __future__ import annotations

from knowledge.eligibility.picture import BOX_WIDTH, picture_of, wrapped
from tests.support.guides import a_guide, a_number, a_rule, a_step, at_least, is_, starter_guide


def test_every_answer_leads_to_a_box_or_an_end():
    picture = picture_of(starter_guide())

    for box in picture.boxes:
        for row in box.rows:
            assert (row.leaf is None) is (0 <= row.target < len(picture.boxes))


def test_boxes_do_not_overlap_and_lie_within_the_picture():
    picture = picture_of(starter_guide())

    for box in picture.boxes:
        assert box.x + BOX_WIDTH <= picture.width
        assert box.y + box.height <= picture.height
        beside = [other for other in picture.boxes if other.x == box.x and other is not box]
        assert all(other.y >= box.y + box.height or box.y >= other.y + other.height for other in beside)


def test_lines_lead_to_the_right():
    picture = picture_of(starter_guide())

    leading = [(box, picture.boxes[row.target]) for box in picture.boxes for row in box.rows if row.target >= 0]

    assert len(picture.curves) == len(leading)
    assert all(box.x < target.x for box, target in leading)


def test_answers_with_one_consequence_share_a_row():
    picture = picture_of(starter_guide())

    first = picture.boxes[0].rows[0]
    assert first.answers == ("Doanh nghiệp", "Hợp tác xã", "Tổ chức khác")
    assert wrapped(first, "?") == ["Doanh nghiệp, Hợp tác", "xã, Tổ chức khác"]


def test_a_range_is_named_by_where_it_begins():
    guide = a_guide(steps=(a_number(least=0),), rules=(a_rule(at_least("lao-dong", 10)),))

    rows = picture_of(guide).boxes[0].rows

    assert [row.answers for row in rows] == [("≥ 0 người",), ("≥ 10 người",), ("",)]


def test_a_guide_without_a_question_that_matters_has_no_boxes():
    always = {"kind": "any", "of": (is_("moi"), is_("moi", "khong"))}
    guide = a_guide(steps=(a_step(unsure=False),), rules=(a_rule(always),))

    assert picture_of(guide).boxes == ()
