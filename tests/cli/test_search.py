"""`volya articles search`: what is found, where the words stand, and what is said when nothing is."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Call = Callable[..., Any]

DOCUMENTS = [
    {
        "url": f"https://news.example/{number}",
        "outlet": "desk" if number % 2 else "other",
        "language": "en",
        "title": f"Report {number} from Minsk",
        "text": f"The envoy's talks took {number} hours.\nPrisoners were not\x1b[31m mentioned.",
        "published": f"2025-09-{number:02}T12:00:00Z",
    }
    for number in range(1, 26)
]


@pytest.fixture
def filled(volya: Call, tmp_path: Path) -> Call:
    """The program on a database of 25 articles."""
    (tmp_path / "some.jsonl").write_text("\n".join(map(json.dumps, DOCUMENTS)), encoding="utf-8")
    assert volya("import", "some.jsonl").code == 0
    return volya


def test_what_is_found_is_shown_with_a_piece_of_its_text(filled: Call) -> None:
    answer = filled("articles", "search", "prisoner", "25")
    assert (answer.code, answer.err) == (0, "")
    assert "Report 25 from Minsk" in answer.out
    assert "The envoy's talks took 25 hours. Prisoners were not" in answer.out
    assert "\x1b" not in answer.out


def test_for_programs_it_is_the_listed_article_and_the_places_of_the_words(filled: Call) -> None:
    (found,) = filled("articles", "search", "envoy", "minsk", "25", "--json").objects
    matches = found.pop("matches")
    assert [found] == [one for one in filled("articles", "list", "--json").objects if one["id"] == found["id"]]
    assert {
        name: [piece["excerpt"][start:end] for start, end in piece["spans"]] for name, piece in matches.items()
    } == {"title": ["25", "Minsk"], "text": ["envoy's", "25"]}


def test_people_see_twenty_and_how_many_there_are_programs_see_all(filled: Call) -> None:
    answer = filled("articles", "search", "Minsk", "--newest")
    assert answer.out.count("from Minsk") == 20
    assert answer.out.index("Report 25") < answer.out.index("Report 24")
    assert "20 of 25: --limit N shows more" in answer.err
    assert len(filled("articles", "search", "Minsk", "--json").objects) == 25
    assert len(filled("articles", "search", "Minsk", "--newest", "--json").objects) == 25
    assert len(filled("articles", "search", "Minsk", "--limit", "3", "--json").objects) == 3


def test_filters_and_a_minus_stand_among_the_words(filled: Call) -> None:
    found = filled("articles", "search", "Minsk", "-25", "outlet:desk", "after:2025-09-20", "--json").objects
    assert sorted(one["title"] for one in found) == ["Report 21 from Minsk", "Report 23 from Minsk"]
    assert filled("articles", "search", "-hours", "-minsk").out == "Nothing found.\n"


def test_nothing_found_is_said_and_no_error(filled: Call) -> None:
    answer = filled("articles", "search", "envoy", "Warsaw")
    assert (answer.code, answer.out) == (0, "Nothing found: all words must occur in one article, so fewer find more.\n")
    assert filled("articles", "search", "Warsaw", "--json").out == ""


def test_what_cannot_be_searched_for_is_a_fault_of_usage(volya: Call) -> None:
    answer = volya("articles", "search", "kind:rumour")
    assert (answer.code, answer.err) == (2, "volya: kind:rumour: is none of release, negotiation\n")
    assert volya("articles", "search").code == 2
