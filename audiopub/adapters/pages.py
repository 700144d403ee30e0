"""The archive of fetched pages as files: bodies by their hash, packed; one index file an address."""

import gzip
import hashlib
import json
import zlib
from datetime import datetime
from pathlib import Path
from typing import Any

from audiopub.adapters.files import write_whole
from audiopub.source import Page, PageForm


class FileArchive:
    """Pages in a folder that is never served."""

    def __init__(self, root: Path) -> None:
        """Use a folder; it is made when the first page is kept."""
        self._root = root

    def kept(self, url: str) -> Page | None:
        """Give the latest version of a page; one whose file is damaged counts as absent."""
        for version in reversed(self.versions(url)):
            try:
                body = gzip.decompress(self._body(version["sha256"]).read_bytes())
                page = _page(url, version, body)
            except (OSError, EOFError, zlib.error, KeyError, ValueError, TypeError):
                continue
            if page.sha256 == version["sha256"]:
                return page
        return None

    def keep(self, page: Page) -> bool:
        """Keep a page under its name."""
        versions = self.versions(page.name)
        body = self._body(page.sha256)
        if not body.exists():
            # No time and no name in the packed file: the same page gives the same bytes.
            write_whole(body, gzip.compress(page.body, 6, mtime=0))
        fresh = not versions or versions[-1].get("sha256") != page.sha256
        record = {
            "fetched": page.fetched.isoformat() if page.fetched else None, "sha256": page.sha256, "bytes": len(page.body), "final_url": page.url,
            "form": page.form, "charset": page.charset, "etag": page.etag, "last_modified": page.last_modified,
        }  # fmt: skip
        history = [*versions, record] if fresh else [*versions[:-1], record]
        write_whole(self._index(page.name), json.dumps({"url": page.name, "versions": history}, ensure_ascii=False, indent=1).encode())
        return fresh

    def versions(self, url: str) -> list[dict[str, Any]]:
        """Give what is known of every version of a page, oldest first; nothing where its index is damaged."""
        try:
            found = json.loads(self._index(url).read_text(encoding="utf-8"))["versions"]
        except (OSError, ValueError, KeyError, TypeError):
            return []
        return found if isinstance(found, list) else []

    def _index(self, url: str) -> Path:
        name = hashlib.sha256(url.encode()).hexdigest()
        return self._root / "index" / name[:2] / f"{name}.json"

    def _body(self, sha256: str) -> Path:
        return self._root / "bodies" / sha256[:2] / f"{sha256}.gz"


def _page(url: str, version: dict[str, Any], body: bytes) -> Page:
    final = version["final_url"] or url
    return Page(
        body=body, name=url, identity=final, form=PageForm(version["form"]), url=final, charset=version["charset"],
        fetched=datetime.fromisoformat(version["fetched"]) if version["fetched"] else None, etag=version["etag"], last_modified=version["last_modified"],
    )  # fmt: skip
