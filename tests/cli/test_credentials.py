"""Secrets come from the environment or from a file of their owner's, and stay out of sight."""

from pathlib import Path

import pytest

from cli.credentials import read_secret, read_secrets
from cli.errors import SettingsError
from cli.key_types import SecretReference
from cli.keys import Settings

CANARY = "canary-0123456789-0123456789-0123456789"


def secret_file(folder: Path, content: bytes, mode: int = 0o600) -> Path:
    file = folder / "secret"
    file.write_bytes(content)
    file.chmod(mode)
    return file


def refused(reference: SecretReference, environment: dict[str, str] | None = None) -> str:
    with pytest.raises(SettingsError) as caught:
        read_secret("web.token", reference, environment or {})
    return str(caught.value)


def test_a_secret_is_read_from_the_environment_and_not_shown() -> None:
    secret = read_secret("web.token", SecretReference(env="T"), {"T": f" {CANARY}\n"})
    assert secret.get_secret_value() == CANARY
    assert CANARY not in repr(secret) + str(secret)


def test_a_secret_is_read_from_a_file_of_its_owner(tmp_path: Path) -> None:
    file = secret_file(tmp_path, CANARY.encode() + b"\n")
    assert read_secret("web.token", SecretReference(file=file), {}).get_secret_value() == CANARY


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620, 0o644])
def test_a_file_that_others_may_touch_is_refused(tmp_path: Path, mode: int) -> None:
    said = refused(SecretReference(file=secret_file(tmp_path, CANARY.encode(), mode)))
    assert "can be read by others: chmod 600" in said
    assert CANARY not in said


def test_a_file_that_is_meant_to_be_shared_is_taken(tmp_path: Path) -> None:
    file = secret_file(tmp_path, CANARY.encode(), 0o444)
    assert read_secret("web.token", SecretReference(file=file, shared=True), {}).get_secret_value() == CANARY


def test_a_missing_or_empty_secret_is_named_by_its_key(tmp_path: Path) -> None:
    assert refused(SecretReference(env="NONE")) == "settings: web.token: the environment variable NONE is not set"
    assert "is not set" in refused(SecretReference(env="BLANK"), {"BLANK": "  "})
    assert "No such file" in refused(SecretReference(file=tmp_path / "none"))
    assert "is empty" in refused(SecretReference(file=secret_file(tmp_path, b"\n")))
    assert "not UTF-8" in refused(SecretReference(file=secret_file(tmp_path, b"\xff\xff")))


def test_all_secrets_are_read_and_every_trouble_with_them_is_said() -> None:
    web = {"listen": "127.0.0.1:1", "token": {"env": "TOKEN"}}
    hook = {"name": "desk", "channel": "webhook", "url": {"env": "URL"}, "secret": {"env": "SECRET"}}
    asked = {"url": "https://api.example.org/v1", "model": "m", "key": {"env": "KEY"}}
    tables = {"web": web, "alerts": {"destination": [hook]}, "events": {"adjudicator": asked}}
    settings = Settings.model_validate(tables)
    secrets = read_secrets(settings, {"TOKEN": CANARY, "URL": "u" * 8, "SECRET": "s" * 8, "KEY": "k" * 8})
    assert sorted(secrets) == [
        "alerts.destination.desk.secret",
        "alerts.destination.desk.url",
        "events.adjudicator.key",
        "web.token",
    ]
    with pytest.raises(SettingsError) as caught:
        read_secrets(settings, {"TOKEN": "short"})
    assert len(caught.value.troubles) == 4
    assert "web.token: shorter than 32 bytes" in str(caught.value)
