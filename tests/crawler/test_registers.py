"""Federal Register, OFAC and Viasna: days, proofs of emptiness, and a number that is told only if every row is understood."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from crawler.doors import Context, read_body
from crawler.errors import FeedError
from newsroom.registers import Act, answer_documents, render_actions, render_list_page, render_prisoners

REGISTER = "https://www.federalregister.gov/api/v1/documents.json?order=newest"
OFAC = "https://ofac.treasury.gov/recent-actions"
LIST = "https://prisoners.spring96.org/en/list"
CSV = "https://prisoners.spring96.org/en/list/export?format=csv"
WASHINGTON = Context(timezone="America/New_York")
NOW = datetime(2026, 5, 7, 22, 30, tzinfo=UTC)  # in Vilnius it is the 8th
VILNIUS = Context(timezone="Europe/Vilnius", at=NOW)
NOTICE = Act("Made-Up Notice of a General License", "A made-up licence.", date(2026, 5, 7), number="2026-00001")
NOON = datetime(2026, 5, 7, 16, tzinfo=UTC)


def documents(body: Any) -> Any:
    plain = body if isinstance(body, bytes) else json.dumps(body).encode()
    return read_body("federal_register", plain, REGISTER, WASHINGTON)


def actions(body: bytes, url: str = OFAC) -> Any:
    return read_body("ofac", body, url, WASHINGTON)


def prisoners(body: bytes, context: Context = VILNIUS) -> Any:
    return read_body("viasna", body, CSV, context)


def test_a_document_of_the_federal_register_is_dated_by_its_day_in_washington() -> None:
    (entry,) = documents(answer_documents({}, [NOTICE], "https://www.federalregister.gov").body).entries
    assert entry.url == "https://www.federalregister.gov/documents/2026/05/07/2026-00001/made-up"
    assert (entry.title, entry.guid) == (NOTICE.title, "2026-00001")
    assert entry.summary == "made-up Belarus A made-up licence."
    assert (entry.published_at, entry.published_precision) == (NOON, "day")


def test_a_document_laid_open_before_its_publication_has_an_instant() -> None:
    filed = datetime(2026, 5, 6, 12, 45, tzinfo=UTC)
    (entry,) = documents(answer_documents({}, [replace(NOTICE, filed_at=filed)], "https://x.example").body).entries
    assert (entry.published_at, entry.published_precision) == (filed, "instant")


def test_no_documents_are_a_count_of_0() -> None:
    assert documents(answer_documents({}, [], "https://x.example").body).empty_by == "a count of 0"


@pytest.mark.parametrize(
    ("body", "trouble"),
    [
        ({"errors": {"conditions[x]": "is not a valid field"}}, r"refused: 'conditions\[x\] is not a valid field'"),
        ({"status": 400, "message": "field 'x' not valid"}, "refused: .*not valid"),
        ({"results": []}, "without a count"),
        ({"count": True}, "without a count"),
        ({"count": "1"}, "without a count"),
        ({"count": 3}, "nothing in it"),
        ({"count": 1, "results": [{"html_url": "javascript:alert(1)"}, 7, None]}, "nothing in it"),
        ({"count": 1, "results": {"a": 1}}, "nothing in it"),
        (b"<html><body>Internal Server Error</body></html>", "no object of JSON"),
        (b'{"count":1,"results":[' + b"{" * 100_000, "no JSON"),
    ],
)
def test_what_is_no_answer_of_the_register_is_broken_and_never_empty(body: object, trouble: str) -> None:
    with pytest.raises(FeedError, match=trouble):
        documents(body)


@pytest.mark.parametrize(
    ("following", "older"),
    [
        ("https://www.federalregister.gov/api/v1/documents.json?order=newest&page=2", True),
        (REGISTER, False),
        ("https://elsewhere.example/api?page=2", False),
        (None, False),
    ],
)
def test_the_next_page_is_followed_only_on_the_same_site_and_never_to_itself(
    following: str | None, *, older: bool
) -> None:
    answer = json.loads(answer_documents({}, [NOTICE], "https://www.federalregister.gov").body)
    assert documents({**answer, "next_page_url": following}).older == (following if older else None)


def test_actions_of_ofac_are_dated_by_the_day_in_their_address() -> None:
    second = replace(NOTICE, title="Belarus-related Removal & more", label="Sanctions List Updates")
    listing = actions(render_actions([NOTICE, second, replace(NOTICE, day=date(2026, 4, 30))], 0))
    assert [entry.url.rpartition("/")[2] for entry in listing.entries] == ["20260507", "20260507_33", "20260430"]
    assert listing.entries[1].title == "Belarus-related Removal & more"
    assert listing.entries[1].summary == "Sanctions List Updates"
    assert {entry.published_precision for entry in listing.entries} == {"day"}
    assert listing.entries[0].published_at == NOON


@pytest.mark.parametrize(
    ("path", "stated", "published_at"),
    [
        ("/recent-actions/special", "May 07, 2026 -", NOON),
        ("/recent-actions/20269999", "May 7, 2026", NOON),
        ("/recent-actions/special", "Mai 07, 2026 -", None),
        ("/recent-actions/special", "February 31, 2026", None),
        ("/recent-actions/special", "", None),
    ],
)
def test_without_a_day_in_the_address_the_words_beside_it_tell(
    path: str, stated: str, published_at: datetime | None
) -> None:
    body = (
        f"<div class='x view-content'><div class='search-result views-row'><p class='font-sans-lg'><a href='{path}'>A</a>"
        f"</p><p class='font-sans-2xs'>{stated} <a href='/x'>Label</a></p></div></div>"
    )
    (entry,) = actions(body.encode()).entries
    assert entry.published_at == published_at


@pytest.mark.parametrize(
    ("url", "older"),
    [
        (OFAC, f"{OFAC}?page=1"),
        (f"{OFAC}?page=4", f"{OFAC}?page=5"),
        (f"{OFAC}?page=1000", None),
        (f"{OFAC}?page=x", None),
    ],
)
def test_the_page_behind_is_known(url: str, older: str | None) -> None:
    assert actions(render_actions([NOTICE], 0), url).older == older


@pytest.mark.parametrize(
    "body",
    [
        render_actions([], 0),
        b"<html><title>Page not found</title><body>view-content search-result</body></html>",
        b"<div class='view-content'><div class='search-result'><div class='font-sans-lg'><a>no link</a></div></div></div>",
        b"<div class='search-result'><div class='font-sans-lg'><a href='/recent-actions/20260507'>A</a></div></div>",
        b"<div class='view-content'><div class='search-result'><div class='font-sans-lg'><a href='javascript:x'>A</a></div></div></div>",
        b"<div>" * 2_000,
        b"",
    ],
)
def test_a_page_without_actions_is_broken(body: bytes) -> None:
    with pytest.raises(FeedError):
        actions(body)


def test_the_list_tells_how_many_are_held_and_on_which_day_where_it_is_kept() -> None:
    statuses = ["active"] * 1140 + ["former"] * 20 + ["np", ""]
    (entry,) = prisoners(b"\xef\xbb\xbf" + render_prisoners(statuses)).entries
    assert entry.title == "Viasna: 1,140 political prisoners are held in Belarus"
    assert entry.content.startswith(
        "As of 8 May 2026, 1,140 political prisoners are held in Belarus, according to Viasna."
    )
    assert entry.url == "https://prisoners.spring96.org/?held=1140&on=2026-05-08"
    assert (entry.guid, entry.is_article, entry.published_precision) == ("held: 1140", True, "day")
    assert entry.published_at == datetime(2026, 5, 8, 9, tzinfo=UTC)


@pytest.mark.parametrize("delimiter", [";", "\t"])
def test_the_delimiter_is_seen_in_the_first_line(delimiter: str) -> None:
    (entry,) = prisoners(render_prisoners(["active", "former"], delimiter)).entries
    assert entry.guid == "held: 1"


def test_heads_and_words_of_status_as_shown_to_people_are_known_too() -> None:
    shown = "Имя и фамилия,Статус\nА,Политзаключённый\nБ,бывший  политзаключенный\n"
    assert prisoners(shown.encode()).entries[0].guid == "held: 1"
    assert (
        prisoners(b"Name and surname,Status\nA,Political prisoner\nB,recognized ex post facto\n").entries[0].guid
        == "held: 1"
    )


def test_one_person_in_two_rows_is_counted_once_and_two_of_one_name_are_two() -> None:
    table = b"id,name,status\n1,Made Up,active\n1,Made Up,active\n2,Made Up,active\n"
    assert prisoners(table).entries[0].guid == "held: 2"


@pytest.mark.parametrize(
    ("body", "trouble"),
    [
        (render_prisoners(["former"] * 5), "nobody is held"),
        (render_prisoners([]), "nobody is held"),
        (render_prisoners(["active", "pardoned"]), "a status that is not known: 'pardoned'"),
        (render_prisoners(["active"] * 3)[:-30], "no CSV|cut short"),
        (
            render_prisoners(["active"] * 3).replace(b"released", b"released,x").replace(b"Nowhere", b'N"x'),
            "cut short|no CSV",
        ),
        (b'id,status\n1,"active', "no CSV"),
        (b"id,name\n1,x\n", "no CSV with a column of the status"),
        (b"status\n" + b"active\n" * 50_002, "more than 50,000 rows"),
        (b"status\n" + b"x" * 200_000, "no CSV"),
        (b"", "no CSV"),
        (b'{"id": 1}', "no CSV with"),
        (b"<!doctype html><title>Just a moment...</title>", "no link to the list"),
        (b"<html><form action='/login'></form></html>", "no link to the list"),
    ],
)
def test_a_list_that_was_not_understood_whole_tells_no_number(body: bytes, trouble: str) -> None:
    with pytest.raises(FeedError, match=trouble):
        prisoners(body)
    with pytest.raises(FeedError, match="without the time"):
        prisoners(render_prisoners(["active"]), Context())


@pytest.mark.parametrize(
    ("links", "found"),
    [
        ((), "https://prisoners.spring96.org/en/list/export"),
        (('<a href="/files/all.csv">Everything</a>',), "https://prisoners.spring96.org/files/all.csv"),
        (('<a href="/x">download CSV</a>', '<a href="?format=csv">CSV</a>'), f"{LIST}?format=csv"),
    ],
)
def test_the_page_of_the_list_is_read_for_the_link_to_the_list(links: tuple[str, ...], found: str) -> None:
    listing = read_body("viasna", render_list_page(*links), LIST, VILNIUS)
    assert (listing.children, listing.is_index, listing.entries) == ((found,), True, ())


@pytest.mark.parametrize(
    ("links", "trouble"),
    [
        (('<a href="/a">CSV</a>', '<a href="/b">CSV</a>'), "two links"),
        (('<a href="/a">Export</a>',), "no link"),
        (('<a href="javascript:csv()">CSV</a>',), "no link"),
    ],
)
def test_a_page_without_one_such_link_is_broken(links: tuple[str, ...], trouble: str) -> None:
    with pytest.raises(FeedError, match=trouble):
        read_body("viasna", render_list_page(*links), LIST, VILNIUS)


@pytest.mark.parametrize("body", [b"\n" * 8_000_000, b"status\n" + b'"' * 2_000_000, b"," * 2_000_000])
def test_a_list_of_nothing_but_signs_is_survived(body: bytes) -> None:
    with pytest.raises(FeedError):
        prisoners(body)
