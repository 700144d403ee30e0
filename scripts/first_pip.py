"""Put pip into a virtual environment where Python came without it, as on Debian and Ubuntu.

Usage: python first_pip.py VENV_PYTHON. Fetches pip's newest wheel from the package index (PIP_INDEX_URL, else
PyPI), compares its hash with the index's, and lets that pip install itself. Standard library only.
"""

import hashlib
import html
import os
import re
import subprocess
import sys
import tempfile
import urllib.parse
import urllib.request
from pathlib import Path

INDEX = os.environ.get("PIP_INDEX_URL", "https://pypi.org/simple").rstrip("/")
WHEEL = re.compile(r'href="(?P<link>[^"#]*/(?P<name>pip-(?P<version>\d+(?:\.\d+)+)-py3-none-any\.whl)[^"#]*)#sha256=(?P<digest>[0-9a-f]{64})"')


def newest(page: str) -> re.Match[str]:
    """Find the newest release on an index page."""
    found = list(WHEEL.finditer(html.unescape(page)))
    if not found:
        sys.exit(f"{INDEX}/pip/ lists no wheel of pip")
    return max(found, key=lambda match: tuple(map(int, match["version"].split("."))))


def fetched(url: str) -> bytes:
    """Fetch from the index."""
    if not url.startswith(("https://", "http://", "file://")):
        sys.exit(f"{url} is no address of a package index")
    with urllib.request.urlopen(url, timeout=60) as answer:  # noqa: S310  the scheme is checked above
        return bytes(answer.read())


def main() -> None:
    """Install pip."""
    page_url = f"{INDEX}/pip/"
    release = newest(fetched(page_url).decode())
    wheel = fetched(urllib.parse.urljoin(page_url, release["link"]))
    if hashlib.sha256(wheel).hexdigest() != release["digest"]:
        sys.exit(f"{release['name']} is not what the index promises")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / release["name"]
        path.write_bytes(wheel)
        command = [sys.argv[1], f"{path}/pip", "install", "--quiet", "--disable-pip-version-check", "--no-index", str(path)]
        subprocess.run(command, check=True)  # noqa: S603


if __name__ == "__main__":
    main()
