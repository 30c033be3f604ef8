"""Reading the settings: one file, then the environment, then `--set`; checked whole before anything starts.

Errors name the place (file and line, option or variable), the key and the nearest valid key (F-32), and never a
value. Secrets stay references here; `cli.credentials` reads them, only in the commands that need them.
"""

from __future__ import annotations

import difflib
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, get_args
from urllib.parse import urlsplit

import platformdirs
from pydantic import BaseModel, ValidationError

from cli.errors import SettingsError, SettingsTrouble
from cli.keys import Settings
from cli.lines import Key, line_of

LARGEST_FILE = 1 << 20
PREFIX = "VOLYA_"
DATABASE_NAME = "volya.sqlite3"
# Addresses that may carry a password: then they must come from the environment, which `ps` does not show (SEC-20).
ADDRESS_KEYS: tuple[Key, ...] = (("db", "url"), ("crawler", "proxy"))


@dataclass(frozen=True, slots=True)
class _Source:
    """A tree of values and where it was written."""

    values: dict[str, Any]
    label: str
    text: str = ""

    def place(self, key: Key) -> str:
        if not self.text:
            return self.label
        line = line_of(self.text, key)
        return f"{self.label}:{line}" if line else self.label


def load_settings(file: Path | None, overrides: Sequence[str], environment: Mapping[str, str]) -> Settings:
    """Return the settings of `file` (None: built-in values), the environment and `overrides` ("db.url=…").

    The later wins. Raises SettingsError with every trouble found.
    """
    sources = [_read_file(file)] if file is not None else []
    sources += [*_of_environment(environment), *_of_options(overrides)]
    troubles = [*_passwords(sources)]
    if troubles:
        raise SettingsError(*troubles)
    merged: dict[str, Any] = {}
    for source in sources:
        _merge(merged, source.values)
    try:
        return Settings.model_validate(merged)
    except ValidationError as error:
        raise SettingsError(*_troubles(error, sources)) from None


def find_settings(asked: Path | None) -> Path | None:
    """Return the file to read: the one asked for, else ./settings.toml, the user's, the system's; or None."""
    if asked is not None:
        return asked
    folders = (Path(), platformdirs.user_config_path("volya"), platformdirs.site_config_path("volya"))
    return next((folder / "settings.toml" for folder in folders if (folder / "settings.toml").is_file()), None)


def database_url(settings: Settings, environment: Mapping[str, str]) -> str:
    """Return the address of the database; "auto" is a file in systemd's state folder, else in the user's data."""
    if settings.db.url != "auto":
        return settings.db.url
    state = environment.get("STATE_DIRECTORY", "").split(":")[0]
    folder = Path(state) if state else platformdirs.user_data_path("volya")
    return f"sqlite:///{folder / DATABASE_NAME}"


def _read_file(file: Path) -> _Source:
    try:
        raw = file.read_bytes()
        if len(raw) > LARGEST_FILE:
            raise SettingsError(SettingsTrouble(str(file), "", "larger than 1 MiB: this is no settings file"))
        text = raw.decode("utf-8-sig")
        return _Source(tomllib.loads(text), str(file), text)
    except OSError as error:
        raise SettingsError(SettingsTrouble(str(file), "", f"{error.strerror}: check the path")) from error
    except UnicodeDecodeError as error:
        raise SettingsError(SettingsTrouble(str(file), "", "not UTF-8: save it as UTF-8")) from error
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(SettingsTrouble(str(file), "", f"not TOML: {error}")) from error
    except RecursionError as error:
        raise SettingsError(SettingsTrouble(str(file), "", "nested too deep")) from error


def _of_environment(environment: Mapping[str, str]) -> Iterator[_Source]:
    for name in sorted(environment):
        if name.startswith(PREFIX) and "__" in name:
            path = name.removeprefix(PREFIX).lower().split("__")
            yield _Source(_nested(path, environment[name]), name)


def _of_options(overrides: Sequence[str]) -> Iterator[_Source]:
    for override in overrides:
        key, equals, value = override.partition("=")
        if not equals or not key.strip():
            raise SettingsError(SettingsTrouble("--set", "", "give table.key=value, such as db.url=sqlite:///FILE"))
        yield _Source(_nested(key.strip().split("."), value), "--set")


def _nested(path: Sequence[str], written: str) -> dict[str, Any]:
    value: Any = _value(written)
    for name in reversed(path):
        value = {name: value}
    return dict(value)


def _value(written: str) -> Any:
    """Return what was written as TOML (a list, a number, true), else the bare text."""
    try:
        return tomllib.loads(f"value = {written}")["value"]
    except (tomllib.TOMLDecodeError, RecursionError):
        return written


def _merge(into: dict[str, Any], values: Mapping[str, Any]) -> None:
    for name, value in values.items():
        if isinstance(value, dict) and isinstance(into.get(name), dict):
            _merge(into[name], value)
        else:
            into[name] = dict(value) if isinstance(value, dict) else value


def _passwords(sources: Sequence[_Source]) -> Iterator[SettingsTrouble]:
    for source in sources:
        for key in (*ADDRESS_KEYS, *_own_proxies(source.values)):
            value = _found(source.values, key)
            if isinstance(value, str) and not source.label.startswith(PREFIX) and password_of(value):
                yield SettingsTrouble(source.place(key), _dotted(key), _advice(key))


def _own_proxies(values: Mapping[str, Any]) -> Iterator[Key]:
    outlets = _found(values, ("crawler", "outlet"))
    for number in range(len(outlets) if isinstance(outlets, list) else 0):
        yield ("crawler", "outlet", number, "proxy")


def _found(values: Any, key: Key) -> Any:
    return _step(values, key)[1] if _step(values, key)[0] == len(key) else None


def _advice(key: Key) -> str:
    if key not in ADDRESS_KEYS:
        return 'holds a password: give the whole address as { env = "NAME" } or { file = "/path" }'
    variable = PREFIX + "__".join(map(str, key)).upper()
    return f"holds a password: give the whole address as {variable} in the environment"


def password_of(address: str) -> str | None:
    """Return the password inside an address, if there is one."""
    try:
        return urlsplit(address).password or None
    except ValueError:
        return None


def _troubles(error: ValidationError, sources: Sequence[_Source]) -> Iterator[SettingsTrouble]:
    for detail in error.errors(include_url=False, include_input=False):
        key: Key = detail["loc"]
        # The trouble is where most of its key was written; of two places the later, which won.
        source = max(
            reversed(sources), key=lambda source: _step(source.values, key)[0], default=_Source({}, "settings")
        )
        yield SettingsTrouble(source.place(key), _dotted(key), _trouble(detail["type"], detail["msg"], key))


def _step(values: Any, key: Key) -> tuple[int, Any]:
    """Return how many steps of `key` lead through `values`, and what is there."""
    for depth, step in enumerate(key):
        is_in_table = isinstance(values, dict) and step in values
        is_in_list = isinstance(values, list) and isinstance(step, int) and step < len(values)
        if not is_in_table and not is_in_list:
            return depth, values
        values = values[step]
    return len(key), values


_WORDS = {
    "missing": "is missing",
    "model_type": "give a table",
    "dict_type": "give a table",
    "tuple_type": "give a list",
    "string_type": "give a text in quotation marks",
    "bool_type": "give true or false",
    "string_pattern_mismatch": "not of the form that this key takes",
}


def _trouble(kind: str, message: str, key: Key) -> str:
    if kind != "extra_forbidden":
        return _WORDS.get(kind, message.removeprefix("Value error, "))
    valid = _valid_keys(key[:-1])
    nearest = difflib.get_close_matches(str(key[-1]), valid, 1, 0.5)
    if nearest:
        return f"unknown key; did you mean {_dotted((*key[:-1], nearest[0]))}?"
    return f"unknown key; valid here: {', '.join(valid)}"


def _valid_keys(table: Key) -> list[str]:
    model: Any = Settings
    for step in table:
        if isinstance(step, str):
            model = _model_in(model.model_fields[step].annotation)
    return list(model.model_fields)


def _model_in(annotation: Any) -> Any:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next((found for part in get_args(annotation) if (found := _model_in(part)) is not None), None)


def _dotted(key: Key) -> str:
    """Return a key as people write it: `alerts.destination[2].url` (counted from one, as they count)."""
    written = ""
    for step in key:
        written += f"[{step + 1}]" if isinstance(step, int) else f".{step}" if written else step
    return written
