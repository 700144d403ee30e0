"""What happens to articles while somebody looks."""

from audiopub.desk.model import Happening, name_of
from audiopub.desk.sounding import told
from audiopub.desk.tools import Tools
from audiopub.jobs import Job
from audiopub.jobs.events import Changes
from audiopub.people import Actor, Permission


class Watch:
    """The jobs of articles that changed since it was last asked, each change once."""

    def __init__(self, changes: Changes) -> None:
        """Watch a store's changes."""
        self._changes = changes

    def new(self) -> tuple[Happening, ...]:
        """Give what happened since, in its order."""
        return tuple(Happening(at_ms=job.changed, name=_name(job), progress=told(job)) for job in self._changes.new() if _name(job))


class Watching:
    """Lets people see what happens."""

    def __init__(self, tools: Tools) -> None:
        """Work with tools."""
        self._tools = tools

    def watch(self, actor: Actor, since: int = 0) -> Watch:
        """Begin to watch.

        Args:
            actor: who does.
            since: moment of what was seen last; 0 to begin with what happens from now on.
        """
        actor.must(Permission.READ)
        return Watch(Changes(self._tools.jobs, since or self._tools.jobs.clock()))


def _name(job: Job) -> str:
    """Give the article that a job is about; empty for one that is about several, or about none that is known yet."""
    identity = job.order.wish.get("_identity", "")
    return name_of(job.order.show, str(identity)) if identity else ""
