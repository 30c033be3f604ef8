"""The step `read` over a real database: which articles make one event, what is told, what stays silent."""

from __future__ import annotations

import random
import re
import shutil
import threading
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from db import Database, open_database
from db.announcing import find_due_events
from db.articles import READ_ATTEMPTS, NewArticle, claim_unread, note_reading_error, store_article
from db.facts import CountRole, EventFacts, Kind, Polarity, Status
from db.leases import UNFINISHED_ATTEMPTS, LeaseRequest
from db.models import OutletRow
from db.queries import get_article, list_changes, list_events
from db.views import EventView
from events.explain import explain_article, explain_event
from events.reading import LEASE, read_new

NOON = datetime(2026, 3, 10, 12, tzinfo=UTC)
TUESDAY = date(2026, 3, 10)

RELEASE = {
    "uk": (
        "Білорусь звільнила 41 політв’язня",
        "Олександр Лукашенко у вівторок звільнив 41 політв’язня. Про це повідомила «Вясна».",
    ),
    "ru": (
        "Беларусь освободила 41 политзаключённого",
        "Александр Лукашенко во вторник освободил 41 политзаключённого, сообщил президент Литвы Гитанас Науседа.",
    ),
    "en": (
        "Belarus frees 41 political prisoners",
        "Belarus released 41 political prisoners on Tuesday, Reuters reported.",
    ),
}

# Five articles of our own, built like the five that this project began with: a release told with its pardons and with
# two older ones recalled; one leak told twice; a leak on another day; an old story under a later date.
SEEDS = {
    "release": (
        "uk",
        datetime(2026, 3, 10, 15, tzinfo=UTC),
        """Автобус на кордоні / © Ранкова пошта

Доповнюється

Мінськ відпустив 41 політичного в’язня: Олександр Лукашенко звільнив їх на прохання Джона Коула, а ще помилував 9 іноземних громадян. Увечері вони перетнули кордон із Литвою.

Новину підтвердив президент Литви Гітанас Науседа.

Хто вийшов

«Сорок одна родина сьогодні не спатиме від щастя, а четверо з тих, хто повернувся, — наші, литовці», — сказав Науседа біля шлагбаума.

За його словами, у колоніях залишаються понад 900 політичних в’язнів.

Іноземців помилувано 9: четверо з них — громадяни Литви, по двоє — Латвії та Польщі, один громадянин Франції.

Нагадаємо, у жовтні, коли до столиці приїздив Кіт Келлог, Лукашенко звільнив 17 ув’язнених.

Ще взимку Лукашенко відкинув саму думку про звільнення політв’язнів і назвав їх злодіями.""",
    ),
    "leak": (
        "uk",
        datetime(2026, 5, 20, 9, tzinfo=UTC),
        """Порожній плац колонії (Фото: архів)

Щонайменше 80 політичних в’язнів може незабаром звільнити Мінськ: про це США і Білорусь домовляються вже місяць, пише Reuters з посиланням на трьох неназваних співрозмовників.

У березні Білорусь відпустила 41 людину. За ґратами й далі понад 900 політичних в’язнів, рахують правозахисники.

За американським боком столу сидить Джон Коул, кажуть ті самі люди.

16 травня Лукашенко помилував 23 українців, і всі вони вже вдома.""",
    ),
    "leak again": (
        "uk",
        datetime(2026, 5, 20, 14, tzinfo=UTC),
        """Вашингтон торгується з Мінськом за 80 політвʼязнів

Про звільнення щонайменше 80 політвʼязнів розмовляють США та Білорусь, повідомляє Reuters. Дату ніхто не називає.

Ціною може стати зняття санкцій з білоруського калію, якого чекають на полях пів світу.

Розмову веде Джон Коул, спецпосланець Трампа.

Нагадаємо, 16 травня Олександр Лукашенко підписав указ про помилування 23 громадян України.""",
    ),
    "other leak": (
        "ru",
        datetime(2026, 2, 12, 10, tzinfo=UTC),
        """Минск и Вашингтон торгуются: Александр Лукашенко готов обсуждать освобождение политических заключенных, утверждают источники Rzeczpospolita. Трое собеседников газеты говорят, что домой может уехать «большая часть» из 940 узников.

За это, по их словам, Лукашенко ждет отмены санкций против «Белавиа», а потом и снятия ограничений с «Беларуськалия».

В последний раз Трамп и Лукашенко говорили по телефону 2 февраля, и речь шла о 17 политзаключенных, освобожденных в октябре.""",
    ),
    "old deal": (
        "uk",
        datetime(2025, 11, 23, 8, tzinfo=UTC),
        """Політв’язні за послаблення санкцій: США готують угоду з Білоруссю, пише NYT.

The New York Times розповідає, посилаючись на Крістофера Сміта, що Вашингтон планує домовитися з Олександром Лукашенком про звільнення політичних в'язнів у Білорусі одним рухом, без довгих торгів.

Після першої розмови Сміта з Лукашенком було звільнено двох ув'язнених.

Читайте також

Посол України в Мінську подав у відставку

Замість цього США зменшать санкції щодо білоруських банків і калійних добрив, якщо слова дотримають обидва боки.""",
    ),
}


@pytest.fixture
def newsroom(sqlite_database: Database) -> Database:
    return sqlite_database


def article(name: str, text: str, title: str | None = None, **known: Any) -> NewArticle:
    return NewArticle(
        **{
            "url": f"https://{name}.example/1",
            "url_key": f"{name}.example/1",
            "text": text,
            "title": title,
            "published_at": NOON,
            "published_precision": "instant",
            **known,
        }
    )


def store(database: Database, *articles: NewArticle, now: datetime = NOON) -> list[int]:
    with database.begin() as session:
        return [store_article(session, one, now).id for one in articles]


def read(database: Database, now: datetime = NOON, owner: str = "reader") -> set[int]:
    changed: set[int] = set()
    while (report := read_new(database, owner=owner, now=now)).read:
        assert report.failed == 0
        changed |= set(report.changed_events)
    return changed


def events(database: Database) -> list[EventView]:
    with database.read() as session:
        return list_events(session)


def due(database: Database) -> list[int]:
    with database.read() as session:
        return find_due_events(session, 100)


def explained(database: Database, article_id: int) -> str:
    with database.read() as session:
        view = get_article(session, article_id)
        assert view is not None
        return explain_article(view, list_events(session))


def told_in(language: str, minutes: int = 0, **known: Any) -> NewArticle:
    title, text = RELEASE[language]
    at = NOON + timedelta(minutes=minutes)
    return article(language, text, title, language=language, published_at=at, **known)


def release_of(number: int, name: str = "other", minutes: int = 60, **known: Any) -> NewArticle:
    text = f"Belarus released {number} political prisoners on Tuesday, Viasna said."
    at = NOON + timedelta(minutes=minutes)
    return article(name, text, f"Belarus frees {number} political prisoners", **{"published_at": at, **known})


@pytest.mark.parametrize("order", [("uk", "ru", "en"), ("en", "uk", "ru"), ("ru", "en", "uk")])
def test_one_release_told_in_three_languages_is_one_event(newsroom: Database, order: tuple[str, ...]) -> None:
    for minutes, language in enumerate(order):
        store(newsroom, told_in(language, minutes))
        read(newsroom)
    [event] = events(newsroom)
    assert {told.language for told in event.articles} == {"uk", "ru", "en"}
    assert [told.role for told in event.articles] == ["first", "report", "report"]
    assert (event.facts.kind, event.facts.event_date) == (Kind.RELEASE, TUESDAY)
    assert [(count.value, len(count.sources)) for count in event.facts.counts] == [(41, 3)]
    assert set(event.facts.roots) == {"Viasna", "Gitanas Nausėda", "Reuters"}
    assert event.facts.status is Status.CONFIRMED


def test_a_higher_number_makes_a_material_revision(newsroom: Database) -> None:
    store(newsroom, release_of(14, "early", 0))
    read(newsroom)
    store(newsroom, release_of(41, "later", 60))
    assert len(read(newsroom)) == 1
    [event] = events(newsroom)
    with newsroom.read() as session:
        first, second = list_changes(session, event.id)
    assert (first.change.reason, second.change.reason) == ("new event", "released")
    assert (second.revision, second.change.is_material, second.change.is_major) == (2, True, True)
    assert [count.value for count in event.facts.counts] == [41]
    assert "revision 2" in explain_event(event, [first, second])


def test_the_same_facts_again_make_no_revision_to_tell(newsroom: Database) -> None:
    store(newsroom, release_of(41, "first", 0))
    read(newsroom)
    store(newsroom, release_of(41, "second", 30))
    read(newsroom)
    [event] = events(newsroom)
    assert len(event.articles) == 2
    with newsroom.read() as session:
        assert [change.change.is_material for change in list_changes(session, event.id)][1:] in ([], [False])


@pytest.mark.parametrize(
    ("title", "text"),
    [
        (
            "Wheat harvest in Belarus",
            "Farmers around Minsk bring in the wheat.\n\nEarlier, on March 9, Belarus freed 41 political prisoners.",
        ),
        ("Обмін полоненими: додому повернулися 185 оборонців", "Звільнено 185 захисників на кордоні з Білоруссю."),
        ("Venezuela frees 80 political prisoners", "Caracas released them on Tuesday."),
        (
            "Interview: life after a Belarusian prison",
            "A former political prisoner recalled his years in an interview.",
        ),
        ("Лукашенко звільнив міністра", "Олександр Лукашенко звільнив міністра енергетики Білорусі з посади."),
        ("", "52"),
    ],
)
def test_what_is_no_news_of_ours_makes_no_event(newsroom: Database, title: str, text: str) -> None:
    [stored] = store(newsroom, article("plain", text, title))
    assert read(newsroom) == set()
    assert events(newsroom) == []
    assert due(newsroom) == []
    assert re.search("It is not ours|related to no known event", explained(newsroom, stored))


def test_a_follow_up_joins_its_release_in_silence(newsroom: Database) -> None:
    text = "Belarus released Ihar Losik and 40 other political prisoners on Tuesday, Viasna said."
    store(newsroom, article("news", text, "Belarus frees Ihar Losik and 40 others"))
    read(newsroom)
    [event] = events(newsroom)
    interview = article(
        "interview",
        "Ihar Losik, a political prisoner released last week, spoke in an interview about Belarus and his years in jail.",
        "Interview: Ihar Losik on life after a Belarusian prison",
        published_at=NOON + timedelta(days=6),
    )
    [stored] = store(newsroom, interview, now=NOON + timedelta(days=6))
    assert read(newsroom, NOON + timedelta(days=6)) == set()
    [after] = events(newsroom)
    assert (after.id, after.revision) == (event.id, event.revision)
    assert [told.role for told in after.articles] == ["first", "follow-up"]
    assert f"It joined event {event.id} as a follow-up" in explained(newsroom, stored)


def read_the_five(database: Database, seed: int) -> None:
    """Store and read the five articles, one after the other, in an order of chance."""
    names = sorted(SEEDS)
    random.Random(seed).shuffle(names)
    for name in names:
        language, published, text = SEEDS[name]
        known = {"language": language, "published_at": published, "published_precision": "day"}
        store(database, article(name.replace(" ", "-"), text, **known), now=datetime(2026, 6, 1, tzinfo=UTC))
        read(database, datetime(2026, 6, 1, tzinfo=UTC))


def told_by_nobody(event: EventView) -> EventFacts:
    """The facts of an event without who gives them: the ids of articles depend on the order of storing."""
    return replace(event.facts, counts=tuple(replace(count, sources=()) for count in event.facts.counts))


@pytest.mark.parametrize("seed", range(10))
def test_the_five_articles_are_four_events_in_any_order(newsroom: Database, seed: int) -> None:
    read_the_five(newsroom, seed)
    told = {frozenset(one.url.split("//")[1].split(".")[0] for one in event.articles) for event in events(newsroom)}
    assert told == {
        frozenset({"release"}),
        frozenset({"leak", "leak-again"}),
        frozenset({"other-leak"}),
        frozenset({"old-deal"}),
    }
    assert sorted(event.facts.kind for event in events(newsroom)) == [*[Kind.NEGOTIATION] * 3, Kind.RELEASE]
    [release] = [event for event in events(newsroom) if event.facts.kind is Kind.RELEASE]
    done = {(c.role, c.value) for c in release.facts.counts if c.nationality is None and c.role is not CountRole.HELD}
    assert done >= {(CountRole.RELEASED, 41), (CountRole.PARDONED, 9)}
    assert not {17, 23, 50} & {count.value for event in events(newsroom) for count in event.facts.counts}
    [leak] = [event for event in events(newsroom) if len(event.articles) == 2]
    assert (leak.facts.roots, leak.facts.status) == (("Reuters",), Status.RUMOURED)
    assert {(c.role, c.value) for c in leak.facts.counts} >= {(CountRole.PLANNED, 80)}


def test_the_facts_do_not_depend_on_the_order(newsroom: Database, migrated_sqlite: Path, tmp_path: Path) -> None:
    read_the_five(newsroom, 1)
    expected = [told_by_nobody(event) for event in events(newsroom)]
    for seed in (2, 3, 4):
        shutil.copy(migrated_sqlite, tmp_path / f"{seed}.sqlite3")
        other = open_database(f"sqlite:///{tmp_path / str(seed)}.sqlite3")
        read_the_five(other, seed)
        assert [told_by_nobody(event) for event in events(other)] == expected
        other.close()


def test_storing_and_reading_again_changes_nothing(newsroom: Database) -> None:
    articles = [told_in("uk"), told_in("ru", 5), release_of(41, "en", 9)]
    store(newsroom, *articles)
    read(newsroom)
    before, waiting = events(newsroom), due(newsroom)
    store(newsroom, *articles, now=NOON + timedelta(hours=1))
    assert read(newsroom, NOON + timedelta(hours=1)) == set()
    assert (events(newsroom), due(newsroom)) == (before, waiting)


def test_normal_articles_leave_an_announcement_due_and_silent_ones_none(newsroom: Database) -> None:
    store(newsroom, release_of(41, "imported", 0, alerting="silent"))
    read(newsroom)
    [silent] = events(newsroom)
    assert (due(newsroom), silent.is_baseline) == ([], True)
    store(newsroom, release_of(60, "also-imported", 30, alerting="silent"))
    read(newsroom)
    assert due(newsroom) == []
    store(newsroom, release_of(75, "crawled", 60))
    read(newsroom)
    [told] = events(newsroom)
    assert (due(newsroom), told.is_baseline) == ([told.id], False)


def test_a_new_event_of_a_normal_article_is_due(newsroom: Database) -> None:
    store(newsroom, release_of(41))
    assert list(read(newsroom)) == due(newsroom) == [events(newsroom)[0].id]


def test_a_rewritten_article_is_read_again_and_its_event_folded_anew(newsroom: Database) -> None:
    first = release_of(14, "live", 0)
    store(newsroom, first, told_in("en", 5))
    read(newsroom)
    [before] = events(newsroom)
    rewritten = replace(
        first, text="Belarus released 43 political prisoners on Tuesday, Viasna said.", title="Belarus frees 43"
    )
    store(newsroom, rewritten, now=NOON + timedelta(hours=2))
    assert read(newsroom, NOON + timedelta(hours=2)) == {before.id}
    [after] = events(newsroom)
    assert 43 in {count.value for count in after.facts.counts}
    assert 14 not in {count.value for count in after.facts.counts}
    assert after.revision > before.revision
    assert len(after.articles) == len(before.articles)


def test_an_article_rewritten_into_something_else_leaves_its_event(newsroom: Database) -> None:
    first = release_of(41, "live", 0)
    store(newsroom, first, told_in("en", 5))
    read(newsroom)
    store(
        newsroom, replace(first, text="Wheat harvest began around Minsk.", title="Wheat"), now=NOON + timedelta(hours=1)
    )
    read(newsroom, NOON + timedelta(hours=1))
    [event] = events(newsroom)
    assert [told.language for told in event.articles] == ["en"]
    assert "Viasna" not in event.facts.roots


def test_two_waves_nineteen_days_apart_are_two_events(newsroom: Database) -> None:
    store(newsroom, release_of(30, "one", 0))
    later = NOON + timedelta(days=19)
    store(newsroom, release_of(30, "two", published_at=later), now=later)
    read(newsroom, later)
    assert len(events(newsroom)) == 2


def test_an_undated_article_is_matched_by_its_number_and_never_dated_by_its_import(newsroom: Database) -> None:
    store(newsroom, release_of(41, "dated", 0))
    undated = {"published_at": None, "published_precision": None}
    store(newsroom, release_of(41, "undated", **undated), release_of(77, "unlike", **undated))
    read(newsroom, NOON + timedelta(days=90))
    found = {event.facts.event_date: len(event.articles) for event in events(newsroom)}
    assert found == {TUESDAY: 2, None: 1}


def test_a_denial_is_an_event_of_its_own(newsroom: Database) -> None:
    plan = article(
        "plan", "Belarus may free 100 political prisoners, Reuters reported on Tuesday.", "Minsk may free 100"
    )
    denial = article("denial", "Alexander Lukashenko refused to release political prisoners.", "Lukashenko: no release")
    store(newsroom, plan, denial)
    read(newsroom)
    assert sorted(event.facts.polarity for event in events(newsroom)) == [Polarity.NEGATIVE, Polarity.POSITIVE]


def test_steps_of_one_deal_are_related_events(newsroom: Database) -> None:
    relief = article(
        "relief",
        "The US lifted sanctions on Belarusian potash, envoy John Coale said after talks with Lukashenko in Minsk.",
    )
    freed = article(
        "freed",
        "Belarus released 41 political prisoners after talks of Lukashenko with envoy John Coale in Minsk.",
        published_at=NOON + timedelta(hours=3),
    )
    store(newsroom, relief, freed)
    read(newsroom)
    first, second = events(newsroom)
    assert {first.facts.kind, second.facts.kind} == {Kind.RELEASE, Kind.NEGOTIATION}
    assert first.related == (second.id,)
    assert second.related == (first.id,)


def test_an_outlet_with_a_broken_time_zone_stops_nothing(newsroom: Database) -> None:
    with newsroom.begin() as session:
        for name, timezone in (("folder", "Europe"), ("nowhere", "Nowhere/Town"), ("path", "../../etc/passwd")):
            session.add(
                OutletRow(
                    name=name, title=name, kind="independent", languages=["en"], timezone=timezone, country=None,
                    priority=1, is_enabled=True,
                )
            )  # fmt: skip
    store(newsroom, *(release_of(41, name, outlet=name) for name in ("folder", "nowhere", "path")))
    read(newsroom)
    [event] = events(newsroom)
    assert len(event.articles) == 3


def test_an_article_that_ended_every_reader_is_left_alone(newsroom: Database) -> None:
    store(newsroom, release_of(41))
    for attempt in range(UNFINISHED_ATTEMPTS):
        now = NOON + attempt * 2 * LEASE
        with newsroom.begin() as session:  # a reader that claims it and is never heard of again
            [claimed] = claim_unread(session, LeaseRequest(f"reader {attempt}", now, now + LEASE, 50))
            assert claimed.title == "Belarus frees 41 political prisoners"
    assert read_new(newsroom, owner="reader", now=NOON + timedelta(days=1)).read == 0
    assert events(newsroom) == []


def test_an_article_that_could_not_be_read_three_times_is_left_alone(newsroom: Database) -> None:
    [stored] = store(newsroom, release_of(41))
    for attempt in range(READ_ATTEMPTS):
        with newsroom.begin() as session:  # what `read_new` does when `analyse` raises
            [claimed] = claim_unread(session, LeaseRequest(f"reader {attempt}", NOON, NOON + LEASE, 50))
            note_reading_error(session, claimed, "ValueError: broken")
    assert read_new(newsroom, owner="reader", now=NOON + timedelta(days=1)).read == 0
    assert events(newsroom) == []
    assert "It could not be read: ValueError: broken." in explained(newsroom, stored)


def test_an_article_of_a_reader_that_died_is_read_when_its_lease_ends(newsroom: Database) -> None:
    store(newsroom, release_of(41))
    with newsroom.begin() as session:
        claim_unread(session, LeaseRequest("dead", NOON, NOON + LEASE, 50))
    assert read_new(newsroom, owner="reader", now=NOON + LEASE / 2).read == 0
    assert read_new(newsroom, owner="reader", now=NOON + LEASE).read == 1
    assert len(events(newsroom)) == 1


def test_no_more_articles_are_read_at_once_than_asked(newsroom: Database) -> None:
    store(newsroom, *(release_of(41, f"outlet-{n}") for n in range(5)))
    assert [read_new(newsroom, owner="reader", now=NOON, limit=2).read for _ in range(4)] == [2, 2, 1, 0]


def test_two_readers_do_not_start_the_same_event_twice(database: Database, database_url: str) -> None:
    store(database, *(release_of(41, f"outlet-{n}", n) for n in range(8)), *(told_in(name) for name in RELEASE))
    start = threading.Barrier(2)

    def work(owner: str) -> None:
        own = open_database(database_url)
        start.wait()
        while read_new(own, owner=owner, now=NOON, limit=1).read:
            pass
        own.close()

    readers = [threading.Thread(target=work, args=(f"reader {n}",)) for n in range(2)]
    for reader in readers:
        reader.start()
    for reader in readers:
        reader.join()
    [event] = events(database)
    assert len(event.articles) == 11
    assert [(count.value, len(count.sources)) for count in event.facts.counts] == [(41, 11)]


def test_every_labelled_story_can_be_stored_and_read(newsroom: Database, stories: Mapping[str, Any]) -> None:
    for story in stories.values():
        known = {"language": story.language, "published_at": story.document.published_at}
        store(newsroom, article(story.name, story.document.text, story.document.title, **known))
    read(newsroom, datetime(2027, 1, 1, tzinfo=UTC))
    with newsroom.read() as session:
        for event in list_events(session):
            assert event.articles
            assert explain_event(event, list_changes(session, event.id))


def test_a_reader_needs_no_clock_of_its_own(newsroom: Database, understand: Callable[..., Any]) -> None:
    store(newsroom, release_of(41))
    read(newsroom)
    [event] = events(newsroom)
    assert (event.first_seen, event.updated) == (NOON, NOON)
