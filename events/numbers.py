"""Numbers in running text: digits, words, ranges, vague amounts, each with how exactly it is meant."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from db.facts import Qualifier
from events.lexicon import Lexicon

_DIGITS = re.compile(r"(?<![\w.,/:-])\d{1,3}(?:[ .,]\d{3})+(?![\w%])|(?<![\w.,/:-])\d+(?:[.,]\d+)?(?![\w%]|[.,]\d)")
_RANGE = re.compile(r"\s?(?:-|—|до|to|and|та|і|и|or|або|чи|или)\s?$")
_WORD = re.compile(r"[^\W\d_][\w'.-]*")
_THOUSAND = 1000
_HUNDRED = 100
_TEN = 10
_YEARS = range(1917, 2036)
_REACH = 24  # how far before a number its qualifier may begin
_QUALIFIERS = (Qualifier.AT_LEAST, Qualifier.OVER, Qualifier.ABOUT, Qualifier.UP_TO)


@dataclass(frozen=True, slots=True)
class Number:
    """A number with its span in the sentence; `value` is None for a vague amount ("dozens")."""

    value: int | None
    value_max: int | None
    qualifier: Qualifier
    start: int
    end: int
    is_distributive: bool = False

    @property
    def may_be_year(self) -> bool:
        """Whether this could as well be a year."""
        return self.value in _YEARS and self.qualifier is Qualifier.EXACT


def find_numbers(folded: str, lexicon: Lexicon) -> tuple[Number, ...]:
    """Return the numbers of a folded sentence in order; "20-30" and "two or three" come as one with a maximum."""
    plain = sorted((*_digits(folded), *_words(folded, lexicon)), key=lambda number: number.start)
    merged = _merge_ranges(folded, _merge_thousands(folded, plain))
    qualified = [_qualified(folded, number, lexicon) for number in merged]
    taken = [(number.start, number.end) for number in qualified]
    vague = [
        number for number in _vague(folded, lexicon) if not any(s < number.end and number.start < e for s, e in taken)
    ]
    return tuple(sorted((*qualified, *vague), key=lambda number: number.start))


def _digits(folded: str) -> Iterator[Number]:
    for match in _DIGITS.finditer(folded):
        words = match.group()
        is_grouped = re.fullmatch(r"\d{1,3}(?:[ .,]\d{3})+", words) is not None
        value = int(re.sub(r"\D", "", words)) if is_grouped else _decimal(words)
        yield Number(value, None, Qualifier.EXACT, *match.span())


def _decimal(words: str) -> int:
    """Whole numbers as they are; "1,5" keeps its fraction in thousandths of a thousand (see _merge_thousands)."""
    whole, _, fraction = words.replace(",", ".").partition(".")
    return int(whole) if not fraction else int(float(f"{whole}.{fraction}") * _THOUSAND)


def _words(folded: str, lexicon: Lexicon) -> Iterator[Number]:
    """Yield number words; neighbours add up ("двадцять два", "thirty-one")."""
    current: Number | None = None
    for match in _WORD.finditer(folded):
        for start, end, value in _word_values(folded, match.start(), match.end(), lexicon):
            if current is not None and _continues(folded, current, start, value):
                current = Number((current.value or 0) + value, None, Qualifier.EXACT, current.start, end)
            else:
                if current is not None:
                    yield current
                current = Number(value, None, Qualifier.EXACT, start, end)
    if current is not None:
        yield current


def _word_values(folded: str, start: int, end: int, lexicon: Lexicon) -> Iterator[tuple[int, int, int]]:
    whole = _value_of(folded, start, end, lexicon)
    if whole is not None:
        yield start, end, whole
    elif "-" in folded[start:end]:  # "thirty-one"
        middle = folded.index("-", start, end)
        tens, units = _value_of(folded, start, middle, lexicon), _value_of(folded, middle + 1, end, lexicon)
        if tens is not None and units is not None:
            yield start, end, tens + units


def _value_of(folded: str, start: int, end: int, lexicon: Lexicon) -> int | None:
    for value, pattern in lexicon.numbers:
        if pattern.fullmatch(folded, start, end):
            return value
    return None


def _continues(folded: str, current: Number, start: int, value: int) -> bool:
    """Whether a word goes on with the number before it: "thirty" + "one", "hundred" + "ten"."""
    before = current.value or 0
    joined = folded[current.end : start] in (" ", "-", " and ")
    fits = before % _HUNDRED == 0 if value >= _TEN else before % _TEN == 0 and before > _TEN
    return joined and 0 < value < min(before, _HUNDRED) and fits


def _merge_thousands(folded: str, numbers: list[Number]) -> list[Number]:
    """Join a number with the word thousand (or hundred) behind it: "1,5 тис.", "two hundred"."""
    merged: list[Number] = []
    for number in numbers:
        last = merged[-1] if merged else None
        unit = number.value
        if (
            last is not None
            and unit in (_HUNDRED, _THOUSAND)
            and not folded[number.start].isdigit()
            and folded[last.end : number.start] == " "
        ):
            value = last.value or 0
            is_decimal = re.fullmatch(r"\d+[.,]\d+", folded[last.start : last.end]) is not None
            product = value if is_decimal and unit == _THOUSAND else value * (unit or 1)
            merged[-1] = Number(product, None, Qualifier.EXACT, last.start, number.end)
        else:
            merged.append(number)
    return [number for number in merged if not _is_fraction(folded, number)]


def _is_fraction(folded: str, number: Number) -> bool:
    return re.fullmatch(r"\d+[.,]\d{1,2}", folded[number.start : number.end]) is not None


def _merge_ranges(folded: str, numbers: list[Number]) -> list[Number]:
    merged: list[Number] = []
    for number in numbers:
        last = merged[-1] if merged else None
        between = folded[last.end : number.start] if last is not None else ""
        if (
            last is not None
            and len(between) <= len(" або ")
            and _RANGE.fullmatch(between)
            and _is_range(last, number, between)
        ):
            merged[-1] = Number(last.value, number.value, Qualifier.EXACT, last.start, number.end)
        else:
            merged.append(number)
    return merged


def _is_range(low: Number, high: Number, between: str) -> bool:
    if low.value is None or high.value is None or low.value_max is not None or low.may_be_year:
        return False
    if between.strip() in ("and", "та", "і", "и", ""):  # "14 and 52" are two numbers
        return False
    return low.value < high.value <= low.value * 3 + 3


def _qualified(folded: str, number: Number, lexicon: Lexicon) -> Number:
    start = max(0, number.start - _REACH)
    before = folded[start : number.start]
    another = lexicon.qualifiers["another"].search(before)
    before = before[: another.start()] if another else before
    for qualifier in _QUALIFIERS:
        match = lexicon.qualifiers[qualifier].search(before)
        if match:
            return Number(number.value, number.value_max, qualifier, start + match.start(), number.end)
    is_distributive = lexicon.each.search(before) is not None
    return Number(number.value, number.value_max, Qualifier.EXACT, number.start, number.end, is_distributive)


def _vague(folded: str, lexicon: Lexicon) -> Iterator[Number]:
    for match in lexicon.vague.finditer(folded):
        yield Number(None, None, Qualifier.VAGUE, *match.span())
