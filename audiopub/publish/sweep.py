"""Orphans: files of audiopub's own making that nothing names any more, left by runs that were killed."""

import re
from collections.abc import Iterator
from datetime import datetime

from audiopub.publish.archive import all_files
from audiopub.publish.catalog import Catalog
from audiopub.publish.model import State
from audiopub.publish.paging import PAGE_FILES, paged
from audiopub.publish.selection import Outlet
from audiopub.publish.served import GONE
from audiopub.publish.store import Store, Stored

_OURS = re.compile(r"(?:feed-|index-)?\d{4}-\d\d-\d\d-[a-z0-9-]+\.[a-z0-9.]+|\.tmp-[0-9-]+")
"""Names that only audiopub gives; whatever else lies in a show's folder is somebody's own."""


def orphans(outlet: Outlet, store: Store, catalog: Catalog, before: datetime) -> Iterator[Stored]:
    """Find files of a show that no episode and no page of the feed names, and half-written ones.

    Args:
        outlet: the show.
        store: where its files are.
        catalog: what is published, embargoed and withdrawn.
        before: younger files are left alone: another run may be about to name them.
    """
    channel = outlet.channel
    named = {page.file(*kind) for page in paged(outlet.episodes(catalog)) for kind in PAGE_FILES}
    for episode in catalog.episodes(channel.slug):
        files = {*all_files(episode), *episode.former_audio, *episode.former_files}
        if episode.state is State.PUBLISHED or episode.notice:
            named |= files
        named |= {name + GONE for name in files}
    prefix = channel.key("")
    for stored in store.keys(prefix):
        name = stored.key.removeprefix(prefix)
        if name not in named and _OURS.fullmatch(name) and stored.changed < before:
            yield stored
