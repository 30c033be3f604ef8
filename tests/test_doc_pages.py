"""The pages of the docs: links, files, folders and targets that they name exist; decisions have their form."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").rglob("*.md"))]
LINK = re.compile(r"\]\(([^)\s]+)\)")
FENCED = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)
TREE = re.compile(r"^### The tree$.*?^```$(.*?)^```$", re.MULTILINE | re.DOTALL)


def name_of(page: Path) -> str:
    return str(page.relative_to(ROOT))


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_every_relative_link_leads_to_a_file_and_a_heading_that_exist(page: Path) -> None:
    broken = []
    for link in LINK.findall(FENCED.sub("", page.read_text(encoding="utf-8"))):
        if link.startswith(("http://", "https://")):
            continue
        path, _, anchor = link.partition("#")
        target = (page.parent / path).resolve() if path else page
        if not target.exists() or (anchor and anchor not in anchors(target)):
            broken.append(link)
    assert broken == []


def anchors(page: Path) -> set[str]:
    """The anchors of a page's headings, as GitHub makes them."""
    headings = re.findall(r"^#+ (.+)$", FENCED.sub("", page.read_text(encoding="utf-8")), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def test_every_page_of_the_docs_can_be_reached_from_the_readme() -> None:
    reached, ahead = set(), [ROOT / "README.md"]
    while ahead:
        page = ahead.pop()
        reached.add(page)
        links = (link.partition("#")[0] for link in LINK.findall(page.read_text(encoding="utf-8")) if "://" not in link)
        found = {(page.parent / link).resolve() for link in links if link}
        inside = {below for one in found if one.is_dir() for below in one.glob("*.md")}
        ahead += [one for one in found | inside if one.suffix == ".md" and one.exists() and one not in reached]
    assert [name_of(page) for page in PAGES if page not in reached] == []


def test_every_directory_of_the_tree_exists_and_none_is_forgotten() -> None:
    explanation = (ROOT / "docs" / "explanation.md").read_text(encoding="utf-8")
    found = TREE.search(explanation)
    assert found is not None
    tree = re.findall(r"^([a-z][a-z/-]*)/ {2,}\S", found[1], re.MULTILINE)
    packages = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["mypy"]["packages"]
    assert [name for name in tree if not (ROOT / name).is_dir()] == []
    assert [name for name in packages if name not in tree] == []


def test_every_file_named_in_the_docs_exists() -> None:
    named = re.compile(r"`((?:alerts|cli|crawler|db|events|newsroom|scheduler|tests|web|docs|\.ci)/[\w./-]+\.\w+)`")
    missing = {
        f"{name_of(page)}: {name}"
        for page in PAGES
        for name in named.findall(page.read_text(encoding="utf-8"))
        if not (ROOT / name).exists()
    }
    assert missing == set()


def test_every_target_of_the_makefile_is_told_to_those_who_contribute() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    phony = re.search(r"^\.PHONY: (.+)$", makefile, re.MULTILINE)
    assert phony is not None
    told = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    assert [target for target in phony[1].split() if f"`make {target}`" not in told] == []


def test_decisions_are_numbered_without_gaps_and_say_what_was_given_up() -> None:
    pages = sorted((ROOT / "docs" / "decisions").glob("*.md"))
    assert [int(page.name[:4]) for page in pages] == list(range(1, len(pages) + 1))
    for number, page in enumerate(pages, 1):
        text = page.read_text(encoding="utf-8")
        assert text.startswith(f"# {number}. ")
        assert [word for word in ("Question", "Answer", "Given up") if f"**{word}.**" not in text] == []
        assert len(text.splitlines()) <= 30
