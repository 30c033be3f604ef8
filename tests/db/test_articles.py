"""Articles are stored once, revised when rewritten, never emptied, and parked when they cannot be read."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from db import Database
from db.articles import (
    NewArticle,
    StoredArticle,
    UnreadArticle,
    claim_unread,
    finish_reading,
    note_reading_error,
    store_article,
)
from db.facts import Analysis, Decision
from db.leases import UNFINISHED_ATTEMPTS, LeaseRequest
from db.models import OutletRow
from db.queries import get_article, list_articles

NOON = datetime(2025, 9, 11, 12, tzinfo=UTC)
STORY = "The border was reached at noon, and the people were met with bread. " * 10
ARTICLE = NewArticle(url="https://outlet.example/1", url_key="outlet.example/1", text=STORY, title="At the border")
READ = Analysis("en", (), Decision.NONE, "nothing of ours")


def store(database: Database, article: NewArticle, now: datetime = NOON) -> StoredArticle:
    with database.begin() as session:
        return store_article(session, article, now)


def claim(database: Database, now: datetime = NOON, owner: str = "reader") -> list[UnreadArticle]:
    with database.begin() as session:
        return claim_unread(session, LeaseRequest(owner, now, now + timedelta(minutes=5), 50))


def read(database: Database) -> bool:
    [article] = claim(database)
    with database.begin() as session:
        return finish_reading(session, article, READ, NOON)


def test_the_same_article_is_stored_once(database: Database) -> None:
    first = store(database, ARTICLE)
    again = store(database, replace(ARTICLE, text=STORY.replace(" ", "\n")))
    assert first.outcome == "created"
    assert again == StoredArticle(first.id, "same")


def test_a_rewritten_article_keeps_its_earlier_text_and_is_read_again(database: Database) -> None:
    stored = store(database, ARTICLE)
    assert read(database)
    assert claim(database) == []
    revised = store(database, replace(ARTICLE, text=STORY + "Then they were fifty-two.", title="Fifty-two"))
    assert revised == StoredArticle(stored.id, "revised")
    [unread] = claim(database)
    assert (unread.revision, unread.title) == (2, "Fifty-two")
    with database.read() as session:
        view = get_article(session, stored.id)
    assert view is not None
    assert [(r["revision"], r["title"], r["text"]) for r in view.revisions] == [(1, "At the border", STORY.strip())]


def test_a_rewritten_article_keeps_its_first_publication_date(database: Database) -> None:
    store(database, replace(ARTICLE, published_at=NOON - timedelta(hours=3), published_precision="instant"))
    store(database, replace(ARTICLE, text=STORY + "More.", published_at=NOON))
    [unread] = claim(database)
    assert unread.published_at == NOON - timedelta(hours=3)


def test_a_page_that_lost_its_text_never_overwrites_a_longer_one(database: Database) -> None:
    store(database, ARTICLE)
    assert store(database, replace(ARTICLE, text="Please log in to read.")).outcome == "same"
    with database.read() as session:
        [view] = list_articles(session)
        whole = get_article(session, view.id)
    assert whole is not None
    assert whole.text == STORY.strip()


def test_a_teaser_before_a_paywall_never_overwrites_the_whole_and_a_shortened_text_does(database: Database) -> None:
    whole = " ".join(f"Sentence number {number} of a story that was printed in full." for number in range(20))
    store(database, replace(ARTICLE, text=whole))
    assert store(database, replace(ARTICLE, text=whole[:300] + " Subscribe to read on.")).outcome == "same"
    assert store(database, replace(ARTICLE, text=whole[60:500])).outcome == "revised"
    assert store(database, replace(ARTICLE, text=whole)).outcome == "revised"


def test_a_short_text_is_replaced_by_the_whole_one(database: Database) -> None:
    store(database, replace(ARTICLE, text="Please log in to read."))
    assert store(database, ARTICLE).outcome == "revised"


@pytest.mark.parametrize(
    ("stated", "kept"),
    [
        (datetime(2099, 12, 31, tzinfo=UTC), NOON - timedelta(minutes=1)),
        (NOON + timedelta(minutes=11), NOON - timedelta(minutes=1)),
        (NOON + timedelta(minutes=9), NOON + timedelta(minutes=9)),
        (datetime(1970, 1, 1, tzinfo=UTC), None),
        (datetime(1, 1, 1, tzinfo=UTC), None),
        (NOON - timedelta(days=200), NOON - timedelta(days=200)),
        (None, None),
    ],
)
def test_impossible_dates_are_put_right(database: Database, stated: datetime | None, kept: datetime | None) -> None:
    fetched_at = NOON - timedelta(minutes=1)
    store(database, replace(ARTICLE, published_at=stated, published_precision="instant", fetched_at=fetched_at))
    [unread] = claim(database)
    assert unread.published_at == kept


def test_stored_text_is_clean(database: Database) -> None:
    store(database, replace(ARTICLE, title="Зві\u200bльнено\n52", text="a\u202eb\x00c"))
    [unread] = claim(database)
    assert (unread.title, unread.text) == ("Звільнено 52", "abc")


def test_an_article_that_kills_its_reader_each_time_is_parked(database: Database) -> None:
    stored = store(database, ARTICLE)
    now = NOON
    for _ in range(UNFINISHED_ATTEMPTS):
        assert [unread.id for unread in claim(database, now)] == [stored.id]
        now += timedelta(minutes=6)  # the reader died; its lease runs out
    assert claim(database, now) == []


def test_an_article_that_cannot_be_read_is_parked_with_the_reason(database: Database) -> None:
    store(database, ARTICLE)
    for _ in range(3):
        [unread] = claim(database)
        with database.begin() as session:
            note_reading_error(session, unread, "no sentence found " * 100)
    assert claim(database) == []
    with database.read() as session:
        [view] = list_articles(session)
    assert view.read_error is not None
    assert view.read_error.startswith("no sentence found")
    assert len(view.read_error) <= 1000


def test_a_reader_that_was_overtaken_cannot_finish(database: Database) -> None:
    store(database, ARTICLE)
    [slow] = claim(database, NOON, "slow")
    [quick] = claim(database, NOON + timedelta(minutes=6), "quick")
    with database.begin() as session:
        assert not finish_reading(session, slow, READ, NOON)
    with database.begin() as session:
        assert finish_reading(session, quick, READ, NOON)


def test_a_reader_knows_the_outlet_of_an_article(database: Database) -> None:
    outlet = OutletRow(
        name="made-up",
        title="Made Up",
        kind="state",
        languages=["uk", "ru"],
        timezone="Europe/Kyiv",
        priority=1,
        is_enabled=True,
    )
    with database.begin() as session:
        session.add(outlet)
    store(database, replace(ARTICLE, outlet="made-up"))
    store(database, replace(ARTICLE, url="urn:x", url_key="urn:x", outlet="nobody-knows"))
    known, unknown = claim(database)
    assert (known.outlet_title, known.outlet_kind, known.outlet_languages) == ("Made Up", "state", ("uk", "ru"))
    assert (known.timezone, unknown.timezone, unknown.outlet_title) == ("Europe/Kyiv", "UTC", None)


def test_a_text_repeated_to_the_letter_at_another_address_is_a_copy_of_the_first(database: Database) -> None:
    original = store(database, replace(ARTICLE, text="Сьогодні звільнили людей. " * 20))
    reprint = replace(ARTICLE, url="urn:reprint", url_key="urn:reprint", text="Сьогодні  звільнили людей. " * 20)
    copy = store(database, reprint)
    again = store(database, replace(reprint, url="urn:third", url_key="urn:third"))
    short = store(database, replace(ARTICLE, url="urn:short", url_key="urn:short", text="коротко"))
    assert store(database, reprint).outcome == "same"
    with database.read() as session:
        copies = {view.id: view.copy_of for view in list_articles(session)}
    assert copies == {original.id: None, copy.id: original.id, again.id: original.id, short.id: None}
