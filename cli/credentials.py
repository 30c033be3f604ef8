"""Secrets: read from where the settings say they are, held so that they cannot be printed by accident (SEC-20)."""

from __future__ import annotations

import stat
from collections.abc import Collection, Mapping
from pathlib import Path

from pydantic import SecretStr

from cli.errors import SettingsError, SettingsTrouble
from cli.key_types import SecretReference
from cli.keys import Settings
from cli.settings import password_of
from crawler import is_web_address
from web.access import TOKEN_LENGTH

DESTINATION_SECRETS = ("url", "secret", "token", "topic")
ADJUDICATOR_KEY = "events.adjudicator.key"
LONGEST_SECRET = 64 * 1024


def read_secret(key: str, reference: SecretReference, environment: Mapping[str, str]) -> SecretStr:
    """Return the secret behind `reference`, without white space around it; raises SettingsError naming `key`."""
    if reference.env is not None:
        value = environment.get(reference.env, "").strip()
        if not value:
            trouble = f"the environment variable {reference.env} is not set"
            raise SettingsError(SettingsTrouble("settings", key, trouble))
        return SecretStr(value)
    return SecretStr(_file_content(key, reference.file or Path(), is_shared=reference.shared))


def _file_content(key: str, file: Path, *, is_shared: bool) -> str:
    try:
        mode = file.stat().st_mode
        if mode & (stat.S_IRWXG | stat.S_IRWXO) and not is_shared:
            trouble = f"{file} can be read by others: chmod 600 it, or add shared = true if that is meant (SEC-21)"
            raise SettingsError(SettingsTrouble("settings", key, trouble))
        with file.open(encoding="utf-8") as opened:
            value = opened.read(LONGEST_SECRET).strip()
    except OSError as error:
        raise SettingsError(SettingsTrouble("settings", key, f"{file}: {error.strerror}")) from error
    except UnicodeDecodeError as error:
        raise SettingsError(SettingsTrouble("settings", key, f"{file}: not UTF-8")) from error
    if not value:
        raise SettingsError(SettingsTrouble("settings", key, f"{file} is empty"))
    return value


def read_secrets(settings: Settings, environment: Mapping[str, str]) -> dict[str, SecretStr]:
    """Return every secret of the settings by its key (`alerts.destination.desk.url`, `web.token`).

    Raises SettingsError with everything that is wrong with any of them.
    """
    secrets: dict[str, SecretStr] = {}
    troubles: list[SettingsTrouble] = []
    for key, reference in _references(settings).items():
        try:
            read = _proxy if key.startswith("crawler.outlet.") else read_secret
            secrets[key] = read(key, reference, environment)
        except SettingsError as error:
            troubles.extend(error.troubles)
    token = secrets.get("web.token")
    if token is not None and len(token.get_secret_value().encode()) < TOKEN_LENGTH:
        troubles.append(SettingsTrouble("settings", "web.token", f"shorter than {TOKEN_LENGTH} bytes (SEC-22)"))
    if troubles:
        raise SettingsError(*troubles)
    return secrets


def secret_words(secrets: Mapping[str, SecretStr]) -> set[str]:
    """Return what must never be said: the secrets, and the passwords inside those that are addresses."""
    values = {secret.get_secret_value() for secret in secrets.values()}
    return values | {password for value in values if (password := password_of(value))}


def read_proxies(settings: Settings, names: Collection[str], environment: Mapping[str, str]) -> dict[str, SecretStr]:
    """Return the proxies of these outlets that are secrets, by name. Raises SettingsError."""
    wanted = {name: reference for name, reference in settings.crawler.secret_proxies.items() if name in names}
    return {name: _proxy(proxy_key(name), reference, environment) for name, reference in wanted.items()}


def read_adjudicator_key(settings: Settings, environment: Mapping[str, str]) -> dict[str, SecretStr]:
    """Return the one secret that reading needs, by its key, if the settings name it. Raises SettingsError."""
    reference = settings.events.adjudicator.key
    return {ADJUDICATOR_KEY: read_secret(ADJUDICATOR_KEY, reference, environment)} if reference is not None else {}


def _proxy(key: str, reference: SecretReference, environment: Mapping[str, str]) -> SecretStr:
    secret = read_secret(key, reference, environment)
    if not is_web_address(secret.get_secret_value()):
        raise SettingsError(SettingsTrouble("settings", key, "no http(s) address of a proxy"))
    return secret


def proxy_key(name: str) -> str:
    """Return the key of the proxy of an outlet of one's own."""
    return f"crawler.outlet.{name}.proxy"


def _references(settings: Settings) -> dict[str, SecretReference]:
    found: dict[str, SecretReference | None] = {
        "web.token": settings.web.token,
        ADJUDICATOR_KEY: settings.events.adjudicator.key,
    }
    found |= {proxy_key(name): reference for name, reference in settings.crawler.secret_proxies.items()}
    for destination in settings.alerts.destination:
        key = f"alerts.destination.{destination.name}"
        found |= {f"{key}.{name}": getattr(destination, name) for name in DESTINATION_SECRETS}
    return {key: reference for key, reference in found.items() if reference is not None}
