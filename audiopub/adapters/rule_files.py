"""The newsroom's own site rules, TOML files in a folder; they count before those that come with audiopub."""

from functools import lru_cache
from pathlib import Path

from audiopub.article.site_rules import SiteRule, SiteRules, parsed_rule, shipped
from audiopub.errors import ConfigInvalid


def own_rules(folder: Path) -> tuple[SiteRule, ...]:
    """Read the rules of a folder, by name; none where it does not exist.

    Raises:
        ConfigInvalid: one of them cannot be used.
    """
    return tuple(read_rule(path) for path in sorted(folder.glob("*.toml"))) if folder.is_dir() else ()


def read_rule(path: Path) -> SiteRule:
    """Read one rule file.

    Raises:
        ConfigInvalid: absent, no text, or not a rule.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError as error:
        raise ConfigInvalid("config.no_rule", path=path) from error
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigInvalid("config.bad_toml", path=path, reason=str(error)) from error
    return parsed_rule(text, path.name.removesuffix(".toml"), str(path))


def all_rules(folder: Path) -> SiteRules:
    """Give the newsroom's rules and then the shipped ones; a file that was changed counts at once.

    Raises:
        ConfigInvalid: one of the newsroom's cannot be used.
    """
    stamp = tuple((path.name, path.stat().st_mtime_ns, path.stat().st_size) for path in sorted(folder.glob("*.toml"))) if folder.is_dir() else ()
    return _rules(folder, stamp) if stamp else shipped()


@lru_cache(maxsize=4)
def _rules(folder: Path, _stamp: tuple[tuple[str, int, int], ...]) -> SiteRules:
    return SiteRules((*own_rules(folder), *shipped().rules))
