"""A hundred hostile titles on every page: nothing of them runs, becomes an element, or calls another host."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from playwright.sync_api import Page

DATA = Path(__file__).parents[1] / "data" / "hostile.json"
FIRST = ("scripts", "links", "templates", "entities", "breakers", "marks", "invisible", "control")
LONG = 400  # the answer to a search of too many words or letters; its page shows them, too
ALIEN = """() => [
  ...[...document.scripts].filter((one) => !one.src.startsWith(location.origin + '/static/')),
  ...document.querySelectorAll('img, iframe, object, embed, base, video, audio, math, animate, form[action^="http"]'),
  ...[...document.querySelectorAll('*')].filter((one) => [...one.attributes].some((own) => /^on|^style$/i.test(own.name))),
  ...[...document.links].filter((one) => !/^https?:$/.test(one.protocol)),
].map((one) => one.outerHTML.slice(0, 200))"""


def titles() -> list[str]:
    kinds = json.loads(DATA.read_text(encoding="utf-8"))
    chosen = [one for kind in FIRST for one in kinds[kind]][:100]
    return [one if isinstance(one, str) else one[0] * one[1] for one in chosen]


def escaped(text: str) -> str:
    return quote(text[:200], errors="replace")  # one is very long, and half a pair of surrogates is among them


@pytest.fixture(scope="module")
def site(serve: Callable[[Path], Any], tmp_path_factory: pytest.TempPathFactory) -> Any:
    articles = tmp_path_factory.mktemp("hostile") / "articles.jsonl"
    articles.write_text("\n".join(map(line, range(100), titles())), encoding="utf-8")
    return serve(articles)


def line(number: int, title: str) -> str:
    """An article that makes an event of its day, with a hostile title, author, and words around the facts."""
    day = f"{1 + number % 28} {('January', 'February', 'March', 'April')[number // 28]}"
    text = (
        f"{title}\n\nBelarus released {10 + number} political prisoners on {day}, {title} said. Ihar {title} is free."
    )
    about = {"title": title, "text": text, "author": title, "language": "en", "outlet": "amber"}
    told = f"2025-{1 + number // 28:02}-{1 + number % 28:02}T12:00:00Z"
    return json.dumps(about | {"url": f"https://amber.example/news/{number}?{escaped(title)}", "published": told})


def test_a_hundred_hostile_titles_do_nothing_on_any_page(visit: Callable[..., Page], site: Any, heard: Any) -> None:
    page = visit(site.address)
    assert page.locator(".event").count() > 10
    found = {}
    for path in addresses():
        answer = page.goto(f"{site.address}{path}")
        assert answer is not None
        assert answer.status in (200, LONG), path
        if alien := page.evaluate(ALIEN):
            found[path] = alien
    assert found == {}
    assert heard.hosts == {site.address}
    assert (heard.dialogs, [error for error in heard.errors if f"status of {LONG}" not in error]) == ([], [])


def addresses() -> list[str]:
    pages = ["/timeline", "/people", "/outlets", "/deliveries", "/approvals", "/articles"]
    searches = [f"/articles?q={escaped(title)}" for title in titles()[::7]]
    people = [f"/people?q={escaped(title)}" for title in titles()[::20]]
    articles = [f"/articles/{number}" for number in range(1, 101)]
    return [*pages, *searches, *people, *articles, *(f"/events/{number}" for number in range(1, 11))]
