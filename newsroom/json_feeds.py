"""The JSON Feed of a made-up outlet, version 1.1 (pure)."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from newsroom.press import MadeUpOutlet, Publication

_LIMIT = 30


def render_json_feed(outlet: MadeUpOutlet, url: str, publications: Sequence[Publication]) -> bytes:
    """Return the feed of `publications` (newest first)."""
    feed: dict[str, Any] = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": outlet.title,
        "home_page_url": f"{url}/",
        "feed_url": f"{url}/feed.json",
        "language": outlet.language,
        "items": [_item(outlet, url, one) for one in publications[:_LIMIT]],
    }
    if outlet.hub is not None:
        feed["hubs"] = [{"type": "rssCloud", "url": f"{url}/cloud"}, {"type": "WebSub", "url": outlet.hub}]
    return json.dumps(feed, ensure_ascii=False, indent=1).encode()


def _item(outlet: MadeUpOutlet, url: str, publication: Publication) -> dict[str, Any]:
    told = publication.story
    return {
        "id": f"{url}{publication.path}",
        "url": f"{url}{publication.path}?utm_source=feed",
        "title": told.title,
        "summary": told.teaser,
        "content_html": "".join(f"<p>{paragraph}</p>" for paragraph in told.paragraphs[:1]),
        "date_published": publication.local_time(outlet).isoformat(),
        "authors": [{"name": told.author}],
    }
