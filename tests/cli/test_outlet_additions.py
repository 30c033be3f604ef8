"""`volya outlets add`: what is shown of an outlet, what is asked, what is written, and what is refused."""

from __future__ import annotations

import json
import os
import pty
import subprocess
import sys
import tomllib
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from cli.errors import CommandError, ExitCode
from cli.opml import read_opml
from cli.outlet_drafts import Chosen, check_free, draft_of, known_of, languages_of
from cli.outlet_proposals import tried_words
from crawler.check import CheckedEntryPoint
from crawler.finds import FoundOutlet, Tried
from crawler.outlets import load_catalogue
from newsroom.outlets import OutletServer
from newsroom.press import made_up_outlets
from newsroom.stories import all_stories, tell

ROOT = Path(__file__).parents[2]
NOW = datetime(2026, 1, 15, 12, tzinfo=UTC)
SETTINGS = (
    '# Мої налаштування\r\n[crawler]\r\noutlets = ["tsn"]\r\nallow_addresses = ["127.0.0.0/8"]\r\ndelay = "0s" # quick'
)
Call = Callable[..., Any]


@pytest.fixture
def outlet() -> Iterator[OutletServer]:
    """A made-up outlet that has printed six stories, one of them of a release."""
    made = replace(made_up_outlets()["ranok"], robots="User-agent: *\nSitemap: {url}/news-index.xml\n")
    told = [tell(all_stories()[name], date(2026, 11, 20)) for name in ("bees-uk", "tram-uk", "bees-uk", "tram-uk")]
    with OutletServer(made) as server:
        now = datetime.now(UTC)
        for age, story in enumerate(told):
            server.publish_told(replace(story, title=f"{story.title}, частина {age}"), now - timedelta(hours=age))
        yield server


def arguments(file: Path, *words: str) -> list[str]:
    return [sys.executable, "-m", "cli", "--settings", str(file), "outlets", "add", *words]


def environment(sqlite_url: str) -> dict[str, str]:
    return {**os.environ, "VOLYA_DB__URL": sqlite_url, "TERM": "xterm", "COLUMNS": "240", "NO_COLOR": "1"}


@pytest.fixture
def run(sqlite_url: str, forked: Any, tmp_path: Path) -> Call:
    """Run the command in a process of its own: Scrapy cannot start twice in one."""

    def call(file: Path, *words: str) -> Any:
        return forked.run(arguments(file, *words)[3:], environment(sqlite_url), tmp_path)

    return call


def on_terminal(file: Path, sqlite_url: str, typed: bytes, *words: str) -> tuple[int, str]:
    """Run the command on a terminal of its own, type, and return its exit code with all it said."""
    ours, theirs = pty.openpty()
    with subprocess.Popen(
        arguments(file, *words), stdin=theirs, stdout=theirs, stderr=theirs, cwd=ROOT, env=environment(sqlite_url)
    ) as process:
        os.close(theirs)
        os.write(ours, typed)
        said = b""
        try:
            while part := os.read(ours, 4096):
                said += part
        except OSError:  # how a terminal ends
            os.close(ours)
    return process.returncode, said.decode()


def test_on_a_terminal_it_shows_what_it_found_asks_and_appends_one_table(
    outlet: OutletServer, volya: Call, tmp_path: Path, sqlite_url: str
) -> None:
    file = tmp_path / "settings.toml"
    file.write_bytes(SETTINGS.encode())
    code, said = on_terminal(file, sqlite_url, b"y\n", f"{outlet.url}/", "--name", "made-up", "--kind", "ngo")
    assert code == 0, said
    shown = " ".join(said.split())
    for part in ("rss", "named by the page", "robots.txt", "alive", "no news", "частина 0", "частина 3", "[[crawler.outlet]]",
                 f"Write it to {file}?", "Try it: volya crawl made-up", "add 'made-up' to it", "restart it"):  # fmt: skip
        assert part in shown, part
    after = file.read_bytes()
    assert after.startswith(SETTINGS.encode())
    (table,) = tomllib.loads(after.decode())["crawler"]["outlet"]
    points = table.pop("entry_points")
    assert [(point["type"], point["url"].removeprefix(outlet.url)) for point in points] == [
        ("rss", "/rss/all.xml"),
        ("news_sitemap", "/news-index.xml"),
        ("section", "/"),
    ]
    assert points[0]["evidence"].startswith("answered with 4 items on ")
    assert table == {"name": "made-up", "title": "Ранковий Міст", "kind": "ngo", "languages": ["uk"],
                     "timezone": "Europe/Kyiv", "homepage": f"{outlet.url}/"}  # fmt: skip
    (listed,) = [one for one in volya("outlets", "list", "--all", "--json").objects if one["name"] == "made-up"]
    assert listed["title"] == "Ранковий Міст"
    asked = len(outlet.exchanges)
    again = volya("outlets", "add", f"{outlet.url}/rss/all.xml", "--yes")
    assert (again.code, len(outlet.exchanges)) == (ExitCode.FOUND_WRONG, asked)
    assert "Ранковий Міст (made-up) is there already" in again.err


def test_elsewhere_nothing_is_written_without_yes(outlet: OutletServer, tmp_path: Path, run: Call) -> None:
    file = tmp_path / "settings.toml"
    file.write_bytes(SETTINGS.encode())
    ran = run(file, f"{outlet.url}/s/ranok", "--json")
    assert (ran.returncode, file.read_bytes()) == (0, SETTINGS.encode()), ran.stderr
    told = json.loads(ran.stdout)
    assert (told["name"], told["written"], told["file"]) == ("ranok", False, str(file))
    assert [point["type"] for point in told["entry_points"]] == ["telegram"]
    assert [(one["language"], one["decision"]) for one in told["articles"]] == [("uk", "none")] * 4
    assert all(one["words"] and one["published"] for one in told["articles"])
    assert tomllib.loads(told["table"])["crawler"]["outlet"][0]["name"] == "ranok"


def test_who_has_a_file_that_nothing_can_be_appended_to_is_given_the_table(
    outlet: OutletServer, tmp_path: Path, run: Call
) -> None:
    file = tmp_path / "settings.toml"
    before = f"{SETTINGS}\noutlet = []\n".encode()
    file.write_bytes(before)
    ran = run(file, f"{outlet.url}/s/ranok", "--json", "--yes")
    assert (ran.returncode, file.read_bytes()) == (ExitCode.CONFIGURATION, before)
    assert f"{file}: its outlets are not written as [[crawler.outlet]] tables" in ran.stderr
    assert "put the table above in yourself" in ran.stderr
    told = json.loads(ran.stdout)
    assert not told["written"]
    assert told["table"].startswith("[[crawler.outlet]]")


def test_of_a_list_what_can_be_used_is_added_and_the_other_lines_are_told(
    outlet: OutletServer, tmp_path: Path, run: Call
) -> None:
    file, feeds = tmp_path / "settings.toml", tmp_path / "feeds.opml"
    file.write_bytes(SETTINGS.encode())
    urls = [
        outlet.feed_url,
        "https://nn.by/rss",
        "/rss",
        "http://127.0.0.1:9/rss",
        f"{outlet.url}/none",
        outlet.feed_url,
    ]
    lines = "\n".join(f'<outline text="Мій перелік" xmlUrl="{url}"/>' for url in urls)
    feeds.write_text(f'<opml version="2.0"><body>\n{lines}\n</body></opml>', encoding="utf-8")
    ran = run(file, str(feeds), "--yes")
    assert ran.returncode == ExitCode.FOUND_WRONG
    told = [line.removeprefix(f"volya: {feeds}: ") for line in ran.stderr.splitlines()]
    assert [line.partition(": ")[0] for line in told] == ["line 3", "line 4", "line 5", "line 6"]
    for line, part in zip(told, ("nashaniva", "no absolute http(s)", "Refused", "HTTP 404"), strict=True):
        assert part in line
    (table,) = tomllib.loads(file.read_text(encoding="utf-8"))["crawler"]["outlet"]
    assert (table["title"], table["entry_points"][0]["url"]) == ("Мій перелік", outlet.feed_url)
    assert "Written to" in ran.stdout


@pytest.mark.parametrize(
    ("words", "code", "trouble"),
    [
        (("ftp://o.example/rss",), 2, "no address of a site"),
        (("example",), 2, "no address of a site"),
        (("http://",), 2, "no address of a site"),
        (("https://o.example/", "--kind", "blog"), 2, "none of independent"),
        (("https://o.example/", "--name", "Мій"), 2, "lower-case letters"),
        (("https://o.example/", "--name", "all"), 2, "stands for all outlets"),
        (("https://o.example/", "--name", "tsn"), 2, "an outlet has this name already"),
        (("https://nashaniva.com/",), 1, "(nashaniva) is there already; see volya outlets show nashaniva"),
        (("nashaniva.com",), 1, "(nashaniva) is there already"),
        (("http://www.nn.by/rss",), 1, "(nashaniva) is there already"),
        (("@nashaniva",), 1, "(nashaniva) is there already"),
        (("https://t.me/nashaniva/123",), 1, "(nashaniva) is there already"),
        (("none.opml",), 74, "none.opml: No such file"),
        (("bad.opml",), 1, "bad.opml: no list of feeds (OPML) but <html>"),
        (("empty.opml",), 1, "empty.opml: no feed in it"),
        (("bad.opml", "--name", "mine"), 2, "for one outlet, not for a list"),
    ],
)
def test_what_cannot_be_added_is_told_before_anything_is_asked(
    volya: Call, tmp_path: Path, words: tuple[str, ...], code: int, trouble: str
) -> None:
    (tmp_path / "bad.opml").write_text("<html/>", encoding="utf-8")
    (tmp_path / "empty.opml").write_text("<opml/>", encoding="utf-8")
    answer = volya("outlets", "add", *words)
    assert (answer.code, answer.out) == (code, "")
    assert trouble in answer.err
    assert len(answer.err.splitlines()) == 1


def test_feeds_are_exported_as_a_list_and_only_so(volya: Call, tmp_path: Path) -> None:
    (tmp_path / "settings.toml").write_text('[crawler]\noutlets = ["tsn", "pul1"]\n', encoding="utf-8")
    exported = volya("export", "outlets", "--format", "opml").out
    assert {one.title for one in read_opml(exported.encode())} == {"TSN"}
    for words in (("outlets",), ("outlets", "--format", "csv"), ("events", "--format", "opml")):
        answer = volya("export", *words)
        assert (answer.code, answer.out) == (2, "")
        assert "--format opml" in answer.err


KNOWN = known_of(load_catalogue())


def found(url: str = "https://made-up.by/rss", **known: Any) -> FoundOutlet:
    door = Tried(CheckedEntryPoint("", "rss", url, "alive", items=3), "given")
    values = {"homepage": "https://made-up.by/", "title": "Made Up", "language": "be", **known}
    return FoundOutlet("https://made-up.by/", tried=(door,), doors=(door,), **values)


def test_where_nothing_is_found_it_is_told_what_was_tried() -> None:
    gone = CheckedEntryPoint("", "rss", "https://o.example/feed/", "gone", 404, trouble="HTTP 404")
    empty = CheckedEntryPoint("", "news_sitemap", "https://o.example/map.xml", "alive", 200)
    tried = (Tried(gone, "usual address"), Tried(empty, "robots.txt"))
    assert tried_words(FoundOutlet("https://o.example/", tried=tried)) == (
        "; tried: https://o.example/feed/ (HTTP 404); https://o.example/map.xml (alive, nothing in it)"
    )
    assert tried_words(FoundOutlet("https://o.example/")) == ""


def test_a_draft_is_a_table_that_reads_back_as_what_was_found() -> None:
    draft = draft_of(found(), Chosen(), ["ru", "be", "ru"], KNOWN, NOW)
    assert draft.table == (
        '[[crawler.outlet]]\nname = "made-up"\ntitle = "Made Up"\nkind = "independent"\nlanguages = ["ru", "be"]\n'
        'timezone = "Europe/Minsk"\ncountry = "BY"\nhomepage = "https://made-up.by/"\nentry_points = [\n'
        '  { type = "rss", url = "https://made-up.by/rss", evidence = "answered with 3 items on 2026-01-15, when it was added" },\n]\n'
    )
    assert draft.outlet.languages == ("ru", "be")


@pytest.mark.parametrize(
    "title",
    [
        '"\\"]\n[web]\nlisten = "0.0.0.0:1"',
        "a\x7fb\x1b[2J",
        "\u202eверх",
        "'''",
        "\\u0000",
        "]]",
        "x" * 5000,
        "😀" * 200,
        " ",
    ],
)
def test_a_hostile_title_stays_a_title(title: str) -> None:
    draft = draft_of(found(title=title), Chosen(), ["be"], KNOWN, NOW)
    read = tomllib.loads(draft.table)
    assert list(read) == ["crawler"]
    assert len(read["crawler"]["outlet"]) == 1
    assert len(draft.outlet.title) <= 100
    assert draft.outlet.title.isprintable()


@pytest.mark.parametrize(
    ("read", "languages"),
    [
        (["uk", "uk", "ru", "uk", "uk"], ("uk",)),
        (["uk", "ru", "ru", "uk", "uk"], ("uk", "ru")),
        (["pl"], ("pl",)),
        ([None, None], ("be",)),
        ([], ("be",)),
        ([None, "lt"], ("lt",)),
    ],
)
def test_its_languages_are_those_of_its_articles_else_its_own_word(
    read: list[str | None], languages: tuple[str, ...]
) -> None:
    assert languages_of(found(), read) == languages
    assert languages_of(found(language=None), [None]) == ("und",)


@pytest.mark.parametrize(
    "url",
    [
        "https://www.nashaniva.com/rss/",
        "http://nashaniva.com/rss?utm_source=x",
        "https://d2accbiqacj5y8.cloudfront.net/rss",
        "https://t.me/nashaniva",
    ],
)
def test_a_door_that_somebody_asks_already_is_refused_under_any_of_its_names(url: str) -> None:
    with pytest.raises(CommandError, match=r"\(nashaniva\) is there already"):
        draft_of(found(url), Chosen(), ["be"], KNOWN, NOW)


def test_a_name_that_was_chosen_is_refused_where_it_is_taken_and_one_that_was_made_is_made_anew() -> None:
    first = draft_of(found(), Chosen(), ["be"], KNOWN, NOW)
    point = replace(first.outlet.entry_points[0], url="https://x.example/")
    known = KNOWN.beside(replace(first.outlet, homepage=None, entry_points=(point,)))
    assert draft_of(found(), Chosen(), ["be"], known, NOW).outlet.name == "made-up-by"
    with pytest.raises(CommandError, match="give another"):
        check_free((), "made-up", known)
