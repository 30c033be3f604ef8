"""Each kind of door over real HTTP, and the list of an outlet: fallen through when one dies, gone back when it lives."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from db import Database
from db.crawling import list_outlets
from db.models import ArticleRevisionRow, ArticleRow, EntryPointRow, FeedEntryRow, PageRow, PollRow
from newsroom import OutletServer, made_up_outlets
from newsroom.doors import JSON_FEED, SECTION, SITEMAP_INDEX, preview_path
from newsroom.stories import all_stories

INFO = '<div class="tgme_channel_info"></div><section class="tgme_channel_history">{}</section>'
POST = (
    '<div class="tgme_widget_message_wrap"><div class="tgme_widget_message" data-post="desk/{0}"><div '
    'class="tgme_widget_message_text js-message_text">{1}</div><span class="tgme_widget_message_meta">{2}<a '
    'class="tgme_widget_message_date"><time datetime="2026-11-20T10:00:00+00:00"></time></a></span></div></div>'
)
CARD = '<li><h3><a href="{}?utm_source=list">{}</a></h3></li>'
TWO = [("/news/150001", "Перша вигадана новина дня"), ("/news/150002", "Друга вигадана новина дня")]


@pytest.fixture
def press() -> Iterator[OutletServer]:
    """A made-up outlet with all kinds of doors, and three stories."""
    with OutletServer(made_up_outlets()["ranok"]) as server:
        told = [story for story in all_stories().values() if story.language == "uk" and story.about == "none"][:3]
        for hours, story in enumerate(told, 1):
            server.publish(story, datetime.now(UTC) - timedelta(hours=hours))
        yield server


def rows(database: Database, table: Any) -> Any:
    with database.read() as session:
        return list(session.scalars(select(table).order_by(table.id)))


def asked(site: Any) -> list[str]:
    found = [path for path, _ in site.requests if path in ("/feed", "/list", "/s/desk")]
    site.requests.clear()
    return found


def html(reply: Any, text: str) -> Any:
    return reply(200, f"<!doctype html><html><body>{text}</body></html>".encode(), {"Content-Type": "text/html"})


def preview(reply: Any, *posts: tuple[int, str, str]) -> Any:
    return html(reply, INFO.format("".join(POST.format(*post) for post in posts)))


@pytest.mark.parametrize(
    ("type_", "path", "is_read_from_pages"),
    [("section", SECTION, True), ("json_feed", JSON_FEED, True), ("sitemap", SITEMAP_INDEX, True),
     ("telegram", preview_path(made_up_outlets()["ranok"]), False)],
)  # fmt: skip
def test_what_stands_behind_a_door_becomes_articles(
    press: OutletServer, crawl: Any, sqlite_database: Database, type_: str, path: str, is_read_from_pages: bool
) -> None:
    crawl.outlet(entry_points=[{"type": type_, "url": f"{press.url}{path}"}])
    report = crawl.once()
    fetched = 3 if is_read_from_pages else 0
    assert report["outlets"]["made-up"] == [1, 3, fetched, 3, None]
    articles = rows(sqlite_database, ArticleRow)
    titles = {one.story.title for one in press.visible()}
    assert {article.title for article in articles} == titles
    published = {one.story.title: one.published_at.replace(microsecond=0) for one in press.visible()}
    assert {article.title: article.published_at for article in articles} == published
    assert all(len(article.text) > 200 for article in articles)
    assert len(rows(sqlite_database, PageRow)) == fetched
    (point,) = rows(sqlite_database, EntryPointRow)
    assert (point.state, point.is_stand_in) == ("alive", False)


def test_the_list_of_an_outlet_is_fallen_through_and_gone_back_without_telling_anything_twice(
    site: Any, crawl: Any, reply: Any, sqlite_database: Database
) -> None:
    for path, title in TWO:
        site.page(path, title)
    site.page("/news/150003", "Третя вигадана новина дня")
    site.feed("/feed", TWO[:1])
    site.routes["/list"] = html(reply, "".join(CARD.format(*one) for one in TWO))
    site.routes["/s/desk"] = preview(reply, (1, "Текст допису", ""))
    points = [("rss", "/feed"), ("section", "/list"), ("telegram", "/s/desk")]
    crawl.outlet(entry_points=[{"type": type_, "url": f"{site.url}{path}"} for type_, path in points])
    crawl.once()
    assert asked(site) == ["/feed"]
    site.routes["/feed"] = reply(403, b"no")
    crawl.once()
    assert asked(site) == ["/feed", "/list"]  # in the same round: the feed is dead, the section page lives
    with sqlite_database.read() as session:
        view = next(outlet for outlet in list_outlets(session) if outlet.name == "made-up")
    assert [(point.state, point.is_waiting) for point in view.entry_points] == [
        ("blocked", False), ("alive", False), ("new", True),
    ]  # fmt: skip
    site.routes["/list"] = html(reply, "<p>Сторінка змінилася</p>")
    for _ in range(3):
        crawl.once()
    assert asked(site) == ["/feed", "/list"] * 3 + ["/s/desk"]  # a page that only fails is dead after three answers
    site.feed("/feed", [*TWO, ("/news/150003", "Третя вигадана новина дня")])
    crawl.once()
    asked(site)
    crawl.once()
    assert asked(site) == ["/feed"]
    articles = rows(sqlite_database, ArticleRow)
    assert sorted(article.title for article in articles) == [
        "Друга вигадана новина дня", "Перша вигадана новина дня", "Текст допису", "Третя вигадана новина дня",
    ]  # fmt: skip
    assert [article.revision for article in articles] == [1] * 4
    assert len(rows(sqlite_database, FeedEntryRow)) == 4


def test_a_channel_without_preview_is_never_taken_for_empty(
    site: Any, crawl: Any, reply: Any, sqlite_database: Database
) -> None:
    site.routes["/s/desk"] = reply(302, b"", {"Location": f"{site.url}/desk"})
    site.routes["/desk"] = html(reply, '<div class="tgme_page"><div class="tgme_page_title">Desk</div></div>')
    crawl.outlet(entry_points=[{"type": "telegram", "url": f"{site.url}/s/desk"}])
    report = crawl.once()
    assert "no preview" in report["outlets"]["made-up"][4]
    (poll,) = rows(sqlite_database, PollRow)
    assert (poll.outcome, poll.status) == ("failed", 200)
    (point,) = rows(sqlite_database, EntryPointRow)
    assert (point.state, point.last_success_at, point.body_hash) == ("degraded", None, None)


def test_a_post_is_one_article_whatever_kills_the_poll_and_an_edit_is_its_revision(
    site: Any, crawl: Any, reply: Any, sqlite_database: Database
) -> None:
    site.routes["/s/desk"] = preview(reply, (7, "Вигадана новина<br>Текст допису", ""), (9, "Друга", ""))
    crawl.outlet(entry_points=[{"type": "telegram", "url": f"{site.url}/s/desk"}])
    crawl.killed_at("entries-stored")
    assert rows(sqlite_database, ArticleRow) == []
    crawl.killed_at("poll-stored")
    assert crawl.once()["outlets"]["made-up"] == [1, 0, 0, 0, None]
    site.routes["/s/desk"] = preview(reply, (7, "Вигадана новина<br>Змінений текст", "edited "), (9, "Інша", ""))
    assert crawl.once()["outlets"]["made-up"] == [1, 0, 0, 1, None]
    changed, other = rows(sqlite_database, ArticleRow)
    assert (changed.url, changed.title, changed.text) == ("https://t.me/desk/7", "Вигадана новина", "Змінений текст")
    assert (changed.revision, other.revision, other.text) == (2, 1, "Друга")
    assert len(rows(sqlite_database, ArticleRevisionRow)) == 1
    assert all(entry.fetched_at is not None for entry in rows(sqlite_database, FeedEntryRow))
    assert rows(sqlite_database, PageRow) == []


def test_a_selector_of_the_catalogue_reaches_the_page(
    site: Any, crawl: Any, reply: Any, sqlite_database: Database
) -> None:
    site.page("/x", "Вигадана новина")
    site.routes["/list"] = html(reply, '<p id="news"><a href="/x">x</a></p><p><a href="/y">y</a></p>')
    crawl.outlet(entry_points=[{"type": "section", "url": f"{site.url}/list", "links": "#news a"}])
    assert crawl.once()["outlets"]["made-up"] == [1, 1, 1, 1, None]
