"""The editors' desk: one object that every face asks."""

from collections.abc import Callable
from datetime import datetime

from audiopub.config import Settings
from audiopub.desk.drafting import Drafting, Submission
from audiopub.desk.house import House
from audiopub.desk.listing import Lists
from audiopub.desk.readings import Readings
from audiopub.desk.releasing import Releasing
from audiopub.desk.tools import VIETNAM, Tools
from audiopub.desk.watching import Watching

__all__ = ["EditorsDesk", "Submission"]


class EditorsDesk(Lists, Drafting, Readings, Releasing, House, Watching):
    """All that is done at the desk. Threads may share it.

    Who does it comes first in every method; what that one may not do raises :class:`Forbidden`, and what was done is written down under the name.
    """

    def __init__(self, settings: Settings, now: Callable[[], datetime] = lambda: datetime.now(VIETNAM)) -> None:
        """Open the desk of an installation.

        Args:
            settings: folders and limits.
            now: the present moment, aware.
        """
        tools = Tools.of(settings, now)
        for part in (Lists, Drafting, Readings, Releasing, House, Watching):
            part.__init__(self, tools)
        self.settings, self.tools = settings, tools
