"""What the routes of the API find in the application that they are part of."""

import threading
from typing import Annotated

from fastapi import Depends, Request

from audiopub.desk.office import Office, office_of
from audiopub.desk.service import EditorsDesk
from audiopub.messages import Language
from audiopub.web.problems import language_of

_LOCK = threading.Lock()


def desk_of(request: Request) -> EditorsDesk:
    """Give the desk of the application."""
    desk: EditorsDesk = request.app.state.desk
    return desk


def beside(request: Request) -> Office:
    """Give what stands beside the desk, made when it is first asked for."""
    state = request.app.state
    with _LOCK:
        if not hasattr(state, "office"):
            state.office = office_of(desk_of(request))
    office: Office = state.office
    return office


Desk = Annotated[EditorsDesk, Depends(desk_of)]
Beside = Annotated[Office, Depends(beside)]
Tongue = Annotated[Language, Depends(language_of)]
