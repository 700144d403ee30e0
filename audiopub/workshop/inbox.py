"""Pages on their way from where they were found to where they are spoken: kept by their content, where every machine can read them."""

import hashlib
import json
from collections.abc import Collection
from datetime import datetime

from audiopub.errors import BadInput
from audiopub.publish.store import Store
from audiopub.source import Page, PageForm


class Inbox:
    """Pages in the archive, which is never served."""

    def __init__(self, archive: Store) -> None:
        """Use an archive."""
        self._archive = archive

    def put(self, page: Page) -> str:
        """Keep a page; give the key under which it is had again."""
        said = {"name": page.name, "identity": page.identity, "form": page.form, "url": page.url, "charset": page.charset}
        about = json.dumps(said, ensure_ascii=False).encode()
        key = hashlib.sha256(about + b"\n" + page.body).hexdigest()  # two sources may hold the same bytes
        self._archive.put(f"inbox/{key}.body", page.body)
        self._archive.put(f"inbox/{key}.json", about)
        return key

    def get(self, key: str) -> Page:
        """Give a page.

        Raises:
            BadInput: it is gone.
        """
        said, body = self._archive.get(f"inbox/{key}.json"), self._archive.get(f"inbox/{key}.body")
        if said is None or body is None:
            raise BadInput("job.page_lost", page=key)
        found = json.loads(said)
        return Page(body=body, name=found["name"], identity=found["identity"], form=PageForm(found["form"]), url=found["url"], charset=found["charset"])

    def sweep(self, before: datetime, keep: Collection[str] = ()) -> int:
        """Remove the pages that were put before a moment, but for some by their keys; give how many files those were."""
        old = [stored.key for stored in self._archive.keys("inbox/") if stored.changed < before and stored.key[len("inbox/") :].partition(".")[0] not in keep]
        for key in old:
            self._archive.remove(key)
        return len(old)
