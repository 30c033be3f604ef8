"""Numbers in running text: digits, words, ranges, vague amounts, each with how exactly it is meant."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from db.facts import Qualifier

_BEFORE = r"(?<![\w.,/:№$€£-])(?<!№ )(?<!no\. )"  # colony No. 2, 12:30, 11.09 and $250 count nobody
_AGE = r"-(?!(?:х|ти|ма|ох|мі|м|ro|iu|ių|u)(?!\w))[^\W\d]"  # "34-летний", "80-й"; but "52-х" counts
_DIGITS = re.compile(
    rf"{_BEFORE}\d{{1,3}}(?:[ .,]\d{{3}})+(?![\w%]|{_AGE})|{_BEFORE}\d+(?:[.,]\d+)?(?![\w%]|[.,:]\d|-\d\d-|{_AGE})"
)
_SECTIONS = ("number/", "amount/vague")  # of the lexicon, for numbers in words
_DIGIT = re.compile(r"\d")
_GROUPED = re.compile(r"\d{1,3}(?:[ .,]\d{3})+")
_JOINT = re.compile(r"\D")
_DECIMAL = re.compile(r"\d+[.,]\d+")
_FRACTION = re.compile(r"\d+[.,]\d{1,2}")
_HYPHENATED = re.compile(rf"{_BEFORE}\d{{1,4}}-(\d{{1,4}})(?![\w%-]|[.,:]\d)")
_BETWEEN = re.compile(r"[,;:()—]")
Span = tuple[int, int]
Hits = Mapping[str, tuple[Span, ...]]
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


def find_numbers(folded: str, hits: Hits) -> tuple[Number, ...]:
    """Return the numbers of a folded sentence in order; "20-30" and "two or three" come as one with a maximum."""
    if not _DIGIT.search(folded) and not any(name.startswith(_SECTIONS) for name in hits):
        return ()
    plain = sorted((*_digits(folded), *_words(folded, hits)), key=lambda number: number.start)
    vague = [Number(None, None, Qualifier.VAGUE, *span) for span in hits.get("amount/vague", ())]
    if not plain and not vague:
        return ()
    merged = _merge_ranges(folded, _merge_thousands(folded, plain), hits)
    people = [number for number in merged if not _is_percent(folded, number, hits)]
    exact = [number for number in people if not any(_covers(other, number) for other in vague)]
    taken = [_qualified(folded, number, hits) for number in exact]
    free = [number for number in vague if not any(o.start < number.end and number.start < o.end for o in taken)]
    return tuple(sorted((*taken, *free), key=lambda number: number.start))


def _is_percent(folded: str, number: Number, hits: Hits) -> bool:
    """Whether a number counts no people: per cent, years, metres, money."""
    is_signed = folded[number.end : number.end + 2].strip().startswith("%")
    units = (*hits.get("amount/percent", ()), *hits.get("amount/units", ()))
    return is_signed or any(0 <= start - number.end <= 1 for start, _ in units)


def _covers(vague: Number, number: Number) -> bool:
    """Whether a number is part of a vague amount: "several hundred"."""
    return vague.start < number.start and number.end <= vague.end


def _digits(folded: str) -> Iterator[Number]:
    for match in _DIGITS.finditer(folded):
        words = match.group()
        value = int(_JOINT.sub("", words)) if _GROUPED.fullmatch(words) else _decimal(words)
        yield Number(value, None, Qualifier.EXACT, *match.span())
    for match in _HYPHENATED.finditer(folded):
        yield Number(int(match[1]), None, Qualifier.EXACT, *match.span(1))


def _decimal(words: str) -> int:
    """Whole numbers as they are; "1,5" keeps its fraction in thousandths of a thousand (see _merge_thousands)."""
    whole, _, fraction = words.replace(",", ".").partition(".")
    return int(whole) if not fraction else int(float(f"{whole}.{fraction}") * _THOUSAND)


def _words(folded: str, hits: Hits) -> Iterator[Number]:
    """Yield number words; neighbours join ("двадцять два", "thirty-one", "two thousand two hundred and six")."""
    current: Number | None = None
    for start, end, value in _word_values(folded, hits):
        joined = _joined(folded[current.end : start], current.value or 0, value) if current else None
        if current is not None and joined is not None:
            current = Number(joined, None, Qualifier.EXACT, current.start, end)
            continue
        if current is not None:
            yield current
        current = Number(value, None, Qualifier.EXACT, start, end)
    if current is not None:
        yield current


def _word_values(folded: str, hits: Hits) -> list[tuple[int, int, int]]:
    """Return (start, end, value) of the number words, in order; the longest where they overlap."""
    found = [
        (start, -end, int(name.removeprefix("number/")))
        for name, spans in hits.items()
        if name.startswith("number/")
        for start, end in spans
    ]
    kept: list[tuple[int, int, int]] = []
    for start, minus_end, value in sorted(found):
        if not kept or start >= kept[-1][1]:
            kept.append((start, -minus_end, value))
    starts = {start for start, _, _ in kept}
    return [word for word in kept if not folded.startswith("-", word[1]) or word[1] + 1 in starts]  # "three-year"


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
            is_decimal = _DECIMAL.fullmatch(folded, last.start, last.end) is not None
            product = value if is_decimal and unit == _THOUSAND else value * (unit or 1)
            merged[-1] = Number(product, None, Qualifier.EXACT, last.start, number.end)
        else:
            merged.append(number)
    return [number for number in merged if not _is_fraction(folded, number)]


def _is_fraction(folded: str, number: Number) -> bool:
    return _FRACTION.fullmatch(folded, number.start, number.end) is not None


def _merge_ranges(folded: str, numbers: list[Number], hits: Hits) -> list[Number]:
    merged: list[Number] = []
    for number in numbers:
        last = merged[-1] if merged else None
        if last is not None and _is_joint(folded, last, number, hits) and _is_range(last, number):
            merged[-1] = Number(last.value, number.value, Qualifier.EXACT, last.start, number.end)
        else:
            merged.append(number)
    return merged


def _is_joint(folded: str, low: Number, high: Number, hits: Hits) -> bool:
    """Whether "to", "or" or a dash stands between; "and" joins behind "between" only: "14 and 52" are two numbers."""
    between = folded[low.end : high.start]
    if between.strip() in ("-", "—") and len(between) <= len(" — "):
        return True
    if _is_between("amount/range_words", low, high, hits):
        return True
    return _is_between("amount/and_words", low, high, hits) and any(
        0 <= low.start - end <= _REACH for _, end in hits.get("qualifier/range", ())
    )


def _is_between(name: str, low: Number, high: Number, hits: Hits) -> bool:
    return any(start - low.end == 1 and high.start - end == 1 for start, end in hits.get(name, ()))


def _is_range(low: Number, high: Number) -> bool:
    if low.value is None or high.value is None or low.value_max is not None or low.may_be_year:
        return False
    return low.value < high.value <= low.value * 3 + 3


def _qualified(folded: str, number: Number, hits: Hits) -> Number:
    """Return a number with the qualifier before it; "another" and the like may stand between."""
    start = next((s for s, end in hits.get("qualifier/another", ()) if end + 1 == number.start), number.start)
    found = [
        (first, qualifier)
        for qualifier in _QUALIFIERS
        for first, end in hits.get(f"qualifier/{qualifier.value}", ())
        if not any(s <= first and end <= e for s, e in hits.get("handover", ()))  # "hands over 31"
        and 0 <= start - end <= 1
        and not _BETWEEN.search(folded, end, start)
    ]
    if found:  # the longest: "не более" holds "более"
        first, qualifier = min(found)
        return Number(number.value, number.value_max, qualifier, first, number.end)
    is_each = any(end + 1 == number.start for _, end in hits.get("amount/each", ()))
    is_each = is_each or any(first - number.end == 1 for first, _ in hits.get("amount/each_after", ()))
    return Number(number.value, number.value_max, Qualifier.EXACT, number.start, number.end, is_each)
