"""Reads the texts and lists that the office can replace: app/content/*.yaml."""

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from app.formats.plain_yaml import Named, UnreadableFileError, read

FOLDER = Path(__file__).parent.parent / "content"


@dataclass(frozen=True)
class Section:
    id: str
    heading: str
    text: str  # Markdown.


@dataclass(frozen=True)
class Page:
    title: str
    summary: str
    sections: tuple[Section, ...]


@dataclass(frozen=True)
class Identifier:
    """Whose part the office is, and the links of the department, each with its label and address."""

    agency: str
    links: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Acronym:
    acronym: str
    name: str


@dataclass(frozen=True)
class About(Page):
    acronyms: tuple[Acronym, ...]


@dataclass(frozen=True)
class Resource:
    title: str
    address: str
    summary: str
    topics: tuple[str, ...]  # Slugs.


@dataclass(frozen=True)
class ResourceGroup:
    heading: str
    resources: tuple[Resource, ...]


@dataclass(frozen=True)
class Resources:
    title: str
    summary: str
    groups: tuple[ResourceGroup, ...]

    def on(self, topic: str) -> list[Resource]:
        """The resources that belong to a topic, by its slug."""
        return [entry for group in self.groups for entry in group.resources if topic in entry.topics]


def about(language: str = "en", own: Path | None = None) -> About:
    """``own`` is a folder whose files win over ours."""
    data = _content("about", language, own)
    acronyms = tuple(Acronym(entry["acronym"], entry["name"]) for entry in data["acronyms"])
    return About(data["title"], data["summary"], _sections(data), acronyms)


def resources(language: str = "en", own: Path | None = None) -> Resources:
    data = _content("resources", language, own)
    groups = tuple(
        ResourceGroup(group["heading"], tuple(_resource(entry) for entry in group["resources"]))
        for group in data["groups"]
    )
    return Resources(data["title"], data["summary"], groups)


def page(name: str, language: str = "en", own: Path | None = None) -> Page:
    """One of the standing pages: accessibility, privacy, contact."""
    data = _content("pages", language, own)[name]
    return Page(data["title"], data["summary"], _sections(data))


def identifier(language: str = "en", own: Path | None = None) -> Identifier:
    data = _content("identifier", language, own)
    return Identifier(data["agency"], tuple((entry["label"], entry["address"]) for entry in data["links"]))


def catalogue(name: str) -> list[Named]:
    """The entries of series.yaml or topics.yaml, in their order."""
    return list(_content(name, "en"))


def _sections(data: Named) -> tuple[Section, ...]:
    return tuple(Section(entry["id"], entry["heading"], entry["text"]) for entry in data["sections"])


def _resource(entry: Named) -> Resource:
    return Resource(entry["title"], entry["address"], entry["summary"], tuple(entry["topics"]))


@lru_cache(maxsize=32)
def _content(name: str, language: str, own: Path | None = None) -> Any:
    folders = [own, FOLDER] if own else [FOLDER]
    paths = [folder / file for folder in folders for file in (f"{name}.{language}.yaml", f"{name}.yaml")]
    path = next(path for path in paths if path.exists())
    try:
        return read(path.read_text(encoding="utf-8"))
    except UnreadableFileError as error:
        raise UnreadableFileError(f"{path.name}: {error}") from error
