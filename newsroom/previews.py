"""The web preview of a made-up outlet's Telegram channel, marked up as the service does: the oldest on top (pure)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC
from html import escape

from newsroom.press import MadeUpOutlet, Publication

_POSTS = 20  # a page has about so many
_STEP = 3  # numbers of posts have gaps


def render_preview(outlet: MadeUpOutlet, url: str, publications: Sequence[Publication], before: int = 0) -> bytes:
    """Return the page of the newest posts, or of those with numbers under `before`; `publications` come newest first.

    A post tells title and teaser, and shows a preview of the article's page at `url`.
    """
    name = outlet.name.replace("-", "_")
    numbered = [(_STEP * place, one) for place, one in enumerate(reversed(publications), 1)]
    told = [(number, one) for number, one in numbered if not before or number < before]
    shown = told[-_POSTS:]
    more = _more(name, shown[0][0]) if len(told) > len(shown) else ""
    posts = "".join(_post(name, url, number, one) for number, one in shown)
    page = (
        f'<!DOCTYPE html><html><head><meta charset="utf-8"><title>{escape(outlet.title)}</title></head><body>'
        f'<div class="tgme_channel_info"><div class="tgme_channel_info_header_title"><span dir="auto">'
        f'{escape(outlet.title)}</span></div><div class="tgme_channel_info_counter">'
        f'<span class="counter_value">1.2K</span> <span class="counter_type">subscribers</span></div></div>\n'
        f'<section class="tgme_channel_history js-message_history">{more}{posts}</section></body></html>\n'
    )
    return page.encode()


def _more(name: str, number: int) -> str:
    return (
        f'<div class="tgme_widget_message_centered js-messages_more_wrap"><a href="/s/{name}?before={number}" '
        f'class="tme_messages_more js-messages_more" data-before="{number}"></a></div>\n'
    )


def _post(name: str, url: str, number: int, publication: Publication) -> str:
    told, page = publication.story, f"{url}{publication.path}"
    time = publication.published_at.astimezone(UTC).isoformat(timespec="seconds")
    return (
        f'<div class="tgme_widget_message_wrap js-widget_message_wrap"><div class="tgme_widget_message '
        f'text_not_supported_wrap js-widget_message" data-post="{name}/{number}"><div class="tgme_widget_message_bubble">'
        f'<div class="tgme_widget_message_text js-message_text" dir="auto"><b>{escape(told.title)}</b><br><br>'
        f"{escape(told.teaser)}<br>{'<br>'.join(map(escape, told.paragraphs))}</div>"
        f'<a class="tgme_widget_message_link_preview" href="{escape(page)}">'
        f'<div class="link_preview_title">{escape(told.title)}</div></a>'
        f'<div class="tgme_widget_message_footer"><span class="tgme_widget_message_views">987</span>'
        f'<span class="tgme_widget_message_meta"><a class="tgme_widget_message_date" href="https://t.me/{name}/{number}">'
        f'<time datetime="{time}" class="time">12:00</time></a></span></div></div></div></div>\n'
    )
