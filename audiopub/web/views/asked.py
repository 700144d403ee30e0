"""What the screens ask with: the desk behind a request, and the names that may stand in its address."""

from typing import Annotated

from fastapi import Depends, Path, Request

from audiopub.desk.service import EditorsDesk
from audiopub.errors import AudiopubError, Forbidden, NotFound, Outdated, TooOften, TryAgain
from audiopub.people import Actor
from audiopub.web.doors import Doors


def _desk(request: Request) -> EditorsDesk:
    found: EditorsDesk = request.app.state.desk
    return found


Desk = Annotated[EditorsDesk, Depends(_desk)]
Name = Annotated[str, Path(pattern=r"^[a-z0-9-]{1,100}$")]
"""Of an article, in an address."""

_STATUSES: tuple[tuple[type[AudiopubError], int], ...] = ((Forbidden, 403), (NotFound, 404), (Outdated, 412), (TooOften, 429), (TryAgain, 503))


def status_of(error: AudiopubError) -> int:
    """Give the status with which a screen shows an error: 422 where what was asked cannot be done."""
    return next((status for kind, status in _STATUSES if isinstance(error, kind)), 422)


def limited(request: Request, what: str, actor: Actor) -> None:
    """See that somebody does not ask for sound all the time.

    Raises:
        TooOften: more often than is allowed.
    """
    doors: Doors = request.app.state.doors
    doors.limited(what, actor)
