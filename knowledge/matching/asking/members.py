"""Whether a question asks for the members or the number of a set, and whether a text names or counts them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from knowledge.matching.asking.tabled import Terms
from knowledge.matching.lexicon import Lexicon, Row
from knowledge.matching.normalizer import Word, fold, forms, normalize
from knowledge.matching.reading.numerals import digits_of, spoken

LIST, COUNT = "list", "count"  # the aspects told of here
PART = "part"  # of a number of things
_TELLING = 0.9  # weight of a noun from which an answer that counts none of it does not answer
_SURE = 0.95  # from which one syllable without marks is that noun
_SPOKEN = 4  # words of a number in words
_BEHIND = 3  # words behind a number among which stands what it counts
_ABOUT, _CLOSE = 6, 3  # words before and behind "nào" that may say who is entitled
_NEAR = 6  # words behind "nào ở" among which stands what was done
_MOST = 1_000  # nobody asks for the names of more
_SHORT = 16  # words of a message from which "mấy người" may be some people of a story


@dataclass(frozen=True, slots=True)
class Noun:
    """What is counted. Nouns of one `kind` may stand for one another."""

    kind: str
    is_named: bool = False  # its members have names of their own
    is_telling: bool = False  # an answer that counts none of it does not say how many there are
    is_sure: bool = False  # known without its marks, too


@dataclass(frozen=True, slots=True)
class Group:
    """A set whose members are asked for, and how many they are; 0: the question does not say.

    `is_chosen`: somebody chose them, so that they have names ("doanh nghiệp nào đã nhận tiền").
    """

    noun: Noun
    number: int = 0
    is_chosen: bool = False


@dataclass(frozen=True, slots=True)
class Sought:
    """The sets whose members, and the nouns whose number a question asks for.

    `divided`: of how many it asks how many are of a kind: "trong 31 nhiệm vụ có mấy cái về y tế".
    """

    members: tuple[Group, ...] = ()
    counted: tuple[Noun, ...] = ()
    divided: tuple[int, ...] = ()

    @property
    def kinds(self) -> frozenset[tuple[str, str]]:
        """What is asked for, as aspect and kind of noun."""
        listed = {(LIST, group.noun.kind) for group in self.members}
        parts = {(PART, str(number)) for number in self.divided}
        return frozenset(listed | parts | {(COUNT, noun.kind) for noun in self.counted})


NOTHING = Sought()


@dataclass(frozen=True, slots=True)
class MemberReader:
    """Reads what sets a question asks about; compiled from the table "members" of one lexicon."""

    kinds: frozenset[str]
    nouns: Terms  # with those that only begin like one
    any: Terms
    many: Terms
    which: Terms
    plural: Terms
    chosen: Terms
    placed: Terms
    whether: Terms
    entitled: Terms
    counted: Terms
    equal: Terms
    leads: Terms
    between: Terms
    among: Terms
    each: Terms
    uncounted: Terms
    called: Terms
    offices: Terms
    shown: Terms
    asking: Terms
    titles: Terms  # before the name of one
    elsewhere: tuple[str, ...]  # folded words of an answer that says where a list is
    digits: Mapping[str, str]
    spelled: frozenset[str]  # numbers in words, with their marks

    @classmethod
    def of(cls, lexicon: Lexicon) -> MemberReader:
        """Compile the tables "members", "numbers" and the offices of "offices"."""
        numbers = lexicon.tables.get("numbers", ())
        return cls(
            kinds=frozenset({"", *(_noun(row).kind for row in _rows(lexicon, "named", "thing"))}),
            nouns=Terms.of(lexicon, "members", "named", "thing", "none"),
            any=Terms.of(lexicon, "members", "any"),
            many=Terms.of(lexicon, "members", "many"),
            which=Terms.of(lexicon, "members", "which"),
            plural=Terms.of(lexicon, "members", "plural"),
            chosen=Terms.of(lexicon, "members", "chosen"),
            whether=Terms.of(lexicon, "members", "whether"),
            placed=Terms.of(lexicon, "members", "placed"),
            entitled=Terms.of(lexicon, "members", "entitled"),
            counted=Terms.of(lexicon, "members", "counted"),
            equal=Terms.of(lexicon, "members", "equal"),
            leads=Terms.of(lexicon, "members", "lead"),
            between=Terms.of(lexicon, "members", "between"),
            among=Terms.of(lexicon, "members", "among"),
            each=Terms.of(lexicon, "members", "each"),
            uncounted=Terms.of(lexicon, "members", "before"),
            called=Terms.of(lexicon, "members", "called"),
            offices=Terms.of(lexicon, "offices", "office", "holder"),
            shown=Terms.of(lexicon, "members", "shown"),
            asking=Terms.of(lexicon, "members", "asking"),
            titles=Terms.of(lexicon, "members", "title"),
            elsewhere=tuple(fold(row.term) for row in _rows(lexicon, "elsewhere")),
            digits=digits_of(numbers),
            spelled=frozenset(word for row in numbers for word in normalize(row.term).split()),
        )

    def noun_at(self, source: Sequence[Word], start: int) -> tuple[Noun | None, int]:
        """Return the noun that begins at `start` and how many words it takes; what is only like one is none."""
        size, rows = self.nouns.find(source, start)
        if not size or rows[0].kind == "none":
            return None, size
        noun = _noun(rows[0])
        return (noun if noun.is_sure or source[start].is_marked else None), size

    def title_at(self, source: Sequence[Word], start: int) -> Noun | None:
        """Return what a title before a name ("chị", "ông") is the title of."""
        _, rows = self.titles.find(source, start)
        return Noun(rows[0].meaning, is_named=True) if rows else None

    def is_number(self, word: Word) -> bool:
        """Tell whether a word of an answer is a number; "năm" is a year there."""
        return word.form[:1].isdigit() or (
            word.surface in self.spelled and word.form in self.digits and word.form != "nam"
        )

    def sought(self, source: Sequence[Word]) -> Sought:
        """Return what a question asks about sets. `source`: its words, abbreviations written out."""
        groups = list(self.groups(source))
        led = [*self._led(source, groups), *self._called(source, groups), *self._shown(source)]
        members = [*led, *self._which(source, groups), *self._selected(source)]
        counted = tuple(dict.fromkeys(self._counted(source)))
        return Sought(tuple(dict.fromkeys(members)), counted, tuple(self._divided(source, groups)))

    def groups(self, source: Sequence[Word]) -> Iterator[tuple[int, Group]]:
        """Yield each number of things and where it stands; a number in words only before a noun that is known."""
        for start in range(len(source)):
            number, size = self._number(source, start)
            if number < 2 or number > _MOST or self.uncounted.before(source, start):  # noqa: PLR2004 - one is no list
                continue
            noun, _ = self.noun_at(source, start + size)
            if self.any.at(source, start + size):
                noun = Noun("")
            if noun is None and source[start].form.isdigit():
                noun = Noun(kind_of(source[start + size :]))
            if noun is not None:
                yield start, Group(noun, number)

    def _number(self, source: Sequence[Word], start: int) -> tuple[int, int]:
        first = source[start]
        if first.form.isdigit():
            return int(first.form[:9]), 1
        if first.is_marked and first.surface not in self.spelled:
            return 0, 0
        if first.form == "nam" and self.noun_at(source, start + 1)[0]:  # "năm huyện": `spoken` takes it for a year
            return 5, 1
        return spoken([word.form for word in source[start : start + _SPOKEN]], self.digits)

    def _led(self, source: Sequence[Word], groups: Sequence[tuple[int, Group]]) -> Iterator[Group]:
        """Yield the groups behind words that ask for names: "kể tên", "danh sách"."""
        for start, group in groups:
            at = start
            while size := self.between.before(source, at):
                at -= size
            if self.leads.before(source, at):
                yield group
        for at in range(len(source)):  # "tên các dự án"
            start = at + self.leads.at(source, at)
            size = self.plural.at(source, start) if start > at else 0
            noun, _ = self.noun_at(source, start + size) if size else (None, 0)
            if noun is not None:
                yield Group(noun)

    def _called(self, source: Sequence[Word], groups: Sequence[tuple[int, Group]]) -> Iterator[Group]:
        """Yield the group of "3 cụm … tên là gì"; not of "… giám đốc tên là gì"."""
        for at in range(len(source)):
            if self.called.at(source, at) and not self._names_a_holder(source, at):
                before = [group for start, group in groups if start < at]
                yield from ([group for group in before if group.noun.kind in self.kinds] or before)[:1]

    def _names_a_holder(self, source: Sequence[Word], at: int) -> bool:
        """Tell whether words at `at`, or that end there, ask what somebody is called: "giám đốc tên là gì"."""
        return any(
            self.called.at(source, start) > at - start and self.offices.before(source, start)
            for start in range(max(0, at - _BEHIND), at + 1)
        )

    def _shown(self, source: Sequence[Word]) -> Iterator[Group]:
        """Yield the set of "xin danh sách doanh nghiệp", a mere request."""
        for at in range(len(source)):
            start = at + self.shown.at(source, at)
            noun, _ = self.noun_at(source, start) if start > at else (None, 0)
            if noun is not None and not any(self.asking.at(source, place) for place in range(start, len(source))):
                yield Group(noun)

    def _which(self, source: Sequence[Word], groups: Sequence[tuple[int, Group]]) -> Iterator[Group]:
        """Yield the groups of "5 sản phẩm … là những sản phẩm nào" and "những sản phẩm nào"."""
        for at in range(len(source)):
            if not self.which.at(source, at) or self._names_a_holder(source, at):
                continue
            for size in range(min(_BEHIND, at - 1) + 1):
                is_plural = bool(self.plural.at(source, at - size - 1))
                if not is_plural and not self.equal.at(source, at - size - 1):
                    continue
                noun, taken = self.noun_at(source, at - size)
                is_any = size == 0 or bool(self.any.at(source, at - size))
                before = [group for start, group in groups if start < at - size - 1]
                fitting = [group for group in before if noun and group.noun.kind in {noun.kind, ""}]
                if is_any:
                    fitting = [group for group in before[-1:] if group.noun.kind in self.kinds]
                if fitting:
                    yield fitting[-1]
                elif noun is not None and is_plural and taken == size and not self._entitles(source, at):
                    yield Group(noun)
                break

    def _selected(self, source: Sequence[Word]) -> Iterator[Group]:
        """Yield the group of "sản phẩm nào được chọn": more than one may have been; not of "có dự án nào …"."""
        for at in range(1, len(source)):
            if not self.which.at(source, at) or not self._is_chosen(source, at + 1):
                continue
            found = ((start, *self.noun_at(source, start)) for start in range(max(0, at - _BEHIND), at))
            start, noun = next(((start, noun) for start, noun, size in found if start + size == at), (at, None))
            if noun is not None and not self.whether.before(source, start):
                yield Group(noun, is_chosen=True)

    def _is_chosen(self, source: Sequence[Word], start: int) -> bool:
        """Tell whether "được chọn" stands at `start`, or behind a place: "ở huyện tôi đã được nhận tiền"."""
        behind = range(start + 1, min(start + _NEAR, len(source))) if self.placed.at(source, start) else range(0)
        return any(self.chosen.at(source, at) for at in (start, *behind))

    def _entitles(self, source: Sequence[Word], at: int) -> bool:
        """Tell whether "những doanh nghiệp nào" asks who is entitled: "… được hưởng", not "… đã ký"."""
        return any(
            self.entitled.at(source, place) for place in range(max(0, at - _ABOUT), min(at + _CLOSE, len(source)))
        )

    def _divided(self, source: Sequence[Word], groups: Sequence[tuple[int, Group]]) -> Iterator[int]:
        """Yield the number of things of which it is asked how many are of a kind."""
        asked = [at + size for at in range(len(source)) if (size := self.many.at(source, at))]
        for start, group in groups:
            if self.among.before(source, start) and any(at > start and self._is_of(group, source, at) for at in asked):
                yield group.number

    def _is_of(self, group: Group, source: Sequence[Word], at: int) -> bool:
        """Tell whether the noun at `at` is that of a group, or stands for it: "mấy cái"."""
        noun, _ = self.noun_at(source, at)
        return bool(self.each.at(source, at)) or group.noun.kind == (noun.kind if noun else kind_of(source[at:]))

    def _counted(self, source: Sequence[Word]) -> Iterator[Noun]:
        """Yield the nouns whose number is asked for; "mấy cán bộ" of a story are some, "mấy việc gì" those."""
        for at in range(len(source)):
            size = self.many.at(source, at)
            noun, taken = self.noun_at(source, at + size) if size else (None, 0)
            if noun is None or not noun.is_telling or len(source) >= _SHORT:
                continue
            if not self.which.at(source, at + size + taken):
                yield noun


def kind_of(source: Sequence[Word]) -> str:
    """Return the kind of a noun that no table knows: its first two words."""
    return " ".join(word.form for word in source[:2])


@cache
def _noun(row: Row) -> Noun:
    key = forms(row.term)
    # "phuong" is "phương tiện" as well.
    is_sure = len(key) > 1 or row.weight >= _SURE or row.term.isascii()
    return Noun(row.meaning or " ".join(key), row.kind == "named", row.weight >= _TELLING, is_sure)


def _rows(lexicon: Lexicon, *kinds: str) -> list[Row]:
    return [row for row in lexicon.tables.get("members", ()) if row.kind in kinds]
