"""A table is appended to the settings file, and nothing else in it changes."""

from __future__ import annotations

import resource
import tomllib
from pathlib import Path

import pytest

from cli.errors import CommandError, ExitCode
from cli.own_outlets import append_tables, own_file

TABLE = '[[crawler.outlet]]\nname = "new"\ntitle = "Нове"\n'
SHIPPED = (Path(__file__).parents[2] / "settings.toml").read_bytes()


@pytest.mark.parametrize(
    "before",
    [
        b"",
        b"# nothing but a word",
        b"[crawler]\ncontact = ''\n",
        b"[crawler]",
        b"\xef\xbb\xbf[web]\r\nlisten = '127.0.0.1:1' # end\r\n\r\n[db]\r\nurl = 'auto'",
        b'[[crawler.outlet]]\nname = "old"\nentry_points = [\n  { type = "rss" },\n]\n\n\n',
        "[crawler]\ndelay = 'auto'\n# кінець".encode(),
        b"crawler.contact = 'x'\n[[crawler.outlet]]\nname = 'old'",
        SHIPPED,
    ],
)  # fmt: skip
def test_what_was_there_stays_byte_for_byte_and_the_table_comes_last(before: bytes, tmp_path: Path) -> None:
    file = tmp_path / "settings.toml"
    file.write_bytes(before)
    append_tables(file, TABLE)
    after = file.read_bytes()
    assert after.startswith(before)
    assert (b"\r\n" in before) == (b"\r\n" in after)
    found = tomllib.loads(after.decode("utf-8-sig"))
    assert found["crawler"]["outlet"][-1] == {"name": "new", "title": "Нове"}
    append_tables(file, TABLE.replace("new", "newer"))
    assert [one["name"] for one in tomllib.loads(file.read_bytes().decode("utf-8-sig"))["crawler"]["outlet"]][-2:] == [
        "new",
        "newer",
    ]


@pytest.mark.parametrize(
    "before",
    [
        b'[crawler]\noutlet = [ { name = "old" } ]\n',
        b"crawler = { contact = 'x' }\n",
        b"[crawler\n",
        b"\xff\xfe",
        b"#" * (1 << 20),
    ],
)
def test_a_file_that_nothing_can_be_appended_to_is_left_as_it_is(before: bytes, tmp_path: Path) -> None:
    file = tmp_path / "settings.toml"
    file.write_bytes(before)
    with pytest.raises(CommandError, match="put the table above in yourself") as refused:
        append_tables(file, TABLE)
    assert refused.value.code == ExitCode.CONFIGURATION
    assert file.read_bytes() == before


def test_a_file_that_is_not_there_is_made_with_its_folder(tmp_path: Path) -> None:
    file = tmp_path / "new" / "volya" / "settings.toml"
    append_tables(file, TABLE)
    assert file.read_text(encoding="utf-8") == TABLE


def test_a_link_to_the_file_stays_a_link(tmp_path: Path) -> None:
    file, link = tmp_path / "mine.toml", tmp_path / "settings.toml"
    file.write_bytes(b"# mine\n")
    link.symlink_to(file)
    append_tables(link, TABLE)
    assert link.is_symlink()
    assert file.read_bytes().startswith(b"# mine\n\n[[crawler.outlet]]")


def test_what_cannot_be_written_is_told_with_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="Is a directory: put the table above in yourself") as refused:
        append_tables(tmp_path, TABLE)
    assert refused.value.code == ExitCode.INPUT_OUTPUT
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(CommandError, match="or name another file by --settings"):
        append_tables(tmp_path / "file" / "settings.toml", TABLE)


def test_a_disk_that_is_full_in_the_middle_leaves_the_file_as_it_was(tmp_path: Path) -> None:
    file = tmp_path / "settings.toml"
    file.write_bytes(b"# mine\n")
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (20, hard))  # so much of the table is still written
    try:
        with pytest.raises(CommandError, match="No space left") as refused:
            append_tables(file, TABLE)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert refused.value.code == ExitCode.INPUT_OUTPUT
    assert file.read_bytes() == b"# mine\n"


def test_without_a_settings_file_the_one_of_the_user_is_meant(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    assert own_file(None) == tmp_path / "volya" / "settings.toml"
    assert own_file(Path("mine.toml")) == Path("mine.toml")
