"""Do by hand what the first stage of deploy/Dockerfile does, in a folder: python scripts/build_stage.py PYTHON FOLDER.

COPY copies from the project, as far as .dockerignore lets it through; RUN runs in sh; folders at the top of the image are folders in FOLDER. Standard library only.
"""

import fnmatch
import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TOPS = ("src", "wheels", "opt")
"""Folders at the top of the image that the stage uses."""


def instructions(text: str) -> Iterator[tuple[str, str]]:
    """Give name and arguments of each instruction up to the second FROM."""
    text = re.sub(r"^\s*#.*\n", "", text, flags=re.MULTILINE)
    stages = 0
    for line in re.sub(r"\\\n", " ", text).splitlines():
        name, _, rest = line.partition(" ")
        stages += name == "FROM"
        if stages > 1:
            return
        if name:
            yield name, rest.strip()


def ignored(folder: str, names: list[str]) -> list[str]:
    """Tell which names of a folder .dockerignore keeps out; it lets little through at the top, so below that only ``**/`` matters."""
    patterns = [line.removeprefix("**/") for line in (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines() if line.startswith("**/")]
    return [name for name in names for pattern in patterns if fnmatch.fnmatch(name, pattern)] if folder else []


def allowed(name: str) -> bool:
    """Tell whether .dockerignore lets a name at the top through."""
    return f"!{name}" in (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()


def copy(arguments: str, where: Path) -> None:
    """Copy from the project."""
    *sources, target = arguments.split()
    for source in sources:
        if not allowed(source):
            sys.exit(f"COPY {source}: .dockerignore keeps it out")
        if (ROOT / source).is_dir():
            shutil.copytree(ROOT / source, where / target, ignore=ignored)
        else:
            shutil.copy(ROOT / source, where / target)


def main() -> None:
    """Run the stage."""
    python, folder = Path(sys.argv[1]), Path(sys.argv[2]).resolve()
    shims = folder / "shims"
    shims.mkdir(parents=True)
    (shims / "python").write_text(f'#!/bin/sh\nexec {shlex.quote(str(python))} "$@"\n', encoding="utf-8")
    (shims / "python").chmod(0o755)
    environment = {**os.environ, "PATH": f"{shims}:{os.environ['PATH']}"}
    where = folder
    for name, rest in instructions((ROOT / "deploy" / "Dockerfile").read_text(encoding="utf-8")):
        if name == "WORKDIR":
            where = folder / rest.lstrip("/")
            where.mkdir(parents=True, exist_ok=True)
        elif name == "ENV":
            environment |= dict(word.split("=", 1) for word in rest.split())
        elif name == "COPY":
            copy(rest, where)
        elif name == "RUN":
            command = re.sub(rf"(?<![\w.])/({'|'.join(TOPS)})\b", lambda top: f"{folder}/{top[1]}", rest)
            subprocess.run(["/bin/sh", "-ec", command], cwd=where, env=environment, check=True)  # noqa: S603


if __name__ == "__main__":
    main()
