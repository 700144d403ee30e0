"""What the routes of the API find in the application that they are part of."""

from typing import Annotated

from fastapi import Depends, Request

from audiopub.desk.service import EditorsDesk
from audiopub.desk.tools import DeskTools
from audiopub.messages import Language
from audiopub.web.problems import language_of


def desk_of(request: Request) -> EditorsDesk:
    """Give the desk of the application."""
    desk: EditorsDesk = request.app.state.desk
    return desk


def tools_of(request: Request) -> DeskTools:
    """Give what stands beside the desk: kept answers, batches, published files."""
    tools: DeskTools = request.app.state.tools
    return tools


Desk = Annotated[EditorsDesk, Depends(desk_of)]
Tools = Annotated[DeskTools, Depends(tools_of)]
Tongue = Annotated[Language, Depends(language_of)]
