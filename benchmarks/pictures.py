"""Pictures of messages for the docs: what the channels really compose, drawn by Chromium as Slack and Telegram would.

The bodies are those that would be sent; only the frame around them (avatar, colours) is drawn here. Needs `chromium`.
"""

from __future__ import annotations

import argparse
import json
import re
import subprocess
import tempfile
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from html import escape
from pathlib import Path
from typing import Any

from alerts.channels.slack_body import slack_body
from alerts.channels.telegram_body import telegram_body
from alerts.message import Form, Layout, Telling, render
from db.facts import (
    ClaimSource,
    Concession,
    CountRole,
    EventChange,
    EventCount,
    EventFacts,
    Kind,
    Outcome,
    Person,
    Polarity,
    Precision,
    Status,
    Step,
)
from db.views import EventArticle, EventView
from events.compare import compare

NOW = datetime(2025, 9, 11, 12, 31, tzinfo=UTC)
OUTLETS = (("harbour-post", "Harbour Post", "en"), ("kurier", "Kurier Nadbużański", "pl"), ("ranok", "Ранок", "uk"))
STYLE = """
body { margin: 0; padding: 18px; background: #fff; font: 15px/1.46 "Lato", "Liberation Sans", sans-serif; color: #1d1c1d }
a { color: #1264a3; text-decoration: none }
.slack { display: grid; grid-template-columns: 36px 1fr; gap: 4px 10px; width: 560px; margin-bottom: 14px }
.face { width: 36px; height: 36px; border-radius: 6px; background: #2c6e49; color: #fff; text-align: center; font: bold 20px/36px sans-serif }
.who b { font-weight: 700 } .app { background: #e8e8e8; font-size: 10px; padding: 1px 4px; border-radius: 2px; margin: 0 6px }
.when { color: #616061; font-size: 12px } .header { font-weight: 700; font-size: 17px; margin: 4px 0 }
.section { white-space: pre-line; margin: 4px 0 } .context { color: #616061; font-size: 12px }
.thread { margin-left: 46px; border-left: 3px solid #ddd; padding-left: 12px }
.chat { background: #d5e3c8; padding: 18px; width: 420px } .bubble { background: #fff; border-radius: 12px; padding: 8px 12px;
margin-bottom: 8px; white-space: pre-line; font-size: 14.5px; box-shadow: 0 1px 1px #0003 }
.bubble .by { color: #2c6e49; font-weight: 700; display: block } .bubble .time { color: #8a8a8a; font-size: 11px; text-align: right; display: block }
.quote { border-left: 3px solid #2c6e49; padding-left: 8px; margin: 4px 0; font-size: 13px; color: #444; display: block }
"""


def main() -> None:
    """Draw both pictures into a folder."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--to", type=Path, default=Path("docs/pictures"))
    folder = parser.parse_args().to
    folder.mkdir(parents=True, exist_ok=True)
    draw(_slack_page(), folder / "slack.png", (690, 570))
    draw(_telegram_page(), folder / "telegram.png", (492, 690))


def draw(page: str, picture: Path, size: tuple[int, int]) -> None:
    """Let Chromium draw a page."""
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "page.html"
        source.write_text(f"<!doctype html><meta charset=utf-8><style>{STYLE}</style>{page}", encoding="utf-8")
        window = f"--window-size={size[0]},{size[1]}"
        options = ("--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--force-device-scale-factor=2")
        command = ("chromium", *options, window, f"--screenshot={picture.absolute()}", source.as_uri())
        subprocess.run(command, check=True, capture_output=True, timeout=60)  # noqa: S603 (our own page)


def _facts(number: int, **changes: Any) -> EventFacts:
    said = (ClaimSource(1, f"freed {number}", "harbour-post"), ClaimSource(2, f"{number}", "kurier"))
    counts = (
        EventCount(CountRole.RELEASED, number, sources=said, counter="Gitanas Nausėda"),
        EventCount(CountRole.HELD, 1168, sources=(ClaimSource(3, "1168", "ranok"),), counter="Viasna"),
    )
    known: dict[str, Any] = {
        "nationalities": {"LT": 6, "DE": 2, "PL": 2},
        "people": (Person("Ihar Losik", Outcome.FREED), Person("Mikalai Statkevich", Outcome.REFUSED_TO_LEAVE)),
        "negotiators": ("John Coale", "Alexander Lukashenko"),
        "mediators": ("US",),
        "transit": ("LT",),
        "concessions": (Concession("belavia", "US", Step.ANNOUNCED),),
        "roots": ("Gitanas Nausėda", "BelTA", "Viasna"),
    }
    day = (date(2025, 9, 11), Precision.DAY)
    return EventFacts(Kind.RELEASE, Status.CONFIRMED, Polarity.POSITIVE, *day, counts, **(known | changes))


def _event(facts: EventFacts, revision: int) -> EventView:
    articles = tuple(
        EventArticle(n, f"https://{name}.example/news/{n}", name, language, None, NOW, "report", title)
        for n, (name, title, language) in enumerate(OUTLETS, start=1)
    )
    return EventView(12, revision, NOW, NOW, facts, articles)


def _told(language: str) -> Iterator[Any]:
    """Yield the first message of an event, and the answer to it when a number changed."""
    page = "https://volya.example/events/12"
    first = Telling("created", EventChange("new event"), None, NOW, page)
    yield render(_event(_facts(51), 1), first, language)
    change = compare(_facts(51), _facts(52))
    later = Telling("updated", change, 1, NOW + timedelta(minutes=24), page, form=Form.REPLY)
    yield render(_event(_facts(52), 2), later, language)


def _slack_page() -> str:
    first, answer = (json.loads(slack_body(message, Layout.FULL)) for message in _told("en"))
    return _slack_message(first, "12:31") + f'<div class="thread">{_slack_message(answer, "12:55")}</div>'


def _slack_message(body: dict[str, Any], time: str) -> str:
    who = f'<div class="who"><b>Volya</b><span class="app">APP</span><span class="when">{time}</span></div>'
    return f'<div class="slack"><div class="face">В</div><div>{who}{"".join(map(_block, body["blocks"]))}</div></div>'


def _block(block: dict[str, Any]) -> str:
    texts = block["elements"] if block["type"] == "context" else [block["text"]]
    return f'<div class="{block["type"]}">{"".join(map(_slack_text, texts))}</div>'


def _slack_text(text: dict[str, Any]) -> str:
    if text["type"] == "plain_text":
        return escape(text["text"])
    return re.sub(r"<(https?://[^|>]+)\|([^>]+)>", r'<a href="\1">\2</a>', text["text"])


def _telegram_page() -> str:
    first, answer = (json.loads(telegram_body(message, Layout.FULL)) for message in _told("uk"))
    quoted = f'<span class="quote">{escape(first["text"].split("</b>")[0].removeprefix("<b>"))}</span>'
    bubbles = _bubble(first["text"], "15:31"), _bubble(quoted + answer["text"], "15:55")
    return f'<div class="chat">{"".join(bubbles)}</div>'


def _bubble(html: str, time: str) -> str:
    return f'<div class="bubble"><span class="by">Volya</span>{html}<span class="time">{time}</span></div>'


if __name__ == "__main__":
    main()
