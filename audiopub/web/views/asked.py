"""What the screens ask with: the desk behind a request, and the names that may stand in its address."""

from typing import Annotated

from fastapi import Depends, Path, Request

from audiopub.desk.service import EditorsDesk
from audiopub.errors import AudiopubError, Forbidden, NotFound, Outdated, TryAgain


def _desk(request: Request) -> EditorsDesk:
    found: EditorsDesk = request.app.state.desk
    return found


Desk = Annotated[EditorsDesk, Depends(_desk)]
Name = Annotated[str, Path(pattern=r"^[a-z0-9-]{1,100}$")]
"""Of an article, in an address."""

_STATUSES: tuple[tuple[type[AudiopubError], int], ...] = ((Forbidden, 403), (NotFound, 404), (Outdated, 412), (TryAgain, 503))


def status_of(error: AudiopubError) -> int:
    """Give the status with which a screen shows an error: 422 where what was asked cannot be done."""
    return next((status for kind, status in _STATUSES if isinstance(error, kind)), 422)
