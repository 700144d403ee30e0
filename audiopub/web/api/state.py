"""What the routes of the API find in the application that they are part of."""

from typing import Annotated

from fastapi import Depends, Request

from audiopub.desk.service import EditorsDesk
from audiopub.desk.office import Office
from audiopub.messages import Language
from audiopub.web.problems import language_of


def desk_of(request: Request) -> EditorsDesk:
    """Give the desk of the application."""
    desk: EditorsDesk = request.app.state.desk
    return desk


def office_of(request: Request) -> Office:
    """Give what stands beside the desk: kept answers, batches, published files."""
    office: Office = request.app.state.office
    return office


Desk = Annotated[EditorsDesk, Depends(desk_of)]
Beside = Annotated[Office, Depends(office_of)]
Tongue = Annotated[Language, Depends(language_of)]
