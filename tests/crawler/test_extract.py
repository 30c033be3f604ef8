"""Extraction from pages of our own writing: furniture around the text, in four languages, in realistic form."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from crawler.errors import PageError
from crawler.extract import extract_article
from crawler.items import article_json, provenance

URL = "https://outlet.example/news/2026/11/20/story"
UK = [
    "У вигаданому місті Зарічному з колонії вийшли п'ятеро людей, повідомила місцева правозахисна спілка.",
    "За словами речниці спілки, їх відпустили вранці без пояснень. Рідні чекали біля воріт від самого світанку.",
    "Нагадаємо, минулого року з тієї самої колонії відпустили трьох людей. Спілка веде власний облік і оновлює його.",
]
RU = [
    "В вымышленном городе Заречном из колонии вышли пять человек, сообщил местный союз правозащитников.",
    "По словам представительницы союза, их отпустили утром без объяснений. Родные ждали у ворот с рассвета.",
    "Ранее из той же колонии отпустили троих. Союз ведёт собственный учёт и обновляет его каждую неделю.",
]
EN = [
    "Five people have left the prison colony of the made-up town of Riverside, a local union of lawyers said.",
    "Its spokeswoman said they had been let go in the morning without a word. Families had waited since dawn.",
    "In the previous year three people were let go from the same colony. The union keeps a list of its own.",
]
BE = [
    "У выдуманым горадзе Зарэчным з калоніі выйшлі пяць чалавек, паведаміў мясцовы саюз праваабаронцаў.",
    "Паводле прадстаўніцы саюза, іх адпусцілі раніцай без тлумачэнняў. Родныя чакалі каля брамы ад світання.",
    "Раней з той самай калоніі адпусцілі траіх. Саюз вядзе ўласны ўлік і абнаўляе яго кожны тыдзень.",
]
SIDEBAR = "Сто сорок людей звільнено сьогодні в іншій країні"


def page(
    paragraphs: list[str],
    head: str = "",
    lang: str = "uk",
    h1: str = "Заголовок у тексті",
    title: str = "Заголовок вікна | Вигадані новини",
) -> Any:
    menu = "".join(f'<li><a href="/s{n}">Рубрика {n}</a></li>' for n in range(12))
    aside = "".join(f'<li><a href="/x{n}">{SIDEBAR} {n}</a></li>' for n in range(10))
    return (
        f'<!doctype html><html lang="{lang}"><head><meta charset="utf-8"><title>{title}</title>{head}</head><body>'
        f'<header><ul class="menu">{menu}</ul></header><div class="cookie">Ми використовуємо файли cookie</div>'
        f"<main><article><h1>{h1}</h1>{''.join(f'<p>{text}</p>' for text in paragraphs)}</article></main>"
        f'<aside class="sidebar"><h3>Популярне</h3><ul>{aside}</ul></aside>'
        f'<div class="comments"><h3>Коментарі</h3><p>Чудова новина, дякую!</p></div>'
        f"<footer><p>© Вигадані новини. Усі права захищено.</p></footer></body></html>"
    ).encode()


def ld(**node: Any) -> Any:
    text = json.dumps({"@context": "https://schema.org", "@type": "NewsArticle", **node}, ensure_ascii=False)
    return f'<script type="application/ld+json">{text}</script>'


@pytest.mark.parametrize(("paragraphs", "lang"), [(UK, "uk"), (RU, "ru"), (EN, "en"), (BE, "be")])
def test_the_text_is_the_article_and_not_its_furniture(paragraphs: list[str], lang: str) -> None:
    found = extract_article(page(paragraphs, lang=lang), URL, languages=(lang,))
    assert all(text in found.text.value for text in paragraphs)
    assert SIDEBAR not in found.text.value
    assert "Чудова новина" not in found.text.value
    assert "cookie" not in found.text.value
    assert found.text.value.startswith(paragraphs[0])  # the headline is stored apart
    assert found.language.value == lang


def test_json_ld_is_believed_first() -> None:
    node = ld(
        headline="Заголовок &quot;машини&quot;",
        datePublished="2026-11-20T10:00:00+02:00",
        dateModified="2026-11-20T11:30:00+02:00",
        author=[{"@type": "Person", "name": "Олена Вигадана"}, {"name": "Ян Приклад"}],
        articleSection=["Світ"],
        inLanguage="uk-UA",
        image={"@type": "ImageObject", "url": "/i/1.jpg"},
    )
    meta = (
        '<meta property="og:title" content="Заголовок мережі"><meta name="author" content="Редакція">'
        '<link rel="canonical" href="/news/story">'
    )
    found = extract_article(page(UK, meta + node), URL)
    assert (found.title.value, found.title.source) == ('Заголовок "машини"', "json-ld headline")
    assert found.published.value == datetime(2026, 11, 20, 8, tzinfo=UTC)
    assert found.precision == "instant"
    assert found.modified.value == datetime(2026, 11, 20, 9, 30, tzinfo=UTC)
    assert found.author.value == "Олена Вигадана, Ян Приклад"
    assert found.section.value == "Світ"
    assert found.image.value == "https://outlet.example/i/1.jpg"
    assert found.canonical.value == "https://outlet.example/news/story"
    assert found.language.source == "json-ld inLanguage"


def test_meta_is_believed_next_and_the_outlets_name_cut_off() -> None:
    meta = (
        '<meta property="og:title" content="Заголовок мережі — Вигадані новини">'
        '<meta property="og:site_name" content="Вигадані новини">'
        '<meta property="article:published_time" content="2026-11-20T10:00:00+02:00">'
        '<meta property="article:section" content="Світ"><meta property="og:image" content="//cdn.example/2.jpg">'
    )
    found = extract_article(page(UK, meta), URL)
    assert (found.title.value, found.title.source) == ("Заголовок мережі", "og:title")
    assert found.published.source == "meta article:published_time"
    assert found.section.value == "Світ"
    assert found.image.value == "https://cdn.example/2.jpg"


def test_without_either_the_heading_and_the_address_tell() -> None:
    found = extract_article(page(UK), URL, timezone="Europe/Kyiv")
    assert (found.title.value, found.title.source) == ("Заголовок у тексті", "h1")
    assert (found.published.value, found.published.source) == (datetime(2026, 11, 20, 10, tzinfo=UTC), "htmldate")
    assert found.precision == "day"


def test_the_title_is_never_missing_while_anything_has_one() -> None:
    assert extract_article(page(UK, h1=""), URL).title.source == "title"
    assert extract_article(page(UK, h1="", title=""), URL, feed_title="З стрічки").title.value == "З стрічки"
    assert extract_article(page(UK, h1="", title=""), URL).title.value is None


@pytest.mark.parametrize(
    ("stated", "instant", "precision"),
    [
        ("2026-11-20T10:00:00", datetime(2026, 11, 20, 8, tzinfo=UTC), "instant"),
        ("2026-11-20 10:00", datetime(2026, 11, 20, 8, tzinfo=UTC), "instant"),
        ("2026-11-20T10:00:00Z", datetime(2026, 11, 20, 10, tzinfo=UTC), "instant"),
        ("2026-11-20T10:00:00+0200", datetime(2026, 11, 20, 8, tzinfo=UTC), "instant"),
        ("Fri, 20 Nov 2026 10:00:00 +0200", datetime(2026, 11, 20, 8, tzinfo=UTC), "instant"),
        ("1795161600", datetime(2026, 11, 20, 8, tzinfo=UTC), "instant"),
        ("2026-11-20", datetime(2026, 11, 20, 10, tzinfo=UTC), "day"),
        ("2026-07-20T10:00:00", datetime(2026, 7, 20, 7, tzinfo=UTC), "instant"),
    ],
)
def test_times_are_read_in_the_outlets_zone_where_they_name_none(
    stated: Any, instant: datetime, precision: Any
) -> None:
    found = extract_article(page(UK, ld(headline="x", datePublished=stated)), URL, timezone="Europe/Kyiv")
    assert (found.published.value, found.precision) == (instant, precision)


@pytest.mark.parametrize(
    "stated", ["soon", "0000-00-00", "99999999999999", "2026-99-99T00:00:00", "0001-01-01", [], {}, 5]
)
def test_an_impossible_time_gives_way_to_the_next_source(stated: Any) -> None:
    meta = '<meta property="article:published_time" content="2026-11-20T10:00:00+02:00">'
    found = extract_article(page(UK, ld(headline="x", datePublished=stated) + meta), URL, timezone="Europe/Kyiv")
    assert found.published.value == datetime(2026, 11, 20, 8, tzinfo=UTC)


def test_the_declared_body_counts_only_if_it_is_no_teaser() -> None:
    teaser = extract_article(page(UK, ld(headline="x", articleBody=UK[0][:60])), URL)
    assert teaser.text.source == "trafilatura"
    whole = extract_article(page(["Лише тут."], ld(headline="x", articleBody=" ".join(UK))), URL)
    assert whole.text.source == "json-ld articleBody"
    assert UK[2] in whole.text.value


@pytest.mark.parametrize(
    "script",
    ["{broken", "[]", "null", "5", '{"@graph": 5}', '{"@type": ["NewsArticle"], "headline": {"a": 1}}', "[" * 5000,
     '{"@type": "Organization", "headline": "not this"}', ""],
)  # fmt: skip
def test_broken_structured_data_is_passed_over(script: str) -> None:
    found = extract_article(page(UK, f'<script type="application/ld+json">{script}</script>'), URL)
    assert found.title.value == "Заголовок у тексті"


def test_an_article_inside_a_graph_is_found_and_the_fullest_one_taken() -> None:
    other = {"@type": "NewsArticle", "headline": "Чужа"}
    own = {"@type": "NewsArticle", "headline": "Своя", "datePublished": "2026-11-20T10:00:00Z", "author": "А"}
    script = json.dumps({"@graph": [{"@type": "WebPage"}, other, own]})
    found = extract_article(page(UK, f'<script type="application/ld+json">{script}</script>'), URL)
    assert found.title.value == "Своя"


def test_a_template_language_that_the_outlet_does_not_write_is_not_believed() -> None:
    assert extract_article(page(UK, lang="en"), URL, languages=("uk", "ru")).language.value is None
    assert extract_article(page(UK, lang="en"), URL, languages=("uk",)).language.value == "uk"


def test_links_that_are_not_http_are_not_taken() -> None:
    meta = (
        '<link rel="canonical" href="javascript:alert(1)"><meta property="og:image" content="data:image/png;base64,x">'
    )
    found = extract_article(page(UK, meta), URL)
    assert (found.canonical.value, found.image.value) == (None, None)


@pytest.mark.parametrize("body", [b"", b"   ", b"<!-- nothing -->", b"<div>" * 2000])
def test_a_page_with_nothing_in_it_or_refused_is_an_error_with_its_address(body: bytes) -> None:
    with pytest.raises(PageError) as caught:
        extract_article(body, URL)
    assert caught.value.subject == URL


@pytest.mark.parametrize(
    "body", [b"plain text only", b"<p>x", b"\xff\xfe\x00", b"%PDF-1.7 binary \x00\x01", b"<html></html>"]
)
def test_odd_bodies_are_taken_as_far_as_they_go(body: bytes) -> None:
    assert extract_article(body, URL).url == URL


def test_a_page_in_windows_1251_that_claims_utf_8_is_readable() -> None:
    body = page(RU, lang="ru").decode().replace('<meta charset="utf-8">', "").encode("cp1251", "ignore")
    found = extract_article(body, URL, charset="utf-8")
    assert RU[1] in found.text.value
    assert found.encoding == "cp1251"


def test_what_the_command_prints_is_json_with_a_source_and_a_confidence_for_each_field() -> None:
    found = extract_article(page(UK, ld(headline="x", datePublished="2026-11-20")), URL, timezone="UTC")
    printed = json.loads(json.dumps(article_json(found)))
    assert printed["published"] == {"value": "2026-11-20", "source": "json-ld datePublished", "confidence": 0.95}
    assert set(printed) == {"url", "encoding", "title", "text", "author", "published", "modified", "language", "section",
                            "canonical", "image"}  # fmt: skip
    assert printed["author"] == {"value": None, "source": None, "confidence": 0.0}
    assert "author" not in provenance(found)


def test_a_title_that_lost_letters_gives_way_to_one_that_did_not() -> None:
    text = "Сьогодні у вигаданому місті сталася подія, про яку розповіли кілька очевидців. " * 4
    start = "<html><head><title>Вигаданий заголовок</title></head><body><article><h1>Вигаданий ".encode()
    body = start + b"\xd0 " + f"</h1><p>{text}</p></article></body></html>".encode()
    assert extract_article(body, "https://outlet.example/1").title.value == "Вигаданий заголовок"
    assert extract_article(body, "https://outlet.example/1", feed_title="Зі стрічки").title.value == "Зі стрічки"
