"""Every page in a browser: what people do with it, how it looks to eyes, fingers, keyboards and screen readers."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from alerts import Destination, Rules, announce_due
from db.announcing import sync_destinations
from db.articles import NewArticle, store_article
from db.models import DeliveryRow
from events import read_new

from .conftest import TOKEN

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
TOLD = datetime(2026, 3, 16, 9, 30, tzinfo=UTC)
CHECK = "(rules) => axe.run(document, {resultTypes: ['violations'], ...(rules && {runOnly: rules})})"
LINE = ("live:", "the line is lost")  # whether the page is live is said by its script
Visit = Callable[..., Page]


@pytest.fixture(scope="module")
def site(serve: Callable[[Path], Any]) -> Any:
    """The course, and one more event that was announced: at one destination it waits for a person, at another it was refused."""
    site = serve(COURSE)
    places = (Destination("editors", "telegram", approval=True), Destination("desk", "slack"))
    with site.database.begin() as session:
        sync_destinations(session, {one.name: one.channel for one in places}, TOLD)
    publish(site.database, TOLD, "Belarus releases 31 political prisoners", "31 political prisoners were released")
    announce_due(site.database, places, Rules(), TOLD)
    with site.database.begin() as session:
        for row in session.scalars(select(DeliveryRow).where(DeliveryRow.is_approved)):
            row.state, row.last_error_code = "dead", "invalid_auth"
    return site


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
    at = TOLD + timedelta(days=14)
    publish(site.database, at, "Belarus frees 77 political prisoners", "Belarus freed 77 political prisoners today")
    page.locator(".fresh button").click()
    expect(page.locator(".event")).to_have_count(shown + 1)
    expect(page.locator(".event.new")).to_contain_text("77")


def publish(database: Any, at: datetime, title: str, told: str) -> None:
    """Store and read one more article, as the service would."""
    url = f"https://amber.example/news/{at:%d}"
    with database.begin() as session:
        text = f"{told}, the human rights centre Viasna said."
        article = NewArticle(url, url, text, title=title, outlet="amber", language="en", published_at=at)
        store_article(session, article, at)
    read_new(database, owner="test", now=at)


def test_what_waits_for_a_person_is_approved_by_the_page(visit: Visit, site: Any) -> None:
    page = visit(f"{site.address}/approvals")
    expect(page.locator("li.decision")).to_contain_text("to editors")
    page.get_by_label("Token").fill("not this one")
    page.get_by_role("button", name="Approve").click()
    expect(page.locator("body")).to_contain_text("token")
    page.goto(f"{site.address}/approvals")
    page.get_by_label("Token").fill(TOKEN)
    page.get_by_role("button", name="Approve").click()
    expect(page.locator("main")).to_contain_text("Nothing waits")


def test_what_was_refused_is_tried_again_by_the_page(visit: Visit, site: Any) -> None:
    page = visit(f"{site.address}/deliveries?state=dead")
    expect(page.locator("table.sent tbody tr")).to_contain_text("invalid_auth")
    page.locator("table.sent summary").click()
    page.get_by_label("Token").fill(TOKEN)
    page.get_by_role("button", name="Try again").click()
    page.goto(f"{site.address}/deliveries?state=dead")
    expect(page.locator("table.sent tbody tr")).to_have_count(0)
    page.goto(f"{site.address}/deliveries?destination=desk")
    expect(page.locator("table.sent tbody tr")).to_have_count(1)


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
