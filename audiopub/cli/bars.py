"""Progress of long work on a terminal."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from audiopub.cli.face import say
from audiopub.pipeline import Progress

ProgressOf = Callable[[str], Progress]
_BARS = 6
_NAME = 32


@contextmanager
def bars(*, quiet: bool) -> Iterator[ProgressOf]:
    """Show the progress of each article on standard error where it is a terminal."""
    if quiet or not sys.stderr.isatty():
        yield lambda _name: lambda _stage, _done, _of: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn
    from rich.progress import Progress as Bar

    stages = {name: say(f"say.{name}") for name in ("extracting", "speaking", "measuring", "encoding", "listening", "publishing")}
    columns = (TextColumn("{task.fields[name]}"), TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Bar(*columns, console=Console(stderr=True), transient=True) as bar:

        def progress_of(name: str) -> Progress:
            for task in bar.tasks[:-_BARS]:
                bar.remove_task(task.id)
            shown = bar.add_task(say("say.rendering"), total=1, name=name.rpartition("/")[2][:_NAME] or name[:_NAME])
            return lambda stage, done, of: bar.update(shown, description=stages[stage], completed=done, total=of)

        yield progress_of
