from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def imported() -> set[str]:
    """What is imported once a text has been read, in a process of its own."""
    text = "Belarus has released 52 political prisoners, Reuters reports."
    code = f"import sys, events; events.analyse(events.document(None, {text!r})); print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    return {name.partition(".")[0] for name in done.stdout.split()}


@pytest.mark.parametrize("library", ["sqlalchemy", "alembic", "httpx", "pydantic", "scrapy", "lxml"])
def test_reading_a_text_imports_nothing_that_it_does_not_need(imported: set[str], library: str) -> None:
    assert library not in imported


def test_what_a_package_does_not_have_is_no_attribute_of_it() -> None:
    import db
    import events

    for package in (db, events):
        with pytest.raises(AttributeError, match="nothing_of_the_kind"):
            package.nothing_of_the_kind  # noqa: B018


def test_what_is_imported_when_asked_for_is_not_called_as_its_module_is() -> None:
    import db
    import events

    for package in (db, events):
        assert not set(package._HOMES.values()) & {f"{package.__name__}.{name}" for name in package._HOMES}
