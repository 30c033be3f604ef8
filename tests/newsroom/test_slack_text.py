"""The Slack that reads: what mrkdwn makes of a text, and what Slack finds by itself."""

from __future__ import annotations

from typing import Any

import pytest

from newsroom.slack_text import read_message, read_mrkdwn


@pytest.mark.parametrize(
    ("raw", "links", "mentions", "styles"),
    [
        ("<https://a.example|The Post>", (("The Post", "https://a.example"),), (), ()),
        ("<https://a.example>", (("https://a.example", "https://a.example"),), (), ()),
        ("see https://a.example/x", (("https://a.example/x", "https://a.example/x"),), (), ()),
        ("<!channel> <@U1> <#C1>", (), ("!channel", "@U1", "#C1"), ()),
        ("@here and a@here.example", (), ("@here",), ()),
        ("a *b* c", (), (), ("*b*",)),
        ("&gt; quoted", (), (), ("&gt; ",)),
        ("&lt;!channel&gt; 2*3*4 snake_case_name", (), (), ()),
    ],
)
def test_mrkdwn_is_read_as_slack_reads_it(
    raw: str, links: tuple[Any, ...], mentions: tuple[str, ...], styles: tuple[str, ...]
) -> None:
    seen = read_mrkdwn(raw)
    assert (seen.links, seen.mentions, seen.styles) == (links, mentions, styles)


def test_verbatim_text_links_and_mentions_only_what_is_written_so() -> None:
    seen = read_mrkdwn("https://a.example @channel <!here>", is_verbatim=True)
    assert (seen.links, seen.mentions) == ((), ("!here",))


def test_plain_text_is_what_it_is() -> None:
    seen = read_message(
        {"blocks": [{"type": "header", "text": {"type": "plain_text", "text": "<!channel> *b* @here"}}]}
    )
    assert seen.text.strip() == "<!channel> *b* @here"
    assert (seen.links, seen.mentions, seen.styles) == ((), (), ())


def test_the_line_of_the_phone_mentions_too() -> None:
    blocks = [{"type": "section", "text": {"type": "mrkdwn", "text": "x <https://a.example|y>", "verbatim": True}}]
    seen = read_message({"text": "<!channel> *loud*", "blocks": blocks})
    assert (seen.mentions, seen.styles) == (("!channel",), ())
    assert seen.links == (("y", "https://a.example"),)


def test_without_mrkdwn_nothing_is_styled() -> None:
    assert read_message({"text": "*b*", "mrkdwn": False}).styles == ()
    assert read_message({"text": "*b*"}).styles == ("*b*",)
