"""Show files found, read and checked whole; a mistake is named with what would be right."""

import difflib
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import get_args

from pydantic import BaseModel, ValidationError

from audiopub.config.categories import CATEGORIES
from audiopub.config.show import Show
from audiopub.config.tables import ShowFile
from audiopub.errors import ConfigInvalid

_SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")


def read_show(path: Path) -> Show:
    """Read a show file.

    Raises:
        ConfigInvalid: it is absent, no TOML, or says something that cannot be.
    """
    try:
        raw = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise ConfigInvalid("config.no_show_file", path=path) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigInvalid("config.bad_toml", path=path, reason=str(error)) from error
    except OSError as error:
        raise ConfigInvalid("config.bad_toml", path=path, reason=error.strerror or str(error)) from error
    slug = path.stem
    if not _SLUG.fullmatch(slug):
        raise ConfigInvalid("config.bad_value", path=path, key="file name", value=slug, reason="small letters a-z, digits and hyphens")
    try:
        file = ShowFile.model_validate(raw)
    except ValidationError as error:
        raise _explained(path, error) from error
    if file.subcategory and file.subcategory not in CATEGORIES[file.category]:
        known = ", ".join(CATEGORIES[file.category]) or "none"
        raise ConfigInvalid("config.bad_value", path=path, key="subcategory", value=file.subcategory, reason=f"under {file.category}: {known}")
    return Show(slug=slug, path=path, file=file)


def find_show(feeds: Path, name: str | None) -> Show:
    """Find the show a person means: by path, by name under the feeds folder, or the only one there is.

    Raises:
        ConfigInvalid: there is none, or more than one.
    """
    if name is not None:
        return read_show(Path(name) if name.endswith(".toml") else feeds / f"{name}.toml")
    present = sorted(feeds.glob("*.toml"))
    if len(present) > 1:
        raise ConfigInvalid("config.several_shows", shows=", ".join(path.stem for path in present))
    return read_show(present[0] if present else feeds / "show.toml")


def _explained(path: Path, error: ValidationError) -> ConfigInvalid:
    # A mistyped key also leaves the right one missing: the mistyping is the thing to say.
    first = min(error.errors(), key=lambda fault: fault["type"] != "extra_forbidden")
    key = ".".join(map(str, first["loc"]))
    if first["type"] == "extra_forbidden":
        return ConfigInvalid("config.unknown_key", path=path, key=key, nearest=_nearest(tuple(map(str, first["loc"]))))
    if first["type"] == "missing":
        return ConfigInvalid("config.missing_key", path=path, key=key, hint=f"{key} = …")
    return ConfigInvalid("config.bad_value", path=path, key=key, value=first["input"], reason=first["msg"].removeprefix("Value error, "))


def _nearest(location: tuple[str, ...]) -> str:
    """Find the known key that looks most like an unknown one, in its own table first, then anywhere."""
    *parents, wrong = location
    known = [".".join((*where, name)) for where, names in known_keys() for name in names]
    wanted = ".".join((*parents, wrong))
    by_name = {name.rsplit(".", 1)[-1]: name for name in reversed(known)}
    close = difflib.get_close_matches(wanted, known, 1, 0.6) or [by_name[name] for name in difflib.get_close_matches(wrong, by_name, 1, 0.0)]
    return close[0]


def known_keys() -> list[tuple[tuple[str, ...], list[str]]]:
    """Give every key that a show file may have, by the table it stands in."""
    return list(_tables((), ShowFile))


def _tables(where: tuple[str, ...], table: type[BaseModel]) -> Iterator[tuple[tuple[str, ...], list[str]]]:
    """Give the keys of a table and of the tables in it, by where they stand."""
    yield where, list(table.model_fields)
    for name, known in table.model_fields.items():
        kinds = [known.annotation, *get_args(known.annotation)]
        for inner in (kind for kind in kinds if isinstance(kind, type) and issubclass(kind, BaseModel)):
            yield from _tables((*where, name), inner)
