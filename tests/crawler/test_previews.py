"""Telegram's channel preview: the structure tells what a page is; no preview is an error and never "empty"."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest

from crawler.doors import Context
from crawler.errors import FeedError
from crawler.items import Listing
from crawler.previews import older_page, read_preview, title_of

URL = "https://t.me/s/made_up_desk"
INFO = (
    '<div class="tgme_channel_info x"><div class="tgme_channel_info_header_title"><span>Made-up desk</span></div></div>'
)
MORE = '<a href="/s/made_up_desk?before=101" class="tme_messages_more js-messages_more" data-before="101"></a>'
TEXT = '<div class="tgme_widget_message_text js-message_text" dir="auto">{}</div>'


def post(number: int, inside: str, meta: str = "", stated: str = "2026-05-07T12:00:00+00:00", kind: str = "") -> str:
    return (
        f'<div class="tgme_widget_message_wrap js-widget_message_wrap"><div class="tgme_widget_message {kind} js-widget_message" '
        f'data-post="made_up_desk/{number}"><div class="tgme_widget_message_bubble">{inside}'
        f'<div class="tgme_widget_message_footer"><span class="tgme_widget_message_views">1.2K</span>'
        f'<span class="tgme_widget_message_meta">{meta}<a class="tgme_widget_message_date" '
        f'href="https://t.me/made_up_desk/{number}"><time datetime="{stated}" class="time">12:00</time></a></span></div>'
        f"</div></div></div>"
    )


def page(*posts: str, info: str = INFO, more: str = "") -> bytes:
    history = f'<section class="tgme_channel_history js-message_history">{more}{"".join(posts)}</section>'
    return f'<!DOCTYPE html><html><head><meta charset="utf-8"></head><body>{info}{history}</body></html>'.encode()


def listing(*posts: str, url: str = URL, **parts: Any) -> Listing:
    return read_preview(page(*posts, **parts), url, Context())


def test_a_post_is_told_whole_with_its_link_time_and_first_line_as_title() -> None:
    inside = TEXT.format(
        'Першы радок<br>Другі <a href="https://outlet.example/a?x=1&amp;amp;y=2" onclick="return 1">тут</a>'
    )
    (entry,) = listing(post(101, inside, stated="2026-05-07T15:00:00+03:00")).entries
    assert (entry.url, entry.url_key, entry.guid) == (
        "https://t.me/made_up_desk/101", "https://t.me/made_up_desk/101", "made_up_desk/101",
    )  # fmt: skip
    assert (entry.title, entry.content) == ("Першы радок", "Першы радок\nДругі тут")
    assert entry.published_at == datetime(2026, 5, 7, 15, tzinfo=timezone(timedelta(hours=3)))
    assert (entry.author, entry.forwarded_from, entry.canonical_url, entry.is_edited) == (None, None, None, False)


def test_posts_stay_in_the_order_of_the_page_and_it_names_the_page_before() -> None:
    found = listing(*(post(n, TEXT.format(f"Text {n}")) for n in (101, 103, 110)), more=MORE)
    assert [entry.guid for entry in found.entries] == [f"made_up_desk/{n}" for n in (101, 103, 110)]
    assert found.older == "https://t.me/s/made_up_desk?before=101"
    assert listing(post(5, TEXT.format("x"))).older is None


def test_the_page_before_is_asked_for_by_a_number() -> None:
    assert older_page(URL, 50) == "https://t.me/s/made_up_desk?before=50"
    assert older_page(f"{URL}?before=101", 50) == "https://t.me/s/made_up_desk?before=50"


@pytest.mark.parametrize(
    ("inside", "meta", "expected"),
    [
        (TEXT.format("x"), "edited ", {"is_edited": True}),
        (TEXT.format("edited"), "", {"is_edited": False}),
        (TEXT.format("x"), '<span class="tgme_widget_message_from_author">Алесь Вигаданы</span>, ', {"author": "Алесь Вигаданы"}),
        (
            '<div class="tgme_widget_message_forwarded_from">Forwarded from <a class="tgme_widget_message_forwarded_from_name" '
            'href="https://t.me/other_desk/7"><span dir="auto">Other desk</span></a></div>' + TEXT.format("x"), "",
            {"forwarded_from": "Other desk", "author": "Other desk", "canonical_url": "https://t.me/other_desk/7"},
        ),
        (
            TEXT.format("x") + '<a class="tgme_widget_message_link_preview" href="https://outlet.example/a?b=1&amp;amp;c=2">'
            '<div class="link_preview_title">Title</div></a>', "", {"canonical_url": "https://outlet.example/a?b=1&c=2"},
        ),
        (
            '<a class="tgme_widget_message_link_preview" href="javascript:alert(1)"></a>' + TEXT.format("x"), "",
            {"canonical_url": None},
        ),
        (
            '<a class="tgme_widget_message_reply" href="#"><div class="tgme_widget_message_text js-message_reply_text">old'
            "</div></a>" + TEXT.format("new"), "", {"content": "new"},
        ),
        (
            '<div class="tgme_widget_message_grouped_wrap"><a href="https://t.me/made_up_desk/2?single"></a></div>'
            '<div class="media_supported_cont">' + TEXT.format("Caption of two photos") + "</div>", "",
            {"content": "Caption of two photos"},
        ),
        (TEXT.format("one") + TEXT.format("two"), "", {"content": "one\ntwo"}),
        (TEXT.format(TEXT.format("once")), "", {"content": "once"}),
        ('<div class="tgme_widget_message_text">without the other class</div>', "", {"content": "without the other class"}),
        (TEXT.format('<tg-emoji emoji-id="1"><i class="emoji"><b>🕊</b></i></tg-emoji> News <a href="?q=%23x">#x</a>'), "",
         {"content": "🕊 News #x"}),
        (TEXT.format("&lt;script&gt;alert(1)&lt;/script&gt; <script>alert(2)</script>told"), "",
         {"content": "<script>alert(1)</script> told"}),
        (TEXT.format('the class &lt;div class="tme_no_messages_found"&gt; as text'), "",
         {"content": 'the class <div class="tme_no_messages_found"> as text'}),
        ('<time class="message_video_duration">0:41</time>' + TEXT.format("x"), "",
         {"published_at": datetime(2026, 5, 7, 12, tzinfo=UTC)}),
    ],
)  # fmt: skip
def test_fields_of_a_post(inside: str, meta: str, expected: dict[str, Any]) -> None:
    (entry,) = listing(post(1, inside, meta)).entries
    assert {name: getattr(entry, name) for name in expected} == expected


def test_service_messages_and_posts_without_words_are_skipped() -> None:
    found = listing(
        post(1, TEXT.format("created"), kind="service_message"), post(2, "<i>photo</i>"), post(3, TEXT.format("x"))
    )
    assert [entry.guid for entry in found.entries] == ["made_up_desk/3"]


@pytest.mark.parametrize(
    ("body", "url", "marker"),
    [
        (page(), URL, "history without posts"),
        (page(post(1, TEXT.format("created"), kind="service_message")), URL, "history without posts"),
        (page(post(1, "<i>photo</i>")), URL, "posts without text"),
        (page('<div class="tgme_widget_message_centered"><div class="tme_no_messages_found">Nothing</div></div>'),
         f"{URL}?q=%23made", "no messages found"),
    ],
)  # fmt: skip
def test_emptiness_is_proved(body: bytes, url: str, marker: str) -> None:
    found = read_preview(body, url, Context())
    assert found.entries == ()
    assert marker in (found.empty_by or "")


LANDING = '<div class="tgme_page"><div class="tgme_page_title"><span>Made-up desk</span></div></div>'


@pytest.mark.parametrize(
    ("body", "url", "trouble"),
    [
        (LANDING.encode(), "https://t.me/made_up_desk", "no preview"),
        (page(post(1, TEXT.format("x"))), "https://t.me/made_up_desk", "no preview"),
        (LANDING.encode(), URL, "no channel"),
        (page(info=""), URL, "no channel"),
        (INFO.encode(), URL, "no channel"),
        (b"", URL, "no HTML"),
        (b"<html><head><title>Just a moment...</title></head></html>", URL, "no channel"),
        (page('<div class="tme_no_messages_found">No posts found</div>'), URL, "too many requests"),
        (page(post(1, TEXT.format("x")).replace("data-post", "data-message")), URL, "without numbers"),
        (page('<div class="tgme_widget_message_wrap"><div class="message">x</div></div>'), URL, "without posts"),
        (page(*(post(n, '<div class="text">x</div>') for n in range(20))), URL, "without any text"),
        (page("<div>" * 2000), URL, "nested deeper"),
        (b"<rss><channel><item/></channel></rss>", URL, "no channel"),
    ],
)
def test_everything_else_is_an_error(body: bytes, url: str, trouble: str) -> None:
    with pytest.raises(FeedError, match=trouble) as caught:
        read_preview(body, url, Context())
    assert caught.value.subject == url


@pytest.mark.parametrize(
    "number", ["../../etc", "made_up_desk/x", "made_up_desk/1?x=1", "a/b/1", "", "made_up_desk/" + "9" * 40]
)
def test_a_hostile_number_makes_no_address(number: str) -> None:
    sound = post(2, TEXT.format("sound"))
    found = listing(post(1, TEXT.format("x")).replace("made_up_desk/1", number), sound)
    assert [entry.guid for entry in found.entries] == ["made_up_desk/2"]


def test_hundreds_of_posts_in_one_another_are_one() -> None:
    nested = "".join(f'<div class="tgme_widget_message" data-post="a_desk/{n}">' + TEXT.format("x") for n in range(400))
    assert [entry.guid for entry in listing(nested).entries] == ["a_desk/0"]


def test_a_long_first_line_is_cut_between_words() -> None:
    line = "слово " * 60
    assert title_of(f"{line.strip()}\nrest").endswith("слово…")
    assert len(title_of(line)) <= 201
    assert title_of("коротко\nдалі") == "коротко"
