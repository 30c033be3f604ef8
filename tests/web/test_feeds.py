"""The feeds as readers of feeds take them: valid whatever an outlet writes, stable, and 304 where nothing is new."""

from __future__ import annotations

import itertools
import json
import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from html.parser import HTMLParser
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit
from xml.etree import ElementTree as ET

import feedparser
import pytest
from pydantic import BaseModel, ConfigDict, Field, field_validator

from alerts.wording import message_languages
from db import Database
from db.facts import CountRole, EventChange, EventCount, FieldChange, Kind, Mark, Outcome, Person, Status, Verdict
from web.access import Access
from web.app import build_app
from web.feeds import Feeds

Ask = Callable[..., Any]
HOSTILE = json.loads((Path(__file__).parents[1] / "data" / "hostile.json").read_text(encoding="utf-8"))
TEXTS = [text for texts in HOSTILE.values() for text in texts if isinstance(text, str)]
ADDRESSES = ("javascript:alert(1)", "data:text/html,x", "urn:volya:seed:000", "https://[::1", "//evil.example/x",
             'https://a.example/"><script>', "https://a.example/ж?q=<b>&x=1", "file:///etc/passwd")  # fmt: skip
NOW = datetime(2025, 9, 11, 15, 0, tzinfo=UTC)
ATOM = "{http://www.w3.org/2005/Atom}"
RFC_3339 = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)")
CONTENT = {"ul", "ol", "li", "a", "span"}


@pytest.fixture
def hostile_events(desk: Any) -> int:
    """Events in which every text that comes from outside is hostile, six different ones each; return how many."""
    addresses = itertools.cycle(ADDRESSES)
    events = range(0, len(TEXTS), 6)
    for number in events:
        title, outlet, counter, name, root, by = (TEXTS[(number + one) % len(TEXTS)] for one in range(6))
        facts = desk.release(20 + number, title, counter=counter, roots=(root,), people=(Person(name, Outcome.FREED),))
        told = replace(facts, mark=Mark(Verdict.CONFIRMED, by, by, NOW))
        outlet = outlet.encode(errors="replace").decode()  # half a sign is in no settings file
        desk.tell(told, outlet_title=outlet, url=f"{next(addresses)}#{number}", title=title)
    return len(events)


def musts(document: bytes) -> Iterator[str]:
    """What RFC 4287 asks for and this document lacks (§4.1.1, §4.1.2, §4.2)."""
    feed = ET.fromstring(document)
    if feed.tag != f"{ATOM}feed":
        yield "the root is no atom:feed"
    entries = feed.findall(f"{ATOM}entry")
    ids = Counter(entry.findtext(f"{ATOM}id") for entry in entries)
    yield from (f"two entries are {one}" for one, times in ids.items() if times > 1)
    if feed.find(f"{ATOM}author") is None and entries:
        yield "no author"
    for element in (feed, *entries):
        yield from _of_element(element)
    for entry in entries:
        yield from _of_entry(entry)


def _of_element(element: ET.Element) -> Iterator[str]:
    known = {"id", "title", "updated", "author", "generator", "link", "category", "entry", "published", "content"}
    yield from (f"unknown {child.tag}" for child in element if child.tag.removeprefix(ATOM) not in known)
    for name in ("id", "title", "updated"):
        if len(element.findall(f"{ATOM}{name}")) != 1:
            yield f"not one {name}"
    if not re.fullmatch(r"[a-z][a-z0-9+.-]*:\S+", element.findtext(f"{ATOM}id") or ""):
        yield "the id is no absolute IRI"
    for name in ("updated", "published"):
        yield from (f"{name} is no time" for one in element.findall(f"{ATOM}{name}") if not RFC_3339.fullmatch(one.text or ""))  # fmt: skip
    for author in element.findall(f"{ATOM}author"):
        if [child.tag for child in author] != [f"{ATOM}name"] or not author[0].text:
            yield "an author without one name"
    links = [link.attrib for link in element.findall(f"{ATOM}link")]
    yield from (f"a link leads to {link.get('href')!r}" for link in links if not is_web(link.get("href", "")))
    alternates = Counter((one.get("type"), one.get("hreflang")) for one in links if one.get("rel") == "alternate")
    yield from ("two alternates of one type" for times in alternates.values() if times > 1)
    yield from ("a category without a term" for one in element.findall(f"{ATOM}category") if not one.get("term"))


def _of_entry(entry: ET.Element) -> Iterator[str]:
    contents = entry.findall(f"{ATOM}content")
    if len(contents) != 1 or contents[0].get("type") != "html" or len(contents[0]):
        yield "not one content of html without children"
    if not any(link.get("rel") == "alternate" for link in entry.findall(f"{ATOM}link")) and not contents:
        yield "neither alternate nor content"
    if (entry.findtext(f"{ATOM}title") or "").strip() == "":
        yield "an empty title"


def is_web(url: str) -> bool:
    """Whether an address is one of the web, written as RFC 3987 has it."""
    return (
        urlsplit(url).scheme in ("http", "https")
        and bool(urlsplit(url).netloc)
        and not re.search(r'[\s<>"{}|\\^`]', url)
    )


class Content(HTMLParser):
    """What a reader would make of an entry's content."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.text, self.links, self.bad, self.open = "", [], [], []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        allowed = {"href", "rel", "lang"} if tag == "a" else {"lang"} if tag == "span" else set()
        self.bad += [tag] if tag not in CONTENT else [name for name in given if name not in allowed]
        self.open.append(tag)
        if tag == "a":
            self.links.append(given["href"])
            self.bad += [] if given["rel"] == "noopener noreferrer nofollow" else ["rel"]

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.bad.append(f"/{tag}")

    def handle_comment(self, data: str) -> None:
        self.bad.append(data)

    def handle_decl(self, decl: str) -> None:
        self.bad.append(decl)

    def handle_data(self, data: str) -> None:
        self.text += data


def assert_harmless(html: str) -> None:
    content = Content(html)
    assert (content.bad, content.open) == ([], [])
    assert [link for link in content.links if not is_web(link)] == []
    assert not re.search("[\u202a-\u202e\u2066-\u2069\u200b\x00-\x08\x0b-\x1f]", content.text)


def test_atom_is_valid_whatever_outlets_write(ask: Ask, hostile_events: int) -> None:
    answer = ask("/events.atom?limit=50")
    assert answer.headers["content-type"] == "application/atom+xml; charset=utf-8"
    assert list(musts(answer.content)) == []
    read = feedparser.parse(answer.content)
    assert (read.bozo, len(read.entries)) == (False, hostile_events)
    for entry in ET.fromstring(answer.content).iter(f"{ATOM}content"):
        assert_harmless(entry.text or "")


class Strict(BaseModel):
    """An object of JSON Feed 1.1: no key that the specification does not have, but extensions (`_name`)."""

    model_config = ConfigDict(strict=True, extra="allow")

    def model_post_init(self, _context: Any) -> None:
        assert all(re.fullmatch(r"_[A-Za-z][^.]*", name) for name in self.model_extra or {})


Text = Annotated[str, Field(min_length=1)]


class Author(Strict):
    name: Text | None = None
    url: str | None = None
    avatar: str | None = None


class Item(Strict):
    id: Text
    url: str | None = None
    external_url: str | None = None
    title: str | None = None
    content_html: str | None = None
    content_text: str | None = None
    summary: str | None = None
    image: str | None = None
    banner_image: str | None = None
    date_published: str | None = None
    date_modified: str | None = None
    authors: list[Author] | None = None
    tags: list[Text] | None = None
    language: Annotated[str, Field(pattern=r"^[a-z]{2,3}(-[A-Za-z0-9]+)*$")] | None = None
    attachments: list[Any] | None = None

    @field_validator("date_published", "date_modified")
    @classmethod
    def _is_time(cls, value: str | None) -> str | None:
        assert value is None or RFC_3339.fullmatch(value)
        return value

    @field_validator("url", "external_url", "image", "banner_image")
    @classmethod
    def _is_address(cls, value: str | None) -> str | None:
        assert value is None or is_web(value)
        return value

    def model_post_init(self, context: Any) -> None:
        super().model_post_init(context)
        assert self.content_html or self.content_text


class JsonFeed(Strict):
    version: Literal["https://jsonfeed.org/version/1.1"]
    title: Text
    home_page_url: str | None = None
    feed_url: str | None = None
    description: str | None = None
    user_comment: str | None = None
    next_url: str | None = None
    icon: str | None = None
    favicon: str | None = None
    authors: list[Author] | None = None
    language: str | None = None
    expired: bool | None = None
    hubs: list[Any] | None = None
    items: list[Item]


def test_json_feed_is_valid_whatever_outlets_write(ask: Ask, hostile_events: int) -> None:
    answer = ask("/events.json?limit=50")
    assert answer.headers["content-type"] == "application/feed+json"
    feed = JsonFeed.model_validate(answer.json())
    assert len({item.id for item in feed.items}) == len(feed.items) == hostile_events
    for item in feed.items:
        assert_harmless(item.content_html or "")
        assert item.title == " ".join((item.title or "").split())


@pytest.mark.parametrize("path", ["/events.atom", "/events.json"])
def test_a_feed_without_events_is_valid_too(ask: Ask, path: str) -> None:
    answer = ask(path)
    assert answer.status_code == 200
    if path.endswith("atom"):
        assert list(musts(answer.content)) == []
        assert feedparser.parse(answer.content).bozo is False
    else:
        assert JsonFeed.model_validate(answer.json()).items == []


def test_an_entry_tells_the_facts_with_their_sources_and_leads_to_the_page(ask: Ask, desk: Any) -> None:
    number = desk.tell(desk.release(52, counter="Viasna", status=Status.CONFIRMED), title="52 freed at the border")
    (entry,) = feedparser.parse(ask("/events.atom").content).entries
    assert entry.title == "Belarus frees 52 prisoners"
    assert entry.link == f"http://127.0.0.1:8320/events/{number}"
    assert [link.href for link in entry.links if link.rel == "related"] == ["https://harbour-post.example/news/1"]
    assert {tag.term for tag in entry.tags} == {"release", "confirmed"}
    content = Content(entry.content[0].value)
    for part in ("Status: confirmed", "Released: 52 people (Viasna)", "52 freed at the border (Harbour Post)"):
        assert part in content.text
    assert content.links == ["https://harbour-post.example/news/1"]


def test_the_feed_knows_its_own_address_and_that_of_the_page(ask: Ask, send_to: Any, sqlite_database: Database) -> None:
    feed = feedparser.parse(ask("/events.atom?kind=release&language=uk").content).feed
    links = {link.rel: link.href for link in feed.links}
    assert links["self"] == feed.id == "http://127.0.0.1:8320/events.atom?kind=release&language=uk"
    assert links["alternate"] == "http://127.0.0.1:8320/"
    public = build_app(sqlite_database, lambda: None, Access(address="https://volya.example.org"))  # type: ignore[arg-type,return-value]
    told = send_to(public, "GET", "http://127.0.0.1/events.json", {"Host": "localhost"}).json()
    assert (told["feed_url"], told["home_page_url"]) == (
        "https://volya.example.org/events.json",
        "https://volya.example.org/",
    )


@pytest.mark.parametrize(
    ("host", "base"),
    [
        ("localhost:8320", "http://localhost:8320/"),
        ("[::1]:8320", "http://[::1]:8320/"),
        ("[::1]", "http://[::1]/"),
        ('127.0.0.1/"><x>', "http://127.0.0.1/"),
        ("evil.example@127.0.0.1", "http://127.0.0.1/"),
        ("127.0.0.1:x", "http://127.0.0.1/"),
        ("127.0.0.1:99999999", "http://127.0.0.1:99999999/"),
    ],
)
def test_no_host_that_is_asked_for_gets_into_the_feed_as_it_is(ask: Ask, desk: Any, host: str, base: str) -> None:
    desk.tell(desk.release(52))
    answer = ask("/events.json", host=host)
    assert (answer.status_code, answer.json()["home_page_url"]) == (200, base)
    assert list(musts(ask("/events.atom", host=host).content)) == []


def test_an_entry_keeps_its_name_when_it_changes_and_tells_when(ask: Ask, desk: Any) -> None:
    number = desk.tell(desk.release(52))
    before = ask("/events.json").json()["items"][0]
    change = EventChange("released", (FieldChange("released", 52, 53),), is_material=True, is_major=True)
    desk.revise(number, desk.release(53), change)
    (after,) = ask("/events.json", language="uk").json()["items"]
    assert after["id"] == before["id"]
    assert after["id"].startswith("urn:uuid:")
    assert "53" in after["title"] != before["title"]
    (entry,) = feedparser.parse(ask("/events.atom").content).entries
    assert entry.id == after["id"]
    assert after["date_modified"] == "2025-09-11T15:00:00Z"


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", {"52", "36", "talks"}),
        ("?kind=release", {"52", "36"}),
        ("?kind=negotiation", {"talks"}),
        ("?status=confirmed", {"52"}),
        ("?polarity=negative", set()),
        ("?since=2025-09-11", {"52", "talks"}),
        ("?until=2025-09-01", {"36"}),
        ("?nationality=LT", {"52"}),
        ("?min_released=40", {"52"}),
        ("?person=Лосік", {"52"}),
        ("?kind=release&status=reported", {"36"}),
        ("?limit=1", {"talks"}),
    ],
)
def test_the_address_filters_the_feed(ask: Ask, desk: Any, query: str, found: set[str]) -> None:
    freed = (Person("Ihar Losik", Outcome.FREED),)
    first = desk.release(52, status=Status.CONFIRMED, nationalities={"LT": 6}, people=freed)
    names = {desk.tell(first): "52"}
    names[desk.tell(replace(desk.release(36), event_date=desk.day.replace(day=1)))] = "36"
    planned = (EventCount(CountRole.PLANNED, 100),)
    names[desk.tell(replace(desk.release(0), kind=Kind.NEGOTIATION, counts=planned))] = "talks"
    items = ask(f"/events.json{query}").json()["items"]
    assert {names[item["_volya"]["event"]] for item in items} == found


@pytest.mark.parametrize("query", ["?kind=gossip", "?since=yesterday", "?limit=0", "?limit=51", "?nobody=1", "?cursor=x", "?kind=release&kind=release"])  # fmt: skip
@pytest.mark.parametrize("path", ["/events.atom", "/events.json", "/export/events.csv"])
def test_a_filter_that_is_none_is_said_and_not_left_out(ask: Ask, path: str, query: str) -> None:
    if path.startswith("/export") and "limit" in query:
        query = "?limit=5"  # an export has no limit
    answer = ask(f"{path}{query}")
    assert (answer.status_code, answer.headers["content-type"]) == (400, "application/problem+json")


@pytest.mark.parametrize("language", message_languages())
def test_titles_and_facts_are_in_the_language_that_is_asked_for(ask: Ask, desk: Any, language: str) -> None:
    desk.tell(desk.release(52))
    feed = ask(f"/events.json?language={language}").json()
    assert (feed["language"], feed["items"][0]["language"]) == (language, language)
    assert list(musts(ask(f"/events.atom?language={language}").content)) == []


@pytest.mark.parametrize("path", ["/events.atom", "/events.json"])
def test_who_has_the_newest_is_told_so_and_no_more(ask: Ask, desk: Any, path: str) -> None:
    number = desk.tell(desk.release(52))
    answer = ask(path)
    tag, changed = answer.headers["etag"], answer.headers["last-modified"]
    assert parsedate_to_datetime(changed) == NOW
    later = (NOW + timedelta(days=1)).strftime("%a, %d %b %Y %H:%M:%S GMT")
    for validators, status in (
        ({"If-None-Match": tag}, 304),
        ({"If-None-Match": f'W/"other", W/{tag}'}, 304),
        ({"If-None-Match": '"other"', "If-Modified-Since": later}, 200),
        ({"If-Modified-Since": changed}, 304),
        ({"If-Modified-Since": later}, 304),
        ({"If-Modified-Since": "Thu, 01 Jan 1970 00:00:00 GMT"}, 200),
        ({"If-Modified-Since": "last week"}, 200),
    ):
        again = ask(path, **validators)
        assert (again.status_code, again.headers["etag"]) == (status, tag)
        assert bool(again.content) is (status == 200)
    desk.revise(number, desk.release(53), EventChange("released", (FieldChange("released", 52, 53),)))
    assert ask(path, **{"If-None-Match": tag}).status_code == 200


def test_an_event_that_does_not_fit_any_more_leaves_the_feed(desk: Any, ask: Ask) -> None:
    number = desk.tell(desk.release(52))
    before = ask("/events.atom?status=reported")
    change = EventChange("status", (FieldChange("status", "reported", "confirmed"),))
    desk.revise(number, desk.release(52, status=Status.CONFIRMED), change)
    after = ask("/events.atom?status=reported")
    assert (len(feedparser.parse(before.content).entries), len(feedparser.parse(after.content).entries)) == (1, 0)


def test_a_date_that_may_have_a_second_change_is_not_told(sqlite_database: Database, desk: Any) -> None:
    from starlette.requests import Request

    desk.tell(desk.release(52))
    told = []
    for age in (timedelta(seconds=1), timedelta(seconds=2)):
        feeds = Feeds(sqlite_database, "en", clock=lambda age=age: NOW + age)
        scope = {"type": "http", "method": "GET", "path": "/events.atom", "query_string": b"", "headers": [], "scheme": "http"}  # fmt: skip
        told.append("last-modified" in feeds.atom(Request(scope)).headers)
    assert told == [False, True]


def test_pages_say_where_the_feeds_are(ask: Ask, desk: Any) -> None:
    desk.tell(desk.release(52))
    for path in ("/", "/events/1"):
        links = re.findall(r'<link rel="alternate" type="([^"]+)" href="([^"]+)"', ask(f"{path}?language=uk").text)
        assert links == [
            ("application/atom+xml", "/events.atom?language=uk"),
            ("application/feed+json", "/events.json?language=uk"),
        ]
        assert all(ask(href).status_code == 200 for _, href in links)
