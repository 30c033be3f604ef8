"""A message as a mail: its headers are ours whatever a text says, and sent again it is the same mail."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from html.parser import HTMLParser
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from alerts.channels.email_body import Envelope, email_body, mail, subject_of
from alerts.message import Item, Layout
from alerts.trial import trial_message
from db.facts import (
    CountRole,
    EventChange,
    EventCount,
    EventFacts,
    Kind,
    Mark,
    Outcome,
    Person,
    Polarity,
    Status,
    Verdict,
)
from db.views import EventArticle
from newsroom.email import ReceivedMail, trouble_of

NOW = datetime(2025, 9, 11, 15, 0, tzinfo=UTC)
KEY = "msg_5f0c3c1e-8d3e-4a52-9b0a-1f4c9f6f2a11"
DESK = Envelope("alerts@volya.example", ("desk@news.example",))
BOTH = Envelope("alerts@volya.example", ("desk@news.example", "night@news.example"))
RELEASE = EventFacts(Kind.RELEASE, Status.REPORTED, Polarity.POSITIVE, counts=(EventCount(CountRole.RELEASED, 52),))
REPORT = EventArticle(1, "https://post.example/1?a=1&b=2", "post", "uk", "T", NOW, "first", "The Post")
HEADERS = [
    "from",
    "to",
    "subject",
    "date",
    "message-id",
    "references",
    "auto-submitted",
    "content-language",
    "mime-version",
    "content-type",
]
INJECTIONS = [
    "\r\nBcc: thief@evil.example",
    "\nBcc: thief@evil.example\n\n<b>",
    "\u2028Bcc: thief@evil.example",
    "\x0bBcc: x",
    "=?utf-8?q?a=0d=0aBcc:_thief@evil.example?=",
    "=?utf-8?b?YQ0KQmNjOiB0aGllZkBldmlsLmV4YW1wbGU=?=",
    "=?",
    "?==?utf-8?q?=0a?=",
    "\r\n.\r\n",
    "\n.\nMAIL FROM:<x@evil.example>",
    "<script>alert(1)</script>",
    '"><img src=x>',
    '<a href="https://evil.example">x</a>',
    "&lt;b&gt;",
    "--volya-",
    "\ud800",
    "\u202eevil",
    "👍🏽",
    "Звільнено",
]
HOSTILE = st.lists(st.one_of(st.text(max_size=20), st.sampled_from(INJECTIONS)), max_size=8).map("".join)


def received(body: bytes, envelope: Envelope = DESK, key: str = KEY) -> ReceivedMail:
    return ReceivedMail(envelope.sender, envelope.recipients, mail(body, key, envelope), NOW)


class Tags(HTMLParser):
    """What a reader of HTML finds: tags, and addresses of links and whatever else has one."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.addresses: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.addresses += [value or "" for name, value in attrs if name != "lang"]


def test_a_mail_says_who_it_is_from_what_it_is_and_that_no_person_wrote_it(write: Callable[..., Any]) -> None:
    got = received(email_body(write(RELEASE, REPORT), Layout.FULL))
    assert sorted(name for name, _ in got.headers) == sorted(HEADERS)
    assert dict(got.headers) | {"content-type": ""} == {
        "from": "Volya <alerts@volya.example>",
        "to": "desk@news.example",
        "subject": "Belarus frees 52 prisoners",
        "date": "Thu, 11 Sep 2025 15:00:00 +0000",
        "message-id": f"<{KEY}@volya.example>",
        "references": f"<event.7.{int(NOW.timestamp())}@volya.example>",
        "auto-submitted": "auto-generated",
        "content-language": "en",
        "mime-version": "1.0",
        "content-type": "",
    }
    assert got.text.splitlines() == [
        "Belarus frees 52 prisoners",
        "",
        "Status: reported",
        "Released: 52 people",
        "Independent sources: not named",
        "",
        "The Post: https://post.example/1?a=1&b=2",
    ]
    assert "<p><b>Belarus frees 52 prisoners</b></p>\n<p>Status: reported<br>\nReleased: 52 people<br>" in got.html
    assert Tags(got.html).addresses == ["https://post.example/1?a=1&b=2"]
    assert trouble_of(got.raw) is None


def test_the_page_of_the_event_is_linked_too(write: Callable[..., Any]) -> None:
    got = received(email_body(write(RELEASE, REPORT, url="https://volya.example/events/7"), Layout.FULL))
    assert got.text.endswith("\nhttps://volya.example/events/7\n")
    assert Tags(got.html).addresses[-1] == "https://volya.example/events/7"


def test_an_update_follows_the_first_mail_and_is_put_together_with_it(write: Callable[..., Any]) -> None:
    first = received(email_body(write(RELEASE, REPORT), Layout.FULL), key="msg_1")
    update = received(
        email_body(write(RELEASE, REPORT, type="updated", change=EventChange("more")), Layout.FULL), key="msg_2"
    )
    thread = first.header("references")
    assert (first.header("in-reply-to"), first.header("message-id")) == (None, "<msg_1@volya.example>")
    assert (update.header("in-reply-to"), update.header("references")) == (thread, thread)
    assert (update.subject, update.header("message-id")) == (
        "UPDATE: Belarus frees 52 prisoners",
        "<msg_2@volya.example>",
    )


def test_recipients_do_not_see_each_other(write: Callable[..., Any]) -> None:
    got = received(email_body(write(RELEASE, REPORT), Layout.FULL), BOTH)
    assert got.header("to") == "undisclosed-recipients:;"
    assert b"news.example" not in got.raw


def test_the_lower_rungs_are_text_alone(write: Callable[..., Any]) -> None:
    plain, short = (received(email_body(write(RELEASE, REPORT), layout)) for layout in (Layout.PLAIN, Layout.SHORT))
    assert (plain.html, short.html) == ("", "")
    assert plain.text == received(email_body(write(RELEASE, REPORT), Layout.FULL)).text
    assert short.text == "Belarus frees 52 prisoners\nThe Post: https://post.example/1?a=1&b=2\n"
    assert plain.parsed.get_content_type() == "text/plain"


def test_a_digest_links_its_events_and_a_test_message_needs_none(write: Callable[..., Any]) -> None:
    message = write(RELEASE, REPORT)
    items = (Item(message.event, "a", "15:00 A <b>", "https://post.example/9"), Item(message.event, "b", "16:00 B"))
    digest = received(email_body(replace(trial_message("en", NOW), type="digest", items=items), Layout.FULL))
    assert digest.text.splitlines()[-3:-1] == ["15:00 A <b>", "16:00 B"]
    assert '<a href="https://post.example/9">15:00 A &lt;b&gt;</a><br>\n16:00 B' in digest.html
    assert (digest.header("references"), digest.header("in-reply-to")) == (None, None)


@pytest.mark.parametrize("language", ["be", "de", "en", "lt", "pl", "ru", "uk"])
def test_a_mail_reads_the_same_in_every_language(language: str) -> None:
    message = trial_message(language, NOW)
    got = received(email_body(message, Layout.FULL))
    assert got.subject == message.headline
    assert got.text.splitlines()[0] == message.headline
    assert got.header("content-language") == language


def test_ids_and_addresses_stay_whole_under_the_longest_of_domains() -> None:
    domain = f"{'a' * 60}.{'b' * 60}.{'c' * 60}.example"
    body = json.loads(email_body(trial_message("en", NOW), Layout.FULL)) | {"thread": "event.1.2", "follows": True}
    address = f"{'n' * 50}@{domain}"
    got = received(json.dumps(body).encode(), Envelope(address, (address,)))
    assert (got.header("from"), got.header("to")) == (f"Volya <{address}>", address)
    assert got.header("message-id") == f"<{KEY}@{domain}>"
    assert (got.header("references"), got.header("in-reply-to")) == (f"<event.1.2@{domain}>",) * 2
    assert trouble_of(got.raw) is None


@pytest.mark.parametrize("text", INJECTIONS)
def test_no_headline_adds_a_header(text: str) -> None:
    subject = subject_of(f"36 freed{text} and more")
    body = {"subject": subject, "text": "x", "language": "en", "at": NOW.isoformat()}
    got = received(json.dumps(body).encode())
    assert [name for name, _ in got.headers if name not in HEADERS] == ["content-transfer-encoding"]
    assert got.subject == subject
    assert trouble_of(got.raw) is None


@settings(max_examples=100, deadline=None)
@given(name=HOSTILE, title=HOSTILE, layout=st.sampled_from(Layout), number=st.integers(1, 12))
@example("=?utf-8?q?a=0d=0aBcc:_thief@evil.example?=", "\r\nBcc: thief@evil.example", Layout.FULL, 3)
def test_whatever_a_text_says_headers_and_links_are_ours_and_the_mail_is_well_formed(
    write: Callable[..., Any], name: str, title: str, layout: Layout, number: int
) -> None:
    people = tuple(Person(f"{name}{one}", Outcome.FREED) for one in range(number))
    facts = replace(RELEASE, people=people, roots=(name,), negotiators=(title, name), status=Status.RUMOURED)
    facts = replace(facts, mark=Mark(Verdict.FALSE, name * number, title * number, NOW))
    articles = [replace(REPORT, id=one, outlet_title=title) for one in range(number)]
    message = write(facts, *articles)
    body = email_body(replace(message, headline=name + message.headline + title), layout)
    got = received(body)
    assert trouble_of(got.raw) is None
    alone = [] if layout == Layout.FULL else ["content-transfer-encoding"]
    assert sorted(name for name, _ in got.headers) == sorted([*HEADERS, *alone])
    assert got.subject == json.loads(body)["subject"]
    assert set(Tags(got.html).addresses) <= {REPORT.url}
    assert Tags(got.html).tags <= {"html", "body", "p", "b", "br", "a"}
    assert re.fullmatch(rf"<{KEY}@volya\.example>", got.header("message-id") or "")
    assert mail(body, KEY, DESK) == got.raw
