"""What is installed: our plain package names clash with nobody, data files come along, the version is one."""

from __future__ import annotations

import os
import tomllib
from fnmatch import fnmatch
from importlib import resources
from importlib.metadata import PackageNotFoundError, distribution, packages_distributions
from pathlib import Path

import pytest

from cli.main import main
from cli.version import VERSION

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
PACKAGES: list[str] = PROJECT["tool"]["mypy"]["packages"]
PACKAGE_DATA: dict[str, list[str]] = PROJECT["tool"]["setuptools"]["package-data"]


@pytest.mark.parametrize("package", PACKAGES)
def test_no_installed_distribution_has_a_package_of_our_name(package: str) -> None:
    assert set(packages_distributions().get(package, ())) <= {PROJECT["project"]["name"]}


def test_the_packages_are_the_same_in_every_list() -> None:
    tools = PROJECT["tool"]
    found = sorted(path.parent.name for path in ROOT.glob("*/__init__.py"))
    assert found == sorted(PACKAGES)
    assert found == sorted(tools["importlinter"]["root_packages"])
    assert [f"{name}*" for name in found] == sorted(tools["setuptools"]["packages"]["find"]["include"])


@pytest.mark.parametrize("package", PACKAGES)
def test_every_data_file_is_packed(package: str) -> None:
    folder = ROOT / package
    files = [path.relative_to(folder) for path in folder.rglob("*") if path.is_file()]
    data = [path for path in files if path.suffix not in (".py", ".pyc")]
    patterns = PACKAGE_DATA.get(package, [])
    assert [str(path) for path in data if not any(fnmatch(str(path), pattern) for pattern in patterns)] == []


@pytest.mark.parametrize(("package", "pattern"), [(name, one) for name, all_ in PACKAGE_DATA.items() for one in all_])
def test_every_pattern_of_data_finds_files_that_can_be_read_as_resources(package: str, pattern: str) -> None:
    folder, _, name = pattern.rpartition("/")
    place = resources.files(package).joinpath(folder) if folder else resources.files(package)
    found = [file for file in place.iterdir() if fnmatch(file.name, name)]
    assert found != []
    assert all(file.read_text(encoding="utf-8").strip() for file in found)


def test_every_folder_of_code_is_a_package() -> None:
    folders = {path.parent for package in PACKAGES for path in (ROOT / package).rglob("*.py")}
    assert [str(folder) for folder in sorted(folders) if not (folder / "__init__.py").is_file()] == []


def test_the_version_is_that_of_the_project(capsys: pytest.CaptureFixture[str]) -> None:
    try:
        installed = distribution("volya").version
    except PackageNotFoundError:
        if os.environ.get("CI") == "true":
            pytest.fail("the project is not installed")
        pytest.skip("the project is not installed here: pip install --no-deps --editable . (make test does it)")
    assert main(["--version"]) == 0
    assert capsys.readouterr().out == f"volya {PROJECT['project']['version']}\n"
    assert installed == VERSION == PROJECT["project"]["version"]


def test_the_licence_of_the_project_is_in_the_repository() -> None:
    assert PROJECT["project"]["license"] == "Apache-2.0"
    assert "Apache License" in (ROOT / "LICENSE").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", ["requirements.lock", "requirements-dev.lock"])
def test_a_lock_pins_with_hashes_and_names_no_index(name: str) -> None:
    lines = (ROOT / name).read_text(encoding="utf-8").splitlines()
    pinned = [line for line in lines if line and not line.startswith((" ", "#", "-"))]
    assert [line for line in lines if line.startswith("-") or "://" in line] == []
    assert [line for line in pinned if "==" not in line] == []
    assert "\n".join(lines).count("--hash=sha256:") >= len(pinned)
