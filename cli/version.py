"""The version of the program."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version

try:
    VERSION = version("volya")
except PackageNotFoundError:  # run from a checkout that is not installed
    VERSION = "0"


def user_agent() -> str:
    """Return who we are to receivers."""
    return f"Volya/{VERSION}"
