"""Settings: where they are read from, what wins, and what is said when they are wrong."""

from contextlib import suppress
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cli.errors import SettingsError
from cli.keys import Settings
from cli.settings import database_url, find_settings, load_settings

SHIPPED = Path(__file__).parents[2] / "settings.toml"
APP = '[[alerts.destination]]\nname = "b"\nchannel = "slack-app"\nchat = "#a"\ntoken = { env = "A" }\n'


def written(folder: Path, text: str) -> Path:
    file = folder / "settings.toml"
    file.write_text(text, encoding="utf-8")
    return file


def troubles(
    folder: Path, text: str, overrides: tuple[str, ...] = (), environment: dict[str, str] | None = None
) -> str:
    with pytest.raises(SettingsError) as caught:
        load_settings(written(folder, text), overrides, environment or {})
    return str(caught.value).replace(str(folder), "")


def test_the_shipped_file_works_and_holds_the_built_in_values() -> None:
    assert load_settings(SHIPPED, (), {}) == Settings()


def test_the_shipped_file_names_every_key() -> None:
    text = SHIPPED.read_text(encoding="utf-8")
    for table in (Settings.model_fields[name].annotation for name in Settings.model_fields):
        for key in table.model_fields:
            assert f"{key} = " in text or f".{key}]" in text, key


def test_every_commented_key_of_the_shipped_file_is_valid(tmp_path: Path) -> None:
    text = SHIPPED.read_text(encoding="utf-8")
    lines = [
        line.removeprefix("# ") if line.startswith(("# [[", "# [events", "# token")) or _is_key(line) else line
        for line in text.splitlines()
    ]
    settings = load_settings(written(tmp_path, "\n".join(lines)), (), {})
    assert [destination.name for destination in settings.alerts.destination] == [
        "console",
        "desk",
        "slack",
        "slack-webhook",
        "telegram",
        "public",
        "discord",
        "matrix",
        "phone",
        "mail",
        "team",
    ]
    assert settings.crawler.outlet[0]["name"] == "my-outlet"
    assert settings.web.token is not None
    assert settings.events.adjudicator.key is not None


def _is_key(line: str) -> bool:
    word = line.removeprefix("# ").split(" ")
    return line.startswith("# ") and len(word) > 1 and word[1] == "="


def test_the_environment_wins_over_the_file_and_an_option_over_both(tmp_path: Path) -> None:
    file = written(tmp_path, '[db]\nurl = "sqlite:///file"\n[web]\nlisten = "127.0.0.1:1"\n[alerts]\nlanguage = "uk"\n')
    environment = {"VOLYA_DB__URL": "sqlite:///environment", "VOLYA_WEB__LISTEN": "127.0.0.1:2", "VOLYA_TOKEN": "x"}
    settings = load_settings(file, ["web.listen=127.0.0.1:3"], environment)
    assert (settings.db.url, settings.web.port, settings.alerts.language) == ("sqlite:///environment", 3, "uk")


ADJUDICATOR = '[events.adjudicator]\nurl = "https://api.example.org/v1"\nmodel = "m"\n'


def test_nobody_is_asked_for_a_second_opinion_unless_the_settings_say_so(tmp_path: Path) -> None:
    assert Settings().events.adjudicator.url == ""
    keys = load_settings(written(tmp_path, ADJUDICATOR), ["events.adjudicator.timeout=3s"], {}).events.adjudicator
    assert (keys.host, keys.model, keys.timeout, keys.rate) == ("api.example.org", "m", timedelta(seconds=3), 10)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('url = "https://api.example.org/v1"', "a second opinion needs url and model"),
        ('model = "m"', "a second opinion needs url and model"),
        ('key = { env = "K" }', "a second opinion needs url and model"),
        ('key = "sk-canary"', "a secret is never written here"),
        ('url = "https://canary:canary@api.example.org/v1"\nmodel = "m"', "give the base address of the API"),
        ('url = "https://api.example.org/v1?key=canary"\nmodel = "m"', "give the base address of the API"),
        ('url = "ftp://api.example.org"\nmodel = "m"', "give the base address of the API"),
        ('url = "https://["\nmodel = "m"', "give the base address of the API"),
        (
            'url = "http://api.example.org/v1"\nmodel = "m"\nkey = { env = "K" }',
            "a key goes to another machine by https",
        ),
        ('url = "https://api.example.org/v1"\nmodel = "two words"', "not of the form that this key takes"),
        ('url = "https://api.example.org/v1"\nmodel = "m"\ntimeout = "1m"', "give a timeout of 1s to 30s"),
        ('url = "https://api.example.org/v1"\nmodel = "m"\nrate = 0', "greater than or equal to 1"),
        ('urll = "x"', "did you mean events.adjudicator.url?"),
    ],
)
def test_what_is_wrong_about_a_second_opinion_is_said_without_a_value(tmp_path: Path, text: str, said: str) -> None:
    told = troubles(tmp_path, f"[events.adjudicator]\n{text}")
    assert said in told
    assert "canary" not in told


SUBSCRIBED = '[[alerts.destination]]\nname = "public"\nchannel = "telegram"\ntoken = { env = "T" }\n'


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('subscribers = "everybody"', "alerts.destination[1].subscribers"),
        ('subscribers = "off"', "a destination on telegram needs chat"),
        ('subscribers = "anyone"\nallow = ["1"]', 'allow is the list of subscribers = "listed"'),
        ('chat = "5"\nallow = ["1"]', 'allow is the list of subscribers = "listed"'),
        ('subscribers = "listed"\nallow = ["@name"]', "allow holds the numbers of chats"),
        ('subscribers = "anyone"\nmost = 501', "less than or equal to 500"),
        ('subscribers = "anyone"\nchat = "nowhere"', "takes as chat a number"),
    ],
)
def test_what_is_wrong_about_subscribers_is_said(tmp_path: Path, text: str, said: str) -> None:
    assert said in troubles(tmp_path, SUBSCRIBED + text)


def test_only_telegram_takes_subscribers(tmp_path: Path) -> None:
    text = '[[alerts.destination]]\nname = "a"\nchannel = "console"\nsubscribers = "anyone"'
    assert "only a destination on telegram takes subscribers" in troubles(tmp_path, text)
    long = SUBSCRIBED.replace("public", "p" * 61) + 'subscribers = "anyone"'
    assert "has at most 60 letters" in troubles(tmp_path, long)


def test_a_destination_that_takes_subscribers_needs_no_chat_and_may_have_one(tmp_path: Path) -> None:
    listed = SUBSCRIBED + 'subscribers = "listed"\nallow = [123, "-100123"]'
    [keys] = load_settings(written(tmp_path, listed), (), {}).alerts.destination
    assert (keys.allow, keys.most, keys.takes_subscribers, keys.has_place) == (("123", "-100123"), 200, True, False)
    [both] = load_settings(written(tmp_path, listed + '\nchat = "@name"'), (), {}).alerts.destination
    assert (both.takes_subscribers, both.has_place) == (True, True)


def test_a_key_may_go_to_this_machine_without_https(tmp_path: Path) -> None:
    text = '[events.adjudicator]\nurl = "http://127.0.0.1:11434/v1"\nmodel = "m"\nkey = { env = "K" }'
    assert load_settings(written(tmp_path, text), (), {}).events.adjudicator.key is not None


def test_lists_and_durations_can_be_overridden() -> None:
    settings = load_settings(None, ['crawler.outlets=["tsn", "nv"]', "alerts.settle=90s"], {})
    assert settings.crawler.outlets == ("tsn", "nv")
    assert settings.alerts.settle == timedelta(seconds=90)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[db\n", "/settings.toml: not TOML: Expected ']' at the end of a table declaration (at line 1, column 4)"),
        ('[db]\nurll = "x"', "/settings.toml:2: db.urll: unknown key; did you mean db.url?"),
        ("\n[crawlers]\n", "/settings.toml:2: crawlers: unknown key; did you mean crawler?"),
        ("[web]\nzebra = 1", "/settings.toml:2: web.zebra: unknown key; valid here: listen, token, address, push"),
        ("[web]\nlisten = 5", "/settings.toml:2: web.listen: give a text in quotation marks"),
        (
            '[web]\nlisten = "here"',
            '/settings.toml:2: web.listen: give an address and a port, such as "127.0.0.1:8320"',
        ),
        ('[web]\naddress = "volya.example.org"', "/settings.toml:2: web.address: give where others find the page"),
        ('[web]\naddress = "https://[::1"', "/settings.toml:2: web.address: give where others find the page"),
        ('[web]\naddress = "https://a.example/volya"', "/settings.toml:2: web.address: give where others find"),
        ('[web]\naddress = "https://me:x@a.example/"', "/settings.toml:2: web.address: give where others find"),
        ('[web]\naddress = "javascript:alert(1)"', "/settings.toml:2: web.address: give where others find"),
        ('[web]\nlisten = "0.0.0.0:80"', "web: listening beyond this machine needs web.token (32 bytes or more)"),
        ("db = 3", "/settings.toml:1: db: give a table"),
        ('[alerts]\nsettle = "5 minutes"', '/settings.toml:2: alerts.settle: give "auto" or a duration such as'),
        (
            '[alerts]\nlanguage = "lv"',
            "/settings.toml:2: alerts.language: messages are written in be, de, en, lt, pl, ru, uk",
        ),
        ('[alerts]\nsettle = "0 s"', 'alerts.settle: give "auto" or a duration'),
        ('[crawler]\noutlets = "some"', '/settings.toml:2: crawler.outlets: give "all" or a list of names'),
        (
            '[[alerts.destination]]\nname = "a"\nchannel = "console"\n\n[[alerts.destination]]\nname = "b"\nchanel = "console"',
            "/settings.toml:7: alerts.destination[2].chanel: unknown key; did you mean alerts.destination[2].channel?",
        ),
        ('[[alerts.destination]]\nname = "b"', "/settings.toml:1: alerts.destination[1].channel: is missing"),
        (
            '[[alerts.destination]]\nname = "b"\nchannel = "pigeon"',
            "/settings.toml:3: alerts.destination[1].channel: Input should be 'console', 'webhook', 'slack', 'slack-app', 'telegram', 'discord', 'matrix', 'ntfy', 'email' or 'apprise'",
        ),
        (
            '[[alerts.destination]]\nname = "b"\nchannel = "webhook"',
            "alerts.destination[1]: a destination on webhook needs url and secret, each as { env",
        ),
        (
            '[[alerts.destination]]\nname = "b"\nchannel = "slack"\nchat = 7\nurl = { env = "A" }',
            "alerts.destination[1]: a destination on slack has no chat",
        ),
        (
            '[[alerts.destination]]\nname = "b"\nchannel = "telegram"\nchat = "a b"\ntoken = { env = "A" }',
            "alerts.destination[1]: a destination on telegram takes as chat a number, or @ and the name of a public",
        ),
        (
            '[[alerts.destination]]\nname = "b"\nchannel = "slack-app"\ntoken = { env = "A" }',
            "alerts.destination[1]: a destination on slack-app needs chat",
        ),
        (
            '[[alerts.destination]]\nname = "b"\nchannel = "slack-app"\nchat = "alerts"\ntoken = { env = "A" }',
            "alerts.destination[1]: a destination on slack-app takes as chat the id of a channel, such as C0123456789",
        ),
        (
            f'{APP}url = {{ env = "A" }}',
            "alerts.destination[1]: a destination on slack-app has no url",
        ),
        (
            f'{APP}base_url = "http://slack.example/api"',
            "alerts.destination[1]: a token goes to another machine by https only",
        ),
        (
            f'{APP}base_url = "https://[::1"',
            "alerts.destination[1]: give as base_url the base address of the API",
        ),
        (
            '[[alerts.destination]]\nname = "b"\nchannel = "ntfy"\ntopic = "open"',
            'alerts.destination[1].topic: a secret is never written here: give { env = "NAME" }',
        ),
        (
            '[[alerts.destination]]\nname = "b"\nchannel = "email"\nto = "a@b.example"',
            "alerts.destination[1].to: give a list",
        ),
        (
            '[[alerts.destination]]\nname = "b"\nchannel = "telegram"\ntoken = { env = "A" }',
            "alerts.destination[1]: a destination on telegram needs chat",
        ),
        (
            '[[alerts.destination]]\nname = "b"\nchannel = "telegram"\ntoken = "1:A"',
            'alerts.destination[1].token: a secret is never written here: give { env = "NAME" }',
        ),
        (
            '[[alerts.destination]]\nname = "b"\nchannel = "console"\n[[alerts.destination]]\nname = "b"\nchannel = "console"',
            "alerts: two destinations have the same name",
        ),
        (
            '[[alerts.destination]]\nname = "b"\nchannel = "console"\nquiet = "22-7"',
            '/settings.toml:4: alerts.destination[1].quiet: give two different times of day, such as "22:00-07:00"',
        ),
        (
            '[[alerts.destination]]\nname = "b"\nchannel = "console"\nquiet = "07:00-07:00"',
            "alerts.destination[1].quiet: give two different times of day",
        ),
        (
            '[[alerts.destination]]\nname = "b"\nchannel = "console"\nquiet = "22:00-24:00"',
            "alerts.destination[1].quiet: give two different times of day",
        ),
        (
            '[[alerts.destination]]\nname = "b"\nchannel = "console"\nquiet = "22:00-07:00"\nquiet_timezone = "Europe"',
            '/settings.toml:5: alerts.destination[1].quiet_timezone: give the IANA name of a time zone, such as "Europe/',
        ),
        (
            '[[alerts.destination]]\nname = "b"\nchannel = "console"\nquiet_timezone = "Europe/Minsk"',
            "alerts.destination[1]: quiet_timezone is the clock of quiet hours: give quiet too",
        ),
        ('[crawler]\nallow_addresses = ["here"]', "/settings.toml:2: crawler.allow_addresses: give networks"),
        ("[db]\nurl = " + "[" * 5000, "/settings.toml: "),
        ('[web]\ntoken = { env = "A", file = "b" }', 'web.token: give either { env = "NAME" } or { file = "/path" }'),
    ],
)
def test_trouble_is_said_with_its_line_its_key_and_the_nearest_valid_key(tmp_path: Path, text: str, said: str) -> None:
    assert said in troubles(tmp_path, text)


def test_every_trouble_is_said_at_once(tmp_path: Path) -> None:
    assert len(troubles(tmp_path, '[db]\nurll = "x"\n[web]\nlisten = 5\n').splitlines()) == 2


@pytest.mark.parametrize(
    "text",
    [
        '[web]\ntoken = "CANARY"',
        '[[alerts.destination]]\nname = "d"\nchannel = "webhook"\nurl = "https://CANARY.example"\nsecret = "CANARY"',
        '[db]\nurl = "postgresql://me:CANARY@host/db"',
        '[crawler]\nproxy = "http://me:CANARY@proxy:1"',
        '[[crawler.outlet]]\nname = "x"\nproxy = "http://me:CANARY@proxy:1"',
    ],
)
def test_a_secret_written_in_the_file_is_refused_and_not_repeated(tmp_path: Path, text: str) -> None:
    said = troubles(tmp_path, text)
    assert "CANARY" not in said
    assert "a secret is never written here" in said or "holds a password" in said


@pytest.mark.parametrize("override", ["web.token=CANARY", "db.url=postgresql://me:CANARY@host/db"])
def test_a_secret_is_never_taken_from_an_option(tmp_path: Path, override: str) -> None:
    said = troubles(tmp_path, "", (override,))
    assert said.startswith("--set: ")
    assert "CANARY" not in said


def test_an_address_with_a_password_may_come_from_the_environment() -> None:
    settings = load_settings(None, [], {"VOLYA_DB__URL": "postgresql+psycopg://me:pass@host/db"})
    assert settings.db.url.endswith("@host/db")


def test_an_unknown_variable_and_option_are_named(tmp_path: Path) -> None:
    assert (
        troubles(tmp_path, "", (), {"VOLYA_DB__ULR": "x"}) == "VOLYA_DB__ULR: db.ulr: unknown key; did you mean db.url?"
    )
    assert troubles(tmp_path, "[web]\n", ("web.lisen=x",)) == "--set: web.lisen: unknown key; did you mean web.listen?"
    assert "give table.key=value" in troubles(tmp_path, "", ("nonsense",))


def test_a_trouble_is_placed_where_its_value_came_from(tmp_path: Path) -> None:
    said = troubles(tmp_path, "[web]\nlisten = 5\n", ("db.url=sqlite:///x",), {})
    assert said == "/settings.toml:2: web.listen: give a text in quotation marks"


def test_files_that_are_no_text_are_refused(tmp_path: Path) -> None:
    for content in (b"\xff\xfe\x00", b"[db]\nurl = '\xe9'", b"a" * (1 << 21)):
        (tmp_path / "settings.toml").write_bytes(content)
        with pytest.raises(SettingsError):
            load_settings(tmp_path / "settings.toml", (), {})


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"no\.toml: No such file or directory: check the path"):
        load_settings(tmp_path / "no.toml", (), {})
    assert find_settings(tmp_path / "no.toml") == tmp_path / "no.toml"


def test_the_database_is_in_the_state_folder_of_systemd_or_in_the_users_data() -> None:
    assert (
        database_url(Settings(), {"STATE_DIRECTORY": "/var/lib/volya:/other"})
        == "sqlite:////var/lib/volya/volya.sqlite3"
    )
    assert database_url(Settings(), {}).endswith("/volya/volya.sqlite3")
    assert database_url(load_settings(None, ["db.url=sqlite:///x"], {}), {"STATE_DIRECTORY": "/var"}) == "sqlite:///x"


@given(
    st.one_of(st.binary(max_size=300), st.text(max_size=300).map(lambda text: f"[db]\n{text}".encode(errors="ignore")))
)
@settings(max_examples=200, deadline=None)
def test_any_bytes_are_settings_or_a_settings_error(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    file = tmp_path_factory.getbasetemp() / "any.toml"
    file.write_bytes(content)
    with suppress(SettingsError):
        load_settings(file, (), {})


@given(st.text(max_size=60), st.text(max_size=60))
@settings(max_examples=200, deadline=None)
def test_any_override_is_taken_or_a_settings_error(key: str, value: str) -> None:
    for override in (f"{key}={value}", f"web.listen={value}", f"crawler.outlets={value}"):
        with suppress(SettingsError):
            load_settings(None, (override,), {})
