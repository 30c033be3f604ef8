"""Numbers in running text: digits, words, ranges, vague amounts, each with how exactly it is meant."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from db.facts import Qualifier
from events.lexicon import Lexicon

_BEFORE = r"(?<![\w.,/:№$€£-])(?<!№ )(?<!no\. )"  # colony No. 2, 12:30, 11.09 and $250 count nobody
_DIGITS = re.compile(rf"{_BEFORE}\d{{1,3}}(?:[ .,]\d{{3}})+(?![\w%])|{_BEFORE}\d+(?:[.,]\d+)?(?![\w%]|[.,:]\d|-\d\d-)")
_HYPHENATED = re.compile(rf"{_BEFORE}\d{{1,4}}-(\d{{1,4}})(?![\w%-]|[.,:]\d)")
_WORD = re.compile(r"[^\W\d_][\w'.-]*")
_THOUSAND = 1000
_HUNDRED = 100
_DOZEN = 12
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
    merged = _merge_ranges(folded, _merge_thousands(folded, plain), lexicon)
    people = [number for number in merged if not lexicon.percent.match(folded, number.end)]
    vague = [Number(None, None, Qualifier.VAGUE, *match.span()) for match in lexicon.vague.finditer(folded)]
    exact = [number for number in people if not any(_covers(other, number) for other in vague)]
    taken = [_qualified(folded, number, lexicon) for number in exact]
    free = [number for number in vague if not any(o.start < number.end and number.start < o.end for o in taken)]
    return tuple(sorted((*taken, *free), key=lambda number: number.start))


def _covers(vague: Number, number: Number) -> bool:
    """Whether a number is part of a vague amount: "several hundred"."""
    return vague.start < number.start and number.end <= vague.end


def _digits(folded: str) -> Iterator[Number]:
    for match in _DIGITS.finditer(folded):
        words = match.group()
        is_grouped = re.fullmatch(r"\d{1,3}(?:[ .,]\d{3})+", words) is not None
        value = int(re.sub(r"\D", "", words)) if is_grouped else _decimal(words)
        yield Number(value, None, Qualifier.EXACT, *match.span())
    for match in _HYPHENATED.finditer(folded):
        yield Number(int(match[1]), None, Qualifier.EXACT, *match.span(1))


def _decimal(words: str) -> int:
    """Whole numbers as they are; "1,5" keeps its fraction in thousandths of a thousand (see _merge_thousands)."""
    whole, _, fraction = words.replace(",", ".").partition(".")
    return int(whole) if not fraction else int(float(f"{whole}.{fraction}") * _THOUSAND)


def _words(folded: str, lexicon: Lexicon) -> Iterator[Number]:
    """Yield number words; neighbours join ("двадцять два", "thirty-one", "two thousand two hundred and six")."""
    current: Number | None = None
    for match in _WORD.finditer(folded):
        for start, end, value in _word_values(folded, match.start(), match.end(), lexicon):
            joined = _joined(folded[current.end : start], current.value or 0, value) if current else None
            if current is not None and joined is not None:
                current = Number(joined, None, Qualifier.EXACT, current.start, end)
                continue
            if current is not None:
                yield current
            current = Number(value, None, Qualifier.EXACT, start, end)
    if current is not None:
        yield current


def _word_values(folded: str, start: int, end: int, lexicon: Lexicon) -> Iterator[tuple[int, int, int]]:
    whole = _value_of(folded, start, end, lexicon)
    if whole is not None:
        yield start, end, whole
    elif "-" in folded[start:end]:  # "thirty-one", or "двое-трое"
        middle = folded.index("-", start, end)
        first, second = _value_of(folded, start, middle, lexicon), _value_of(folded, middle + 1, end, lexicon)
        if first is not None and second is not None:
            yield start, middle, first
            yield middle + 1, end, second


def _value_of(folded: str, start: int, end: int, lexicon: Lexicon) -> int | None:
    for value, pattern in lexicon.numbers:
        if pattern.fullmatch(folded, start, end):
            return value
    return None


def _joined(between: str, before: int, value: int) -> int | None:
    """Return what two neighbours make together, or None if they are two numbers ("двое-трое")."""
    rest = before % _THOUSAND
    if between not in (" ", "-", " and ") or (between == " and " and before % _HUNDRED):
        return None
    if value == _THOUSAND:
        return before * value if before < _THOUSAND else None
    if value in (_HUNDRED, _DOZEN) and 0 < rest < _TEN:  # "two hundred", "two dozen"
        return before - rest + rest * value
    if value >= _HUNDRED:
        return before + value if rest == 0 else None
    fits = rest % _HUNDRED == 0 if value >= _TEN else rest % _TEN == 0 and rest % _HUNDRED != _TEN
    return before + value if fits else None


def _merge_thousands(folded: str, numbers: list[Number]) -> list[Number]:
    """Join figures with the word thousand (or hundred) behind them: "1,5 тис."."""
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


def _merge_ranges(folded: str, numbers: list[Number], lexicon: Lexicon) -> list[Number]:
    merged: list[Number] = []
    for number in numbers:
        last = merged[-1] if merged else None
        between = folded[last.end : number.start] if last is not None else ""
        if (
            last is not None
            and lexicon.range_joint.fullmatch(between)
            and _is_range(last, number)
            and (
                between.strip() not in lexicon.and_words or _opens_range(folded, last, lexicon)
            )  # "14 and 52" are two numbers
        ):
            merged[-1] = Number(last.value, number.value, Qualifier.EXACT, last.start, number.end)
        else:
            merged.append(number)
    return merged


def _opens_range(folded: str, low: Number, lexicon: Lexicon) -> bool:
    return lexicon.qualifiers["range"].search(folded, max(0, low.start - _REACH), low.start) is not None


def _is_range(low: Number, high: Number) -> bool:
    if low.value is None or high.value is None or low.value_max is not None or low.may_be_year:
        return False
    return low.value < high.value <= low.value * 3 + 3


def _qualified(folded: str, number: Number, lexicon: Lexicon) -> Number:
    start = max(0, number.start - _REACH)
    before = folded[start : number.start]
    another = lexicon.qualifiers["another"].search(before)
    before = before[: another.start()] if another else before
    found = [(match.start(), q) for q in _QUALIFIERS if (match := lexicon.qualifiers[q].search(before))]
    if found:  # the longest: "не более" holds "более"
        first, qualifier = min(found)
        return Number(number.value, number.value_max, qualifier, start + first, number.end)
    is_distributive = bool(lexicon.each.search(before) or lexicon.each_after.match(folded, number.end + 1))
    return Number(number.value, number.value_max, Qualifier.EXACT, number.start, number.end, is_distributive)
