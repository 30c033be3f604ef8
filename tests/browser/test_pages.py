"""Every page in a browser: what people do with it, how it looks to eyes, fingers, keyboards and screen readers."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from db.articles import NewArticle, store_article
from events import read_new

COURSE = Path(__file__).parents[1] / "data" / "course.jsonl"
PAGES = (
    "/",
    "/timeline",
    "/timeline?year=2025",
    "/events/14",
    "/articles",
    "/articles?q=Bialiatski",
    "/articles/45",
    "/people",
    "/people/Ihar%20Losik",
    "/outlets",
    "/deliveries",
    "/approvals",
    "/api/docs",
    "/nowhere",
)
CHECK = "(rules) => axe.run(document, {resultTypes: ['violations'], ...(rules && {runOnly: rules})})"
LINE = ("live:", "the line is lost")  # whether the page is live is said by its script
Visit = Callable[..., Page]


@pytest.fixture(scope="module")
def site(serve: Callable[[Path], Any]) -> Any:
    return serve(COURSE)


def grave(page: Page, rules: list[str] | None = None) -> list[str]:
    """What axe-core calls serious or critical."""
    found = page.evaluate(CHECK, rules)["violations"]
    return [
        f"{one['id']}: {node['html'][:200]} {node['failureSummary']}"
        for one in found
        if one["impact"] in ("serious", "critical")
        for node in one["nodes"]
    ]


@pytest.mark.parametrize("path", PAGES)
def test_nobody_is_kept_out_by_light_or_by_dark(visit: Visit, site: Any, axe: str, heard: Any, path: str) -> None:
    page = visit(f"{site.address}{path}")
    page.evaluate(axe)
    for details in page.locator("details").all():
        details.evaluate("one => one.open = true")
    assert grave(page) == []
    page.emulate_media(color_scheme="dark")
    assert grave(page, ["color-contrast"]) == []
    assert heard.hosts == {site.address}
    assert (heard.dialogs, [error for error in heard.errors if "404" not in error]) == ([], [])


@pytest.mark.parametrize("path", PAGES)
def test_a_phone_shows_every_page_without_moving_it_sideways(visit: Visit, site: Any, path: str) -> None:
    phone = {"width": 390, "height": 844}
    page = visit(f"{site.address}{path}", viewport=phone, is_mobile=True, has_touch=True, locale="uk-UA")
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    if not path.startswith("/api"):
        assert page.evaluate("document.documentElement.lang") == "uk"


@pytest.mark.parametrize("path", PAGES)
def test_without_scripts_the_content_is_the_same(visit: Visit, site: Any, path: str) -> None:
    with_scripts, without = (
        visit(f"{site.address}{path}", java_script_enabled=is_on).locator("main").inner_text().splitlines()
        for is_on in (True, False)
    )
    assert any(without)
    assert [line for line in with_scripts if line and not line.startswith(LINE)] == [line for line in without if line]


def test_a_search_finds_marks_narrows_and_opens(visit: Visit, site: Any) -> None:
    page = visit(f"{site.address}/articles")
    page.get_by_label("Words").fill("Бяляцкі")
    page.keyboard.press("Enter")
    expect(page.locator("mark.hit").first).to_be_visible()
    page.locator("#in").select_option("be")
    page.get_by_role("button", name="Search").click()
    expect(page.locator(".found")).to_have_count(1)
    page.locator(".found h2 a").click()
    expect(page.locator("h1")).to_contain_text("Алесь Бяляцкі")


def test_a_filter_chooses_and_an_event_opens(visit: Visit, site: Any) -> None:
    page = visit(site.address)
    expect(page.locator(".recent svg")).to_be_visible()
    page.locator("select[name=kind]").select_option("negotiation")
    page.get_by_role("button", name="Show").click()
    expect(page.locator(".event.release")).to_have_count(0)
    first = page.locator(".event.negotiation .title a").first
    title = first.inner_text()
    first.click()
    expect(page.locator("h1")).to_have_text(title)


def test_an_event_comes_to_an_open_page_by_itself(visit: Visit, site: Any) -> None:
    page = visit(site.address)
    expect(page.locator("p.line")).to_have_text("live: new events come by themselves")
    shown = page.locator(".event").count()
    publish(site.database, "Belarus frees 77 political prisoners")
    page.locator(".fresh button").click()
    expect(page.locator(".event")).to_have_count(shown + 1)
    expect(page.locator(".event.new")).to_contain_text("77")


def publish(database: Any, title: str) -> None:
    """Store and read one more article, as the service would."""
    url, at = "https://amber.example/news/live", datetime(2026, 3, 20, 9, tzinfo=UTC)
    text = "Belarus released 77 political prisoners on 20 March, the human rights centre Viasna said."
    with database.begin() as session:
        article = NewArticle(url, url, text, title=title, outlet="amber", language="en", published_at=at)
        store_article(session, article, at)
    read_new(database, owner="test", now=at)


def test_dark_follows_the_device(visit: Visit, site: Any) -> None:
    page = visit(site.address, color_scheme="dark")
    ground = "getComputedStyle(document.body).backgroundColor"
    assert page.evaluate(ground) == "rgb(21, 23, 26)"
    page.emulate_media(color_scheme="light")
    assert page.evaluate(ground) == "rgb(251, 250, 247)"


def test_the_keyboard_skips_to_the_content_and_its_place_is_seen(visit: Visit, site: Any) -> None:
    page = visit(site.address)
    page.keyboard.press("Tab")
    expect(page.locator(".skip")).to_be_in_viewport()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    place = "document.activeElement"
    assert page.evaluate(f"document.querySelector('main').contains({place})")
    for _ in range(8):
        assert page.evaluate(f"getComputedStyle({place}).outlineStyle") != "none"
        page.keyboard.press("Tab")


def test_the_page_speaks_the_language_of_the_browser(visit: Visit, site: Any) -> None:
    page = visit(site.address, locale="uk-UA")
    expect(page.locator("h1")).to_have_text("Події")
