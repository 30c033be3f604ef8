from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from alerts import Telling, UnknownLanguageError, headline, render
from alerts.message import Form, render_short
from db.facts import (
    ClaimSource,
    Concession,
    CountRole,
    EventChange,
    EventCount,
    EventFacts,
    FieldChange,
    Kind,
    Mark,
    Outcome,
    Person,
    Polarity,
    Qualifier,
    Status,
    Step,
    Verdict,
)
from db.views import EventArticle, EventView

NOW = datetime(2025, 9, 11, 15, 0, tzinfo=UTC)
CHANGE = EventChange(
    "status",
    (
        FieldChange("status", "reported", "confirmed"),
        FieldChange("counts", [{"role": "released", "value": 51}], [{"role": "released", "value": 52}]),
        FieldChange("released", {"value": 51, "qualifier": "about"}, {"value": 1052, "qualifier": "exact"}),
        FieldChange("planned", None, {"value": 100, "qualifier": "at_least"}),
        FieldChange("held", {"value": 9}, None),
        FieldChange("roots", ["BelTA"], ["BelTA", "Viasna"]),
        FieldChange("people", [{"name": "Ales One"}], [{"name": "Ales One"}, {"name": "Ales Two"}]),
        FieldChange("nationalities", {"LT": 6}, {"LT": 6, "PL": 2}),
        FieldChange("concessions", [], [{"object": "potash", "giver": "US", "step": "announced"}]),
        FieldChange("mediators", ["US"], []),
        FieldChange("event_date", None, "2025-09-11"),
        FieldChange("something_new", 1, 2),
    ),
    is_material=True,
)


def count(role: CountRole, value: int | None, **more: Any) -> EventCount:
    return EventCount(role, value, **more)


def view_of(facts: EventFacts, *articles: EventArticle) -> EventView:
    return EventView(7, 3, NOW, NOW, facts, articles or reports(1))


def reports(number: int) -> tuple[EventArticle, ...]:
    return tuple(
        EventArticle(i, f"https://outlet{i}.example/news", f"outlet{i}", "uk", "T", NOW, "report")
        for i in range(1, number + 1)
    )


def telling(kind: str = "created", **changes: Any) -> Telling:
    return replace(Telling(kind, EventChange("new event"), None, NOW), **changes)


RELEASE = {"kind": Kind.RELEASE, "status": Status.REPORTED, "polarity": Polarity.POSITIVE}
TALKS = {"kind": Kind.NEGOTIATION, "status": Status.RUMOURED, "polarity": Polarity.POSITIVE}
OBJECTS = (Concession("belavia", None, Step.DISCUSSED), Concession("potash", "US", Step.DISCUSSED))


@pytest.mark.parametrize(
    ("facts", "en", "uk", "ru"),
    [
        (
            {
                **RELEASE,
                "counts": (count(CountRole.RELEASED, 52), count(CountRole.PARDONED, 14, of_count=52)),
                "negotiators": ("John Coale", "Alexander Lukashenko"),
            },
            "Belarus frees 52 prisoners after talks with John Coale",
            "Білорусь звільнила 52 в’язнів після переговорів (Джон Коул)",
            "Беларусь освободила 52 заключённых после переговоров (Джон Коул)",
        ),
        (
            {**RELEASE, "counts": (count(CountRole.RELEASED, 1),)},
            "Belarus frees 1 prisoner",
            "Білорусь звільнила 1 в’язня",
            "Беларусь освободила 1 заключённого",
        ),
        (
            {**RELEASE, "counts": (count(CountRole.RELEASED, 31), count(CountRole.RELEASED, 33))},
            "Belarus frees 31–33 prisoners",
            "Білорусь звільнила 31–33 в’язнів",
            "Беларусь освободила 31–33 заключённых",
        ),
        (
            {**RELEASE, "counts": (count(CountRole.PARDONED, 21, qualifier=Qualifier.ABOUT),)},
            "Belarus pardons about 21 prisoners",
            "Білорусь помилувала близько 21 в’язня",
            "Беларусь помиловала около 21 заключённого",
        ),
        (
            {**RELEASE, "people": (Person("Ihar Losik", Outcome.FREED), Person("X", Outcome.NOT_INCLUDED))},
            "Belarus frees Ihar Losik",
            "Білорусь звільнила: Ігор Лосік",
            "Беларусь освободила: Игорь Лосик",
        ),
        ({**RELEASE}, "Belarus frees prisoners", "Білорусь звільнила в’язнів", "Беларусь освободила заключённых"),
        (
            {**RELEASE, "status": Status.DENIED, "counts": (count(CountRole.RELEASED, 52),)},
            "Denied: Belarus frees 52 prisoners",
            "Спростовано: Білорусь звільнила 52 в’язнів",
            "Опровергнуто: Беларусь освободила 52 заключённых",
        ),
        (
            {**RELEASE, "status": Status.RETRACTED},
            "Withdrawn: Belarus frees prisoners",
            "Відкликано: Білорусь звільнила в’язнів",
            "Отозвано: Беларусь освободила заключённых",
        ),
        (
            {**RELEASE, "status": Status.SUPERSEDED},
            "Same event as another alert: Belarus frees prisoners",
            "Та сама подія, що в іншому сповіщенні: Білорусь звільнила в’язнів",
            "То же событие, что в другом оповещении: Беларусь освободила заключённых",
        ),
        (
            {
                **TALKS,
                "counts": (count(CountRole.PLANNED, 100, qualifier=Qualifier.AT_LEAST),),
                "mediators": ("US",),
                "roots": ("Reuters",),
            },
            "US and Belarus discuss freeing at least 100 prisoners, says Reuters",
            "США і Білорусь обговорюють звільнення щонайменше 100 в’язнів — Reuters",
            "США и Беларусь обсуждают освобождение не менее 100 заключённых — Reuters",
        ),
        (
            {
                **TALKS,
                "counts": (count(CountRole.PLANNED, None, qualifier=Qualifier.VAGUE, of_count=1300),),
                "concessions": OBJECTS,
                "roots": ("Rzeczpospolita",),
            },
            "Talks on freeing most of 1,300 prisoners: Belavia, potash",
            "Переговори про звільнення більшості з 1\u00a0300 в’язнів: Белавіа, калій",
            "Переговоры об освобождении большинства из 1\u00a0300 заключённых: Белавиа, калий",
        ),
        (
            {**TALKS, "counts": (count(CountRole.DEMANDED, 1000, qualifier=Qualifier.OVER),)},
            "Freeing of over 1,000 prisoners demanded",
            "Вимагають звільнення понад 1\u00a0000 в’язнів",
            "Требуют освобождения более 1\u00a0000 заключённых",
        ),
        (
            {**TALKS, "polarity": Polarity.NEGATIVE, "status": Status.DENIED, "roots": ("BelTA",)},
            "Freeing of prisoners refused or denied, says BelTA",
            "Відмова або заперечення: звільнення в’язнів — БелТА",
            "Отказ или опровержение: освобождение заключённых — БелТА",
        ),
    ],
)
def test_an_event_is_one_sentence_in_the_readers_language(facts: dict[str, Any], en: str, uk: str, ru: str) -> None:
    written = EventFacts(**facts)
    assert [headline(written, language) for language in ("en", "uk", "ru")] == [en, uk, ru]


@pytest.mark.parametrize(
    ("language", "number", "expected"),
    [
        ("en", 1, "1 person"),
        ("en", 2, "2 people"),
        ("uk", 1, "1 особа"),
        ("uk", 21, "21 особа"),
        ("uk", 3, "3 особи"),
        ("uk", 12, "12 осіб"),
        ("uk", 100, "100 осіб"),
        ("uk", 114, "114 осіб"),
        ("uk", 123, "123 особи"),
        ("ru", 1, "1 человек"),
        ("ru", 14, "14 человек"),
        ("ru", 52, "52 человека"),
        ("ru", 111, "111 человек"),
        ("ru", 131, "131 человек"),
    ],
)
def test_nouns_take_the_form_that_their_number_wants(
    release: Callable[..., EventFacts], language: str, number: int, expected: str
) -> None:
    lines = render(view_of(release(number)), telling(), language).lines
    assert any(expected in line.split(": ", 1)[-1] for line in lines)


def test_disagreeing_sources_are_a_range_and_who_says_what(release: Callable[..., EventFacts]) -> None:
    counts = (
        count(CountRole.RELEASED, 31, counter="BelTA"),
        count(CountRole.RELEASED, 33, sources=(ClaimSource(1, "33", "harbour-post"),)),
        count(CountRole.HELD, 1226, counter="Viasna", as_of=date(2025, 3, 23)),
    )
    lines = render(view_of(release(0, counts=counts)), telling(), "en").lines
    assert "Released: 31–33 people (31: BelTA; 33: harbour-post)" in lines
    assert "Still held: 1,226 people, as of March 23, 2025 (Viasna)" in lines


def test_people_with_an_outcome_countries_and_the_bargain_have_their_lines(release: Callable[..., EventFacts]) -> None:
    facts = release(
        52,
        people=(Person("Ihar Losik", Outcome.FREED), Person("Mikola Statkevich", Outcome.REFUSED_TO_LEAVE)),
        nationalities={"LT": 6},
        transit=("LT",),
        mediators=("US",),
        concessions=OBJECTS,
    )
    lines = render(view_of(facts), telling(), "en").lines
    assert "Named: Ihar Losik, Mikola Statkevich (refused to leave)" in lines
    assert "Nationalities: Lithuania 6" in lines
    assert "Taken to: Lithuania" in lines
    assert "In return: Belavia (discussed), potash (discussed, US)" in lines
    assert "Independent sources: 1 (BelTA)" in lines


def test_a_number_is_told_once_and_none_that_is_not_given(release: Callable[..., EventFacts]) -> None:
    counts = (
        count(CountRole.SUBSET, 6, nationality="LT", of_count=14),
        count(CountRole.SUBSET, 2, nationality="PL"),
        count(CountRole.SUBSET, 3, nationality="PL"),
        count(CountRole.PLANNED, None),
    )
    lines = render(view_of(release(0, counts=counts, nationalities={"LT": 6, "PL": 2})), telling(), "en").lines
    assert [line for line in lines if "Lithuania" in line] == ["Nationalities: Lithuania 6, Poland 2"]
    assert "Among them, Poland: 2–3 people (2; 3)" in lines
    assert not any("not given" in line for line in lines)


def test_an_update_says_so_and_what_changed(release: Callable[..., EventFacts]) -> None:
    message = render(view_of(release(52)), telling("updated", change=CHANGE, previous_revision=2), "en")
    assert message.headline == "UPDATE: Belarus frees 52 prisoners"
    assert message.title == "Belarus frees 52 prisoners"
    assert message.lines[0] == (
        "Changed: status reported → confirmed; numbers + released 52; released about 51 → 1,052; "
        "expected or offered + at least 100; sources + Viasna; names + Ales Two; nationalities + Poland 2; "
        "in return + potash (announced, US); mediators − US; date + September 11, 2025"
    )


@pytest.mark.parametrize(
    ("before", "after", "line"),
    [
        ({"value": 36, "qualifier": "exact"}, {"value": 39, "qualifier": "exact"}, "Changed: released 36 → 39"),
        (
            {"value": 50, "qualifier": "over"},
            {"value": 1300, "qualifier": "about"},
            "Changed: released over 50 → about 1,300",
        ),
        (None, {"value": 52, "qualifier": "exact"}, "Changed: released + 52"),
        ({"value": 52, "qualifier": "exact"}, None, None),
    ],
)
def test_a_changed_number_is_told_with_the_one_before_it(
    release: Callable[..., EventFacts], before: Any, after: Any, line: str | None
) -> None:
    change = EventChange("released", (FieldChange("released", before, after),), is_material=True)
    message = render(view_of(release(39)), telling("updated", change=change, previous_revision=1), "en")
    assert (message.lines[0] if message.lines[0].startswith("Changed") else None) == line


def test_a_first_message_has_no_line_of_changes(release: Callable[..., EventFacts]) -> None:
    assert "Changed" not in render(view_of(release(52)), telling(change=CHANGE), "en").text


def test_a_withdrawal_says_so_and_a_possible_repeat_is_marked(release: Callable[..., EventFacts]) -> None:
    facts = release(52, status=Status.DENIED)
    message = render(view_of(facts), telling("withdrawn", is_possible_repeat=True), "en")
    assert message.headline == "WITHDRAWN: Denied: Belarus frees 52 prisoners"
    assert "(possible repeat)" in message.text


def test_the_first_link_and_five_more_are_shown_and_the_rest_counted(release: Callable[..., EventFacts]) -> None:
    links = render(view_of(release(52), *reports(13)), telling(), "en").links
    assert len(links) == 7
    assert links[0] == "outlet1: https://outlet1.example/news"
    assert links[-1] == "and 7 more"


def test_copies_come_after_an_outlets_own_reports(release: Callable[..., EventFacts]) -> None:
    copy = EventArticle(1, "https://copy.example/", "copier", "uk", "T", NOW, "copy")
    own = EventArticle(2, "https://own.example/", None, "uk", "T", NOW, "first")
    links = render(view_of(release(52), copy, own), telling(), "en").links
    assert links == ("https://own.example/", "copier: https://copy.example/")


@pytest.mark.parametrize(
    "url",
    ["javascript:alert(1)", "urn:seed:1", "https://a b.example/", "https://[bad", "https://x.example/" + "a" * 600, ""],
)
def test_what_is_no_web_address_is_never_shown_as_a_link(release: Callable[..., EventFacts], url: str) -> None:
    article = EventArticle(1, url, "seed", "uk", "T", NOW, "first")
    assert render(view_of(release(52), article), telling(), "en").links == ()


def test_hostile_names_stay_on_one_line_and_short(release: Callable[..., EventFacts]) -> None:
    name = "Evil\n<!channel>\u202e\x00 " + "x" * 5000
    facts = release(52, people=(Person(name, Outcome.FREED),) * 30, roots=(name,), negotiators=(name,))
    message = render(view_of(facts), telling(), "en")
    assert "\u202e" not in message.text
    assert "\x00" not in message.text
    assert all("\n" not in line and len(line) <= 300 for line in message.lines)
    assert len(message.text) < 4000


def test_the_short_form_fits_and_keeps_its_link(release: Callable[..., EventFacts]) -> None:
    message = render(view_of(release(52)), telling(), "en")
    long = replace(message, headline="x" * 900)
    assert len(long.short) <= 500
    assert long.short.endswith("https://outlet1.example/news")
    assert replace(message, sources=()).short == "Belarus frees 52 prisoners"
    again = replace(long, repeat="(possible repeat)")
    assert len(again.short) <= 500
    assert again.short.endswith("https://outlet1.example/news\n(possible repeat)")
    assert replace(message, url="http://127.0.0.1:8320/events/7").short.endswith("/events/7")


def test_the_emergency_form_needs_none_of_the_facts(release: Callable[..., EventFacts]) -> None:
    message = render_short(view_of(release(52)), telling(), "xx")
    assert message.short == "release, reported: event 7\nhttps://outlet1.example/news"


def test_an_unknown_language_is_refused(release: Callable[..., EventFacts]) -> None:
    with pytest.raises(UnknownLanguageError, match="xx"):
        headline(release(52), "xx")


def test_outlets_are_named_by_their_titles_in_facts_sources_and_links(release: Callable[..., EventFacts]) -> None:
    article = EventArticle(1, "https://hp.example/1", "harbour-post", "uk", "T", NOW, "first", "The Harbour Post")
    message = render(view_of(release(52, roots=("harbour-post",)), article), telling(), "en")
    assert "Released: 52 people (The Harbour Post)" in message.lines
    assert message.lines[-1] == "Independent sources: 1 (The Harbour Post)"
    assert message.links == ("The Harbour Post: https://hp.example/1",)


@pytest.mark.parametrize(
    ("canonical", "shown"),
    [
        ("https://www.hp.example/1", "https://www.hp.example/1"),
        ("https://other.example/1", "https://hp.example/1?utm_source=rss"),
        ("javascript:alert(1)", "https://hp.example/1?utm_source=rss"),
        ("https://[bad", "https://hp.example/1?utm_source=rss"),
        (None, "https://hp.example/1?utm_source=rss"),
    ],
)
def test_a_link_is_the_canonical_address_where_the_same_host_gives_one(
    release: Callable[..., EventFacts], canonical: str | None, shown: str
) -> None:
    url = "https://hp.example/1?utm_source=rss"
    article = EventArticle(1, url, None, "uk", "T", NOW, "first", canonical_url=canonical)
    assert render(view_of(release(52), article), telling(), "en").links == (shown,)


def test_an_answer_says_what_changed_and_gives_one_link(release: Callable[..., EventFacts]) -> None:
    message = render(view_of(release(52), *reports(9)), telling("updated", change=CHANGE, form=Form.REPLY), "en")
    assert [line.split(":")[0] for line in message.lines] == ["Changed"]
    assert len(message.links) == 1
    plain = render(view_of(release(52), *reports(9)), telling("updated", form=Form.REPLY), "en")
    assert plain.lines == ("Status: reported",)


MARK = Mark(Verdict.FALSE, "anna", "the outlet took it back", NOW)
MARKED = EventChange("status", (FieldChange("status", "reported", "retracted"),), is_material=True, is_major=True)


@pytest.mark.parametrize(
    ("language", "verdict", "line"),
    [
        ("en", Verdict.CONFIRMED, "Marked confirmed by anna: the outlet took it back"),
        ("en", Verdict.FALSE, "Marked false by anna: the outlet took it back"),
        ("en", Verdict.NOT_NEWS, "Marked as no news by anna: the outlet took it back"),
        ("uk", Verdict.FALSE, "Позначено як хибне (anna): the outlet took it back"),
        ("ru", Verdict.NOT_NEWS, "Отмечено как не новость (anna): the outlet took it back"),
    ],
)
def test_a_persons_verdict_is_told_with_who_gave_it_and_why(
    release: Callable[..., EventFacts], language: str, verdict: Verdict, line: str
) -> None:
    facts = release(52, mark=replace(MARK, verdict=verdict))
    assert line in render(view_of(facts), telling(), language).lines


@pytest.mark.parametrize("form", Form)
def test_what_a_person_took_back_says_why_also_in_the_answer(release: Callable[..., EventFacts], form: Form) -> None:
    facts = release(52, status=Status.RETRACTED, mark=MARK)
    message = render(view_of(facts), telling("withdrawn", change=MARKED, form=form), "en")
    assert message.headline == "Withdrawn: Belarus frees 52 prisoners"
    assert message.lines[:2] == (
        "Changed: status reported → retracted",
        "Marked false by anna: the outlet took it back",
    )


def test_an_answer_repeats_no_older_word(release: Callable[..., EventFacts]) -> None:
    facts = release(52, mark=replace(MARK, verdict=Verdict.CONFIRMED))
    message = render(view_of(facts), telling("updated", change=CHANGE, form=Form.REPLY), "en")
    assert not any("Marked" in line for line in message.lines)


def test_a_verdict_without_a_note_ends_with_its_author(release: Callable[..., EventFacts]) -> None:
    lines = render(view_of(release(52, mark=replace(MARK, note=" "))), telling(), "en").lines
    assert lines[0] == "Marked false by anna"


@pytest.mark.parametrize(
    ("language", "same", "split"),
    [
        ("en", "The same event as number 9: Belarus frees 60 prisoners", "Split from event 3"),
        ("uk", "Та сама подія, що й під номером 9: Білорусь звільнила 60 в’язнів", "Відокремлено від події 3"),
        ("ru", "То же событие, что под номером 9: Беларусь освободила 60 заключённых", "Отделено от события 3"),
    ],
)
def test_merge_and_split_are_told_with_the_other_event(
    release: Callable[..., EventFacts], language: str, same: str, split: str
) -> None:
    merged = view_of(release(52, status=Status.SUPERSEDED, same_as=8))
    whole = replace(view_of(release(60)), id=9)  # 8 was merged, too
    page = "https://volya.example/events/9"
    message = render(merged, telling("withdrawn", whole=whole, whole_url=page), language)
    assert message.lines == (same,)
    assert message.links[0] == f"Volya 9: {page}"
    assert render(view_of(release(52, split_from=3)), telling(), language).lines[0] == split


def test_hostile_words_of_a_person_stay_on_one_line_and_short(release: Callable[..., EventFacts]) -> None:
    hostile = "Evil\n<!channel>\u202e\x00 {0} {headline} " + "x" * 5000
    facts = release(52, mark=Mark(Verdict.FALSE, hostile, hostile, NOW))
    message = render(view_of(facts), telling(), "en")
    assert message.lines[0].startswith("Marked false by Evil <!channel> {0} {headline} xxx")
    assert all("\n" not in line and "\u202e" not in line and len(line) <= 300 for line in message.lines)
