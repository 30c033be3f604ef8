"""Each kind of door over real HTTP, and the list of an outlet: fallen through when one dies, gone back when it lives."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import update

from db import Database
from db.models import ArticleRevisionRow, ArticleRow, EntryPointRow, FeedEntryRow, PageRow
from db.outlets import list_outlets
from newsroom import OutletServer, made_up_outlets
from newsroom.doors import JSON_FEED, SECTION, SITEMAP_INDEX, preview_path
from newsroom.stories import all_stories

INFO = '<div class="tgme_channel_info"></div><section class="tgme_channel_history">{}</section>'
POST = (
    '<div class="tgme_widget_message_wrap"><div class="tgme_widget_message" data-post="desk/{0}"><div '
    'class="tgme_widget_message_text js-message_text">{1}</div><span class="tgme_widget_message_meta">{2}<a '
    'class="tgme_widget_message_date"><time datetime="2026-11-20T10:00:00+00:00"></time></a></span></div></div>'
)
CHANNEL = preview_path(made_up_outlets()["ranok"])
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


def asked(site: Any) -> list[str]:
    found = [path for path, _ in site.requests if path in ("/feed", "/list", "/s/desk")]
    site.requests.clear()
    return found


def html(reply: Any, text: str) -> Any:
    return reply(200, f"<!doctype html><html><body>{text}</body></html>".encode(), {"Content-Type": "text/html"})


def preview(reply: Any, *posts: tuple[int, str, str]) -> Any:
    return html(reply, INFO.format("".join(POST.format(*post) for post in posts)))


def test_what_stands_behind_each_kind_of_door_becomes_articles(
    site: Any, press: OutletServer, crawl: Any, reply: Any, sqlite_database: Database, rows: Any
) -> None:
    others = {name: OutletServer(made_up_outlets()["ranok"]).start() for name in ("json_feed", "sitemap", "telegram")}
    try:
        for server in others.values():
            for one in press.visible():
                server.publish_told(one.story, one.published_at)
        servers = {"section": press, **others}
        paths = {"section": SECTION, "json_feed": JSON_FEED, "sitemap": SITEMAP_INDEX, "telegram": CHANNEL}
        for type_, server in servers.items():
            crawl.outlet(type_.replace("_", "-"), entry_points=[{"type": type_, "url": f"{server.url}{paths[type_]}"}])
        site.page("/x", "Вигадана новина")
        site.routes["/list"] = html(reply, '<p id="news"><a href="/x">x</a></p><p><a href="/y">y</a></p>')
        crawl.outlet("named", entry_points=[{"type": "section", "url": f"{site.url}/list", "links": "#news a"}])
        site.routes["/s/desk"] = reply(302, b"", {"Location": f"{site.url}/desk"})
        site.routes["/desk"] = html(reply, '<div class="tgme_page"><div class="tgme_page_title">Desk</div></div>')
        crawl.outlet("hidden", entry_points=[{"type": "telegram", "url": f"{site.url}/s/desk"}])
        outlets = crawl.once()["outlets"]
    finally:
        for server in others.values():
            server.stop()
    assert outlets["telegram"] == [1, 3, 0, 3, None]  # a post is an article by itself
    assert [outlets[name] for name in ("section", "json-feed", "sitemap")] == [[1, 3, 3, 3, None]] * 3
    assert outlets["named"] == [1, 1, 1, 1, None]
    assert "no preview" in outlets["hidden"][4]
    published = {one.story.title: one.published_at.replace(microsecond=0) for one in press.visible()}
    for name in ("section", "json-feed", "sitemap", "telegram"):
        articles = [article for article in rows(sqlite_database, ArticleRow) if article.outlet == name]
        assert {article.title: article.published_at for article in articles} == published
        assert all(len(article.text) > 200 for article in articles)
    points = {point.outlet: point for point in rows(sqlite_database, EntryPointRow)}
    assert {name for name, point in points.items() if point.state == "alive"} == outlets.keys() - {"hidden"}
    hidden = points["hidden"]  # no preview: an error, never "empty"
    assert (hidden.state, hidden.last_status, hidden.last_success_at, hidden.body_hash) == ("degraded", 200, None, None)
    assert not any(point.is_stand_in for point in points.values())


def test_the_list_of_an_outlet_is_fallen_through_and_gone_back_without_telling_anything_twice(
    site: Any, crawl: Any, reply: Any, sqlite_database: Database, rows: Any
) -> None:
    for path, title in TWO:
        site.page(path, title)
    site.page("/news/150003", "Третя вигадана новина дня")
    site.routes["/feed"] = reply(403, b"no")
    site.routes["/list"] = html(reply, "".join(CARD.format(*one) for one in TWO))
    site.routes["/s/desk"] = preview(reply, (1, "Текст допису", ""))
    points = [("rss", "/feed"), ("section", "/list"), ("telegram", "/s/desk")]
    crawl.outlet(entry_points=[{"type": type_, "url": f"{site.url}{path}"} for type_, path in points])
    crawl.once()
    assert asked(site) == ["/feed", "/list"]  # in the same round: the feed is dead, the section page lives
    with sqlite_database.read() as session:
        view = next(outlet for outlet in list_outlets(session) if outlet.name == "made-up")
    assert [(point.state, point.is_waiting) for point in view.entry_points] == [
        ("blocked", False), ("alive", False), ("new", True),
    ]  # fmt: skip
    site.routes["/list"] = html(reply, "<p>Сторінка змінилася</p>")
    with sqlite_database.begin() as session:
        is_list = EntryPointRow.url.endswith("/list")
        session.execute(update(EntryPointRow).where(is_list).values(state="degraded", failures=2))
    crawl.once()
    assert asked(site) == ["/feed", "/list", "/s/desk"]  # a page that only fails is dead after three answers
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


def test_a_post_is_one_article_whatever_kills_the_poll_and_an_edit_is_its_revision(
    site: Any, crawl: Any, reply: Any, sqlite_database: Database, rows: Any
) -> None:
    site.routes["/s/desk"] = preview(reply, (7, "Вигадана новина<br>Текст допису", ""), (9, "Друга", ""))
    crawl.outlet(entry_points=[{"type": "telegram", "url": f"{site.url}/s/desk"}])
    crawl.killed_at("entries-stored")
    assert rows(sqlite_database, ArticleRow) == []
    assert crawl.once()["outlets"]["made-up"] == [1, 2, 0, 2, None]
    site.routes["/s/desk"] = preview(reply, (7, "Вигадана новина<br>Змінений текст", "edited "), (9, "Інша", ""))
    assert crawl.once()["outlets"]["made-up"] == [1, 0, 0, 1, None]
    changed, other = rows(sqlite_database, ArticleRow)
    assert (changed.url, changed.title, changed.text) == ("https://t.me/desk/7", "Вигадана новина", "Змінений текст")
    assert (changed.revision, other.revision, other.text) == (2, 1, "Друга")
    assert len(rows(sqlite_database, ArticleRevisionRow)) == 1
    assert all(entry.fetched_at is not None for entry in rows(sqlite_database, FeedEntryRow))
    assert rows(sqlite_database, PageRow) == []
