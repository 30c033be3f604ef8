"""What is stored is found, by every form of its words, in seven languages, and only where it says so now."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from alembic import command
from sqlalchemy import text

from db import Database, connect, open_database, schema
from db.articles import NewArticle, claim_unread, finish_reading, store_article
from db.facts import Analysis, Decision, Kind
from db.leases import LeaseRequest
from db.models import ArticleRow
from db.search import MOST_COUNTED, Hits, Order, search_articles
from db.search_index import add_entries, entry_of, take_entry
from db.search_query import SearchError, parse_query

NOW = datetime(2025, 9, 11, 12, 30, tzinfo=UTC)
STORIES = {
    "uk": ("Звільнено п'ятдесят два політв’язні", "Серед них — Анатоль Вішнюк. Літак сів у Вільнюсі ввечері."),
    "ru": ("Освобождены заключённые", "Анатолия Вишнюка привезли к границе, рассказала Алёна Тихая."),
    "be": ("Вызвалілі палітвязняў", "Анатоля Вішнюка сустрэлі ў Вільні. Ён прабыў у зняволеньні тры гады."),
    "en": (
        "Fifty-two prisoners freed",
        "The envoy's plane carried them out; Anatol Vishniuk was among those released.",
    ),
    "pl": ("Więźniowie na wolności", "Wśród zwolnionych jest Anatol Wiśniuk, brat Łucji. Nie było mowy o sankcjach."),
    "lt": ("Paleisti politiniai kaliniai", "Anatolis Višniukas atvyko į Vilnių; kalinius pasitiko šeimos."),
    "de": ("Häftlinge aus Belarus frei", "Anatol Wischnjuk kam über die Straße nach Litauen. Die Häftlinge sind frei."),
}


def article(name: str, title: str, body: str, **more: object) -> NewArticle:
    url = f"https://outlet.example/{name}"
    return replace(NewArticle(url, url, body, title=title, outlet="Made-Up", published_at=NOW), **more)  # type: ignore[arg-type]


def store(database: Database, articles: Iterable[NewArticle]) -> list[int]:
    with database.begin() as session:
        return [store_article(session, one, NOW).id for one in articles]


def store_stories(database: Database) -> None:
    store(database, (article(code, *story, language=code) for code, story in STORIES.items()))


def read_all(database: Database, analysis: Analysis) -> None:
    with database.begin() as session:
        for unread in claim_unread(session, LeaseRequest("reader", NOW, NOW + timedelta(minutes=5), 50)):
            assert finish_reading(session, unread, analysis, NOW)


def ask(database: Database, words: str, *, order: Order = "best", limit: int = 20, cursor: str | None = None) -> Hits:
    with database.read() as session:
        return search_articles(session, parse_query(words, NOW), order=order, limit=limit, cursor=cursor)


def found(database: Database, words: str, order: Order = "newest") -> list[str]:
    return [hit.article.url.rpartition("/")[2] for hit in ask(database, words, order=order).hits]


FOUND_IN = {
    "Вішнюк": "be uk ru",
    "вишнюка": "be uk ru",
    "политвязень": "uk",
    "палітвязьням": "be",
    "заключенного": "ru",
    "алена": "ru",
    "зняволенні": "be",
    "PRISONER": "en",
    "release": "en",
    "więzień": "pl",
    "lucja": "pl",
    "Višniukas": "lt",
    "visniuko": "lt",
    "kalinys": "lt",
    "Häftling": "de",
    "strassen": "de",
    "Anatol": "de lt pl en",
    '"anatol vishniuk"': "en",
    '"vishniuk anatol"': "",
    '"freed the envoy"': "",
    "Anatol -Häftling": "lt pl en",
    'Anatol -"anatol vishniuk" -Häftling': "lt pl",
    "Vishn*": "en",
    "language:pl,de": "de pl",
    "Anatol -language:de,pl": "lt en",
    "-language:uk,ru,be,lt,pl": "de en",
    "outlet:made-up language:lt": "lt",
    "outlet:other": "",
    "outlet": "",
    "out*": "en",
    "all": "",
}
HOSTILE = ['" OR 1=1 --', "NEAR(", "NEAR(a b, 3)", '"unbalanced', "'; DROP TABLE articles; --", "a\x00b", "%x", "title:x", "a:* | b",
           "^x + y", "-x", "!x", "a <-> b", "{a} : b", "x*", 'outlet:"\'', "outlet:a\\", "((((x", "AND", "OR NOT", "\ud800x", "outlet:" + "я" * 900,
           "ﷺ" * 100, "é" * 900, " ".join("abcdefghijklmnop"), " ".join(f"{letter}*" for letter in "abcdefghijklmnop")]  # fmt: skip


def test_a_word_finds_its_forms_in_every_language(database: Database) -> None:
    store_stories(database)
    newest_first = list(STORIES)[::-1]
    assert {words: sorted(found(database, words), key=newest_first.index) for words in FOUND_IN} == {
        words: sorted(languages.split(), key=newest_first.index) for words, languages in FOUND_IN.items()
    }


def test_no_question_breaks_the_search(database: Database) -> None:
    store_stories(database)
    for order in ("best", "newest"):
        for words in HOSTILE:
            assert ask(database, words, order=order).total <= len(STORIES)
    assert len(found(database, "")) == len(STORIES)


def test_titles_weigh_more_and_rarer_words_come_first(database: Database) -> None:
    long = "Nothing else was said about the matter at noon. " * 5
    store(
        database,
        [
            article("title", "Talks about Minsk", long),
            article("text", "Talks", f"{long} Minsk."),
            article("neither", "Talks", long),
        ],
    )
    assert found(database, "Minsk", "best") == ["title", "text"]
    assert found(database, "Minsk", "newest") == ["text", "title"]


def test_the_newest_are_those_published_last_not_those_stored_last(database: Database) -> None:
    hours = {"old": 48, "undated": None, "new": 1}
    store(
        database,
        (
            article(name, "Minsk", f"{name} text", published_at=NOW - timedelta(hours=age) if age is not None else None)
            for name, age in hours.items()
        ),
    )
    assert found(database, "Minsk") == ["undated", "new", "old"]
    assert found(database, "Minsk after:2025-09-10") == ["undated", "new"]
    assert found(database, "Minsk before:2025-09-11") == ["old"]
    assert found(database, "after:2025-09-09 before:2025-09-10") == ["old"]
    assert found(database, "after:24h before:2025-09-12") == ["undated", "new"]


def test_a_revised_article_is_found_by_what_it_says_now(database: Database) -> None:
    first = article("a", "Talks in Minsk", "The envoy came at noon. " * 20, published_at=None)
    store(database, [first])
    later = replace(
        first, title="Talks in Warsaw", text="The delegation left. " * 30, published_at=NOW - timedelta(days=3)
    )
    store(database, [later])
    assert (found(database, "Minsk"), found(database, "envoy")) == ([], [])
    assert found(database, "Warsaw delegation before:2025-09-09") == ["a"]


def test_an_article_that_is_not_in_the_index_comes_in_when_it_is_read(database: Database) -> None:
    store(database, [article("a", "Freed", "They are free.")])
    with database.begin() as session:
        take_entry(session, entry_of(session.get_one(ArticleRow, 1)))
    assert found(database, "freed") == []
    read_all(database, Analysis("en", (), Decision.NONE, "told"))
    assert found(database, "freed") == ["a"]


def test_what_reading_learns_is_a_filter_at_once(database: Database) -> None:
    store(database, [article("a", "Freed", "They are free.", language=None)])
    assert found(database, "kind:release") == []
    read_all(database, Analysis("en", (Kind.RELEASE,), Decision.EVENT, "told"))
    assert found(database, "freed kind:release decision:event language:en") == ["a"]
    assert found(database, "kind:negotiation") == []
    assert found(database, "-kind:release") == []


def test_a_hit_shows_the_article_and_marks_the_words(database: Database) -> None:
    store_stories(database)
    [hit] = ask(database, "prisoner envoy").hits
    assert (hit.article.language, hit.article.outlet) == ("en", "Made-Up")
    assert [hit.title.text[start:end] for start, end in hit.title.spans] == ["prisoners"]
    assert [hit.excerpt.text[start:end] for start, end in hit.excerpt.spans] == ["envoy's"]


@pytest.mark.parametrize("order", ["best", "newest"])
def test_pages_follow_each_other_without_a_gap_while_articles_come_in(database: Database, order: Order) -> None:
    store(database, (article(f"a{number}", "Minsk", f"Text {number}") for number in range(7)))
    page = ask(database, "Minsk", order=order, limit=3)
    seen = [hit.article.id for hit in page.hits]
    store(database, [article("later", "Minsk", "Of tomorrow", published_at=NOW)])
    while page.next:
        page = ask(database, "Minsk", order=order, limit=3, cursor=page.next)
        seen += [hit.article.id for hit in page.hits]
    assert seen == [7, 6, 5, 4, 3, 2, 1]


@pytest.mark.parametrize("cursor", ["", "x", "n", "n1x", "b1", "n-1", "b1-2", "9" * 40, "n" + "9" * 40])
def test_a_cursor_of_another_search_is_refused(database: Database, cursor: str) -> None:
    with pytest.raises(SearchError, match="cursor: is not one of this search"):
        ask(database, "Minsk", order="newest", cursor=cursor)


def test_an_empty_question_lists_every_article(database: Database) -> None:
    assert ask(database, "") == Hits((), 0, is_more=False, next=None)
    store_stories(database)
    page = ask(database, "", limit=5)
    assert (len(page.hits), page.total, page.is_more) == (5, len(STORIES), False)
    assert all(not hit.excerpt.spans for hit in page.hits)


def test_no_more_than_a_thousand_are_counted_and_the_newest_go_on_beyond(database: Database) -> None:
    number = MOST_COUNTED + 5
    with database.begin() as session:
        first = store_article(session, article("first", "Minsk", "Text"), NOW)
        one = entry_of(session.get_one(ArticleRow, first.id))
        others = range(1, number)
        session.execute(text(_COPY), [{"id": one.article_id + other, "url": f"u{other}"} for other in others])
        copies = [replace(one, article_id=one.article_id + other, place=one.place + other) for other in others]
        add_entries(session, copies)
    best = ask(database, "Minsk", limit=MOST_COUNTED)
    assert (best.total, best.is_more, len(best.hits), best.next) == (MOST_COUNTED, True, MOST_COUNTED, None)
    newest = ask(database, "Minsk", order="newest", limit=MOST_COUNTED)
    last = ask(database, "Minsk", order="newest", limit=10, cursor=newest.next)
    assert (last.total, last.is_more, len(last.hits), last.next) == (MOST_COUNTED, True, 5, None)


_COPY = (
    "INSERT INTO articles (id, url, url_key, title, text, first_seen_at, fields, is_partial, alerting, revision, text_hash,"
    " read_attempts, generation) SELECT :id, :url, :url, title, text, first_seen_at, fields, is_partial, alerting, revision,"
    " text_hash, read_attempts, generation FROM articles WHERE url LIKE '%/first'"
)


def test_a_rolled_back_article_is_not_found(database: Database) -> None:
    class ChangedMindError(Exception):
        pass

    def store_and_regret() -> None:
        with database.begin() as session:
            store_article(session, article("a", "Minsk", "Text"), NOW)
            raise ChangedMindError

    with pytest.raises(ChangedMindError):
        store_and_regret()
    assert found(database, "Minsk") == []


def test_an_article_whose_entry_is_not_what_it_should_be_is_stored_all_the_same(database: Database) -> None:
    with database.begin() as session:
        store_article(session, article("a", "Minsk", "Text of old words"), NOW)
        store_article(session, article("b", "Minsk", "Another text"), NOW)
        session.execute(
            text("UPDATE articles SET title = 'Vilnius' WHERE url LIKE '%/a'")
        )  # as another version might index it
    with database.begin() as session:
        stored = store_article(session, article("a", "Minsk", "Text of quite other and newer words"), NOW)
        again = store_article(session, article("b", "Minsk", "Another text, and more of it"), NOW)
    assert (stored.outcome, again.outcome) == ("revised", "revised")
    assert set(found(database, "Minsk")) == {"a", "b"}
    with database.read() as session:
        assert (
            session.scalar(text("SELECT text FROM articles WHERE url LIKE '%/a'"))
            == "Text of quite other and newer words"
        )


def test_articles_of_an_older_version_are_found_after_the_migration(tmp_path_factory: pytest.TempPathFactory) -> None:
    url = f"sqlite:///{tmp_path_factory.mktemp('old') / 'old.sqlite3'}"
    old = connect(url)
    with old.begin() as session:
        config = schema._alembic()
        config.attributes["connection"] = session.connection()
        command.upgrade(config, "0012")
        session.execute(
            text(
                "INSERT INTO articles (id, url, url_key, title, text, language, outlet, decision, analysis, first_seen_at, fields, "
                "is_partial, alerting, revision, text_hash, read_attempts, generation) VALUES (1, 'u/a', 'u/a', 'Häftlinge', 'frei', "
                "'de', 'x', 'event', '{\"kinds\": [\"release\"]}', '2025-09-11 12:00:00', '{}', 0, 'normal', 1, 'h', 0, 0)"
            )
        )
    old.close()
    migrated = open_database(url)
    assert found(migrated, "Häftling kind:release language:de outlet:x") == ["a"]
    migrated.close()
