from __future__ import annotations

import pytest

from knowledge.matching.lexicon import SYNONYM, Lexicon, Term
from knowledge.matching.normalizer import forms, words
from knowledge.matching.reading.repair import MAX_REPAIRED, best_reading, read
from knowledge.matching.reading.vocabulary import Vocabulary, is_syllable

BASE = [
    "nghị quyết hỗ trợ khoa học và công nghệ",
    "doanh nghiệp khởi nghiệp đổi mới sáng tạo được hỗ trợ gì",
    "hồ sơ của học sinh gồm những gì",
    "thủ tục cấp thẻ căn cước công dân ở đâu",
    "quy định mới không trao giải",
    "hỗ trợ một lần sau đầu tư",
]
VOCABULARY = Vocabulary.of(forms(text) for text in BASE)


def reading(text: str, lexicon: Lexicon | None = None) -> str:
    return " ".join(best_reading(read(words(text), VOCABULARY, lexicon or Lexicon.default()), VOCABULARY))


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        pytest.param("hoox trowj", "ho tro", id="Telex keys left in"),
        pytest.param("dduwocj hoox trowj", "duoc ho tro", id="Telex đ and ư"),
        pytest.param("hỗtrợ", "ho tro", id="glued"),
        pytest.param("hoxtrowj", "ho tro", id="glued, with Telex keys"),
        pytest.param("nghị quyeetj", "nghi quyet", id="Telex tone at the end"),
        pytest.param("khởi nghệipđổi mới", "khoi nghiep doi moi", id="glued, the first of it mistyped"),
        pytest.param("thẻ ccông dân", "the cong dan", id="a key held sooner than another key hit"),
        pytest.param("ngh ị quyet", "nghi quyet", id="split syllable"),
        pytest.param("nghi quuyet", "nghi quyet", id="doubled letter"),
        pytest.param("cogn nghe", "cong nghe", id="swapped letters"),
        pytest.param("đmst", "doi moi sang tao", id="initialism of the base"),
        pytest.param("khcn", "khoa hoc va cong nghe", id="initialism without its connective"),
        pytest.param("cccd", "can cuoc cong dan", id="abbreviation"),
        pytest.param("dc ho tro j", "duoc ho tro gi", id="teencode"),
        pytest.param("lan xix", "lan 19", id="Roman numeral"),
        pytest.param("vị trí", "vi tri", id="a marked word is no numeral"),
        pytest.param("vi tri", "vi tri", id="nor is a common syllable"),
        pytest.param("quyển", "quyen", id="a real word, though near one of the base"),
        pytest.param("quyển93", "quyen 93", id="the same, glued to a number"),
        pytest.param("hồ sơ gồm n~ gì", "ho so gom nhung gi", id="a sign that belongs to the word"),
        pytest.param(
            "được hỗ trợ kh", "duoc ho tro khong", id="what closes a question, though an initialism elsewhere"
        ),
        pytest.param("sdt ở đâu", "so dien thoai o dau", id="what everybody abbreviates so, though the base lacks it"),
        pytest.param("kh va cong nghe", "khoa hoc va cong nghe", id="the same letters elsewhere"),
        pytest.param("đăng kí hồ sơ", "dang ki ho so", id="the other spelling, where the base has none"),
        pytest.param("qui định", "quy dinh", id="the other spelling, as the base has it"),
        pytest.param("tg là gì", "tg la gi", id="two neighbours that are no word are meant by no letters"),
        pytest.param("nghi quyet 93", "nghi quyet 93", id="nothing to repair"),
    ],
)
def test_reading(typed, expected):
    assert reading(typed) == expected


def test_a_colliding_abbreviation_keeps_its_meanings_with_weights():
    lattice = read(words("hs"), VOCABULARY, Lexicon.default())

    meanings = {edge.forms: edge.weight for edge in lattice.edges if edge.source != "written"}

    assert {("ho", "so"), ("hoc", "sinh")} <= set(meanings)
    assert all(0 < weight < 1 for weight in meanings.values())


def test_neighbours_decide_between_the_meanings_of_an_abbreviation():
    vocabulary = Vocabulary.of([forms("học sinh giỏi"), forms("hồ sơ đăng ký")])
    lexicon = Lexicon.default()

    assert best_reading(read(words("hs giỏi"), vocabulary, lexicon), vocabulary) == ("hoc", "sinh", "gioi")
    assert best_reading(read(words("hs đăng ký"), vocabulary, lexicon), vocabulary) == ("ho", "so", "dang", "ky")


def test_a_word_the_base_knows_is_not_repaired():
    sources = {edge.source for edge in read(words("hoc"), VOCABULARY, Lexicon()).edges}

    assert sources == {"written"}


@pytest.mark.parametrize(("typed", "firm"), [("hoctap", "hoctap"), ("Nghị quyếh", "quyếh")])
def test_a_name_is_not_repaired(typed, firm):
    edges = read(words(typed), VOCABULARY, Lexicon.default(), frozenset({firm})).edges

    assert not {edge.source for edge in edges} & {"spelling", "telex", "glued"}


def test_a_marked_word_is_not_read_as_an_unmarked_abbreviation():
    """ "hồng" folds to the chat spelling of "không"; who writes the marks means them."""
    assert "khong" not in reading("màu hồng")


def test_staff_terms_apply_at_once_and_keep_the_shipped_ones():
    extended = Lexicon.default().extended([Term(term="abcx", meaning="hồ sơ", weight=0.9)])

    assert reading("abcx", extended) == "ho so"
    assert reading("cccd", extended) == "can cuoc cong dan"


def test_a_synonym_is_an_alternative_and_never_replaces():
    lexicon = Lexicon().extended([Term(term="giấy tờ", meaning="hồ sơ", kind=SYNONYM, weight=0.9)])
    lattice = read(words("giấy tờ"), VOCABULARY, lexicon)

    assert best_reading(lattice, VOCABULARY) == ("giay", "to")
    assert best_reading(lattice, VOCABULARY, synonyms=0.8) == ("ho", "so")


def test_other_words_for_a_thing_are_not_read_where_the_base_has_none_of_them():
    lexicon = Lexicon().extended([Term(term="giấy tờ", meaning="chứng từ", kind=SYNONYM, weight=0.9)])

    assert {edge.source for edge in read(words("giấy tờ"), VOCABULARY, lexicon).edges} == {"written"}


def test_no_more_unknown_words_are_looked_up_than_time_allows():
    many = words(" ".join(["nghj"] * (MAX_REPAIRED * 3)))

    lattice = read(many, VOCABULARY, Lexicon.default())

    assert sum(any(edge.source == "spelling" for edge in edges) for edges in lattice.covering) == MAX_REPAIRED


@pytest.mark.parametrize(
    ("form", "expected"),
    [
        ("nghi", True),
        ("quyet", True),
        ("khuyu", True),
        ("duong", True),
        ("nghieng", True),
        ("shtt", False),
        ("xyz", False),
        ("k", False),
    ],
)
def test_shape_of_a_syllable(form, expected):
    assert is_syllable(form) is expected
