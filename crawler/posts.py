"""Posts: entries that are articles by themselves, each in the caller's transaction."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from crawler.articles import article_of_post
from crawler.items import EntryItem
from crawler.publishers import Publishers
from crawler.urls import KeyRules, url_key
from db import Session
from db.articles import store_article
from db.entries import StoredEntry
from db.posts import is_told, take_posts

_HEADLINE_AGE = timedelta(days=7)  # so long an outlet's headline is taken for the same story


def store_posts(
    session: Session,
    entry_point_id: int,
    entries: Sequence[EntryItem],
    publishers: Publishers,
    keys: KeyRules,
    now: datetime,
) -> int:
    """Store the articles of new and of edited posts; return how many are new or revised."""
    posts = {url_key(entry.url, keys): entry for entry in entries if entry.is_article}
    edited = [key for key, entry in posts.items() if entry.is_edited]
    changed = 0
    for entry in take_posts(session, entry_point_id, posts, edited, now) if posts else ():
        post = posts[entry.url_key]
        known = publishers.attributed(entry, post.publisher_url or post.url)
        article = None if _is_known(session, post, known, now) else article_of_post(post, known, now, keys)
        if article is not None and store_article(session, article, now).outcome != "same":
            changed += 1
    return changed


def _is_known(session: Session, post: EntryItem, known: StoredEntry, now: datetime) -> bool:
    """Say whether a post is the headline of an article that its outlet has told us itself."""
    is_headline = post.publisher_url is not None and post.title is not None
    return is_headline and is_told(session, known.outlet, post.title or "", now - _HEADLINE_AGE, but=known.id)
