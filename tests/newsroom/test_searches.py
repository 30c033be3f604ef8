"""Made-up searches and registers answer in the forms of the real ones, their refusals too."""

from __future__ import annotations

import csv
import io
from datetime import date
from typing import Any

import httpx
import pytest

from newsroom import Act, Answer, Hit, RegisterServer, SearchServer
from newsroom.registers import EXPORT, INSPECTION, OFAC, PRISONERS
from newsroom.searches import BING, GDELT, GOOGLE, TOO_MANY


def test_gdelt_allows_one_request_in_five_seconds_and_takes_or_in_parentheses_only(
    clock: Any, client: httpx.Client
) -> None:
    with SearchServer(clock, pace=5.0) as search:
        search.find(
            Hit("https://outlet.example/a", "Made up, all of it", "Outlet", "https://outlet.example", clock.now)
        )
        first = client.get(search.gdelt_url("(belarus OR minsk)"))
        assert first.json()["articles"][0]["seendate"] == "20260305T120000Z"
        assert (client.get(search.gdelt_url("x")).status_code, client.get(search.gdelt_url("x")).text) == (
            429,
            TOO_MANY,
        )
        clock.go_on(seconds=6)
        refused = client.get(search.gdelt_url("belarus OR minsk"))
        assert (refused.status_code, refused.headers["content-type"]) == (200, "text/html; charset=utf-8")


@pytest.mark.parametrize(
    ("path", "said"),
    [
        (f"{GOOGLE}?q=x&ceid=US:en", '"x" - Google News'),
        (f"{GOOGLE}?q=x&ceid=BY:be", "This feed is not available."),
        (f"{BING}?q=x&format=RSS", "x - BingNews"),
        ("/rss/articles/CBMi", "<script>"),
    ],
)
def test_searches_answer_200_whatever_they_have_to_say(client: httpx.Client, path: str, said: str) -> None:
    with SearchServer() as search:
        answer = client.get(f"{search.url}{path}")
        assert (answer.status_code, said in answer.text) == (200, True)
        search.script(GDELT, Answer(503))
        assert [client.get(f"{search.url}{GDELT}").status_code for _ in range(2)] == [503, 200]


def test_registers_serve_acts_by_day_documents_by_number_and_the_list_with_its_link(client: httpx.Client) -> None:
    with RegisterServer() as registers:
        acts = [Act(f"Act {number}", "Text.", date(2026, 5, 7), number=f"2026-{number:05d}") for number in range(12)]
        registers.actions += acts
        registers.documents += acts[:1]
        registers.prisoners += ["active", "former"]
        assert client.get(f"{registers.url}{OFAC}?page=1").text.count("search-result") == 2
        assert client.get(f"{registers.url}{OFAC}/20260507_33").text.count("Act 1") == 2
        assert client.get(registers.documents_url).json()["results"][0]["document_number"] == "2026-00000"
        assert client.get(f"{registers.documents_url}&conditions%5Bx%5D=1").status_code == 400
        assert client.get(f"{registers.url}{INSPECTION}").json() == {
            "count": 0,
            "description": "Documents matching made up",
        }
        assert EXPORT in client.get(f"{registers.url}{PRISONERS}").text
        rows = list(csv.DictReader(io.StringIO(client.get(f"{registers.url}{EXPORT}").text)))
        assert [row["status"] for row in rows] == ["active", "former"]
