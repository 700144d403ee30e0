"""A catalog whose every record is also in the archive: the database is the truth, the manifest follows it."""

import contextlib
import logging
from collections.abc import Mapping

from audiopub.adapters.sql.database import Database
from audiopub.adapters.sql.manifest_rows import manifest_in, none_noted, noted, stale_manifests
from audiopub.errors import AudiopubError, ConfigInvalid, Overtaken
from audiopub.publish.catalog import ReadableCatalog
from audiopub.publish.manifests import has_manifests, put_manifest
from audiopub.publish.model import Episode
from audiopub.publish.store import Store

_LOG = logging.getLogger("audiopub")
_PAGE = 500


class ManifestedCatalog:
    """A catalog in a database, with manifests beside it. An archive that is down costs no commit: its manifests are written later."""

    def __init__(self, catalog: ReadableCatalog, database: Database, archive: Store) -> None:
        """Use a catalog.

        Args:
            catalog: the one that counts.
            database: in which it is.
            archive: where manifests go; nobody is served from it.
        """
        self._catalog, self._database, self._archive = catalog, database, archive
        self._looked = False

    def episodes(self, show: str) -> tuple[Episode, ...]:
        """Give a show's episodes, newest first."""
        return self._catalog.episodes(show)

    def readable(self, show: str) -> tuple[tuple[Episode, ...], Mapping[str, ConfigInvalid]]:
        """Give a show's episodes that can be read, newest first, and by its id what is wrong with each other one."""
        return self._catalog.readable(show)

    def find(self, show: str, episode_id: str) -> Episode | None:
        """Give an episode."""
        return self._catalog.find(show, episode_id)

    def commit(self, show: str, episode: Episode) -> None:
        """Record an episode, then put its manifest."""
        self._catalog.commit(show, episode)
        with contextlib.suppress(_Away):
            self._followed(show, episode.id)

    def catch_up(self) -> int:
        """Put the manifests that are not in the archive yet; tell how many were put before the archive gave no answer.

        The first time it is looked whether the archive has any: all are put into one that took the place of a lost one.
        """
        done, after = 0, ("", "")
        try:
            self._look()
        except (AudiopubError, OSError) as error:
            _LOG.warning("manifests: %s", error)
            return 0
        while page := stale_manifests(self._database, _PAGE, after):
            for show, episode_id in page:
                try:
                    done += self._followed(show, episode_id)
                except _Away:
                    return done
            after = page[-1]
        return done

    def _look(self) -> None:
        if not self._looked and not has_manifests(self._archive):
            none_noted(self._database)
        self._looked = True

    def _followed(self, show: str, episode_id: str) -> bool:
        try:
            put = put_manifest(self._archive, show, episode_id, lambda: manifest_in(self._database, show, episode_id))
            if put is None:
                _LOG.warning("manifest of %s/%s: the archive has a newer one; see audiopub rebuild-catalog", show or "_", episode_id)
                return False
            noted(self._database, put)
        except (AudiopubError, OSError) as error:
            _LOG.warning("manifest of %s/%s: %s", show or "_", episode_id, error)
            if isinstance(error, Overtaken):
                return False
            raise _Away from error
        return True


class _Away(Exception):
    """The archive or the database gives no answer; what could not be put is noted as such."""
