"""What people write in the search field, what is made of it, and what is refused in which words."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from db.search_query import MOST_CHARACTERS, Filter, Query, SearchError, Term, mark_of, parse_query
from db.search_terms import match_of, tsquery_of
from db.words import stem_of

NOW = datetime(2026, 1, 2, 12, 30, tzinfo=UTC)


def term(*words: str) -> Term:
    return Term(tuple(map(stem_of, words)))


CASES: dict[str, Query] = {
    "": Query(),
    "   ": Query(),
    "Häftlinge freed": Query((term("Häftling"), term("free"))),
    '"political prisoner" Minsk': Query((term("political", "prisoner"), term("minsk"))),
    "„political prisoner“": Query((term("political", "prisoner"),)),
    '"political prisoner': Query((term("political", "prisoner"),)),
    "reform.news": Query((term("reform", "news"),)),
    "Minsk -Moscow": Query((term("minsk"),), (term("moscow"),)),
    '-"Moscow talks"': Query((), (term("moscow", "talk"),)),
    "-Moscow": Query((), (term("moscow"),)),
    "Häft*": Query((Term(("haft",), is_beginning=True),)),
    '"Häft*"': Query((term("haft"),)),
    "outlet:Zerkalo,belta outlet:tsn": Query(filters=(Filter("outlet", ("zerkalo", "belta", "tsn")),)),
    'outlet:"Made Up, Weekly"': Query(filters=(Filter("outlet", ("made up, weekly",)),)),
    "-language:ru kind:release": Query(
        filters=(Filter("language", ("ru",), is_excluded=True), Filter("kind", ("release",)))
    ),
    "Decision:EVENT": Query(filters=(Filter("decision", ("event",)),)),
    "after:2025-09-11": Query(after=datetime(2025, 9, 11, tzinfo=UTC)),
    "after:2025-09 before:2026": Query(after=datetime(2025, 9, 1, tzinfo=UTC), before=datetime(2026, 1, 1, tzinfo=UTC)),
    "after:7d": Query(after=NOW - timedelta(days=7)),
    "before:12h after:2w after:2025": Query(after=NOW - timedelta(weeks=2), before=NOW - timedelta(hours=12)),
    # Taken as it is written: none of it is ours.
    "foo:bar": Query((term("foo", "bar"),)),
    "at 12:30": Query((term("at"), term("12", "30"))),
    '" OR 1=1 --': Query((term("or", "1", "1"),)),
    "NEAR(a b, 3)": Query((term("near", "a"), term("b"), term("3"))),
    "a AND (b OR c)": Query((term("a"), term("and"), term("b"), term("or"), term("c"))),
    "title:x ^y": Query((term("title", "x"), term("y"))),
    "a\x00b": Query((term("ab"),)),
    "a -- b": Query((term("a"), term("b"))),
    "\u202eabc": Query((term("abc"),)),
}
REFUSED = {
    "***": r"\*\*\*: has no letter and no digit",
    '"': "has no letter and no digit",
    "outlet:": "outlet:: give a value behind the colon, as in outlet:zerkalo",
    "outlet:,": "outlet:: give a value",
    "language:belarusian": "language:belarusian: give the code of a language, such as be",
    "kind:related": "kind:related: is none of release, negotiation",
    "decision:maybe": "decision:maybe: is none of event, related, none",
    "after:yesterday": "after:yesterday: give a day, a month, a year or a span",
    "after:2025-02-30": "after:2025-02-30: give a day",
    "after:0000": "after:0000: give a day",
    "before:9999": "before:9999: give a day",
    "before:": "before:: give a day",
    "-before:2025": "-before:: cannot be taken away",
    "x" * 10_000: "the question: has 10,000 characters, at most 1,000",
    "x " * 33: "the question: at most 32 words",
}


@pytest.mark.parametrize("text", CASES)
def test_what_is_written_becomes_a_query(text: str) -> None:
    assert parse_query(text, NOW) == CASES[text]


@pytest.mark.parametrize("text", REFUSED)
def test_what_cannot_be_meant_is_refused_and_the_right_way_is_said(text: str) -> None:
    with pytest.raises(SearchError, match=REFUSED[text]):
        parse_query(text, NOW)


def test_the_fields_of_a_form_are_filters_too_and_empty_ones_ask_for_nothing() -> None:
    filters = {"outlet": "Zerkalo", "language": "", "kind": " ", "after": "2025-09-11"}
    assert parse_query("Minsk", NOW, filters) == parse_query("Minsk outlet:zerkalo after:2025-09-11", NOW)
    assert parse_query("outlet:tsn", NOW, {"outlet": "a b"}).filters == (Filter("outlet", ("tsn", "a b")),)
    with pytest.raises(SearchError, match="author: is no filter"):
        parse_query("", NOW, {"author": "x"})


def test_days_begin_where_the_asker_is() -> None:
    kyiv = timezone(timedelta(hours=2))
    asked = parse_query("after:2025-09-11", NOW.astimezone(kyiv))
    assert asked.after == datetime(2025, 9, 10, 22, tzinfo=UTC)


@pytest.mark.parametrize("name", ["zerkalo", "Радыё «Свабода»", 'a" OR x', "a'b", "", "=all", "a b"])
def test_a_mark_is_one_plain_term_that_no_word_is_like(name: str) -> None:
    mark = mark_of("outlet", name)
    assert mark.startswith("=outlet=")
    assert mark.isascii()
    assert not set(mark) & set("\"' ()")


@settings(deadline=None)
@given(st.text(max_size=MOST_CHARACTERS))
@example("NEAR(")
@example('""" "" "')
@example("a* -b* *")
def test_whatever_is_written_becomes_quoted_terms_or_a_refusal(text: str) -> None:
    try:
        query = parse_query(text, NOW)
    except SearchError:
        return
    words = " ".join(match_of(query).split('"')[::2]).split()
    assert {word.strip("({}):*") for word in words} <= {"", "title", "text", "marks", "AND", "OR", "NOT"}
    unquoted = "".join(tsquery_of(query).split("'")[::2])
    assert set(unquoted) <= set(" ()&|!<->:*")
