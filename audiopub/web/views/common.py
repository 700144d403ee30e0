"""What every page of the desk needs: its assets, and the language."""

from typing import Annotated

from fastapi import Form, Request
from fastapi.responses import RedirectResponse, Response

from audiopub.messages import LANGUAGES
from audiopub.web.assets import assets
from audiopub.web.guard import GuardedRouter
from audiopub.web.tongue import COOKIE

router = GuardedRouter(surface="desk")

_YEAR = 365 * 24 * 3600


@router.get("/static/{name:path}", public=True)
def static(request: Request, name: str) -> Response:
    """Give a file that pages load; for ever, where its version is asked for."""
    asset = assets().get(name)
    if asset is None:
        return Response(status_code=404, headers={"Cache-Control": "no-store"})
    tag = f'"{asset.version}"'
    kept = f"public, max-age={_YEAR}, immutable" if request.query_params.get("v") == asset.version or name.startswith("fonts/") else "no-cache"
    headers = {"ETag": tag, "Cache-Control": kept, "X-Content-Type-Options": "nosniff"}
    if request.headers.get("If-None-Match") == tag:
        return Response(status_code=304, headers=headers)
    return Response(asset.body, media_type=asset.kind, headers=headers)


@router.post("/language", public=True)
def language(language: Annotated[str, Form(max_length=8)], back: Annotated[str, Form(max_length=2000)] = "/desk/") -> Response:
    """Choose the language of the desk; lead back to where it was chosen."""
    answer = RedirectResponse(back if back.startswith("/desk/") and "\\" not in back else "/desk/", 303)
    if language in LANGUAGES:
        answer.set_cookie(COOKIE, language, max_age=_YEAR, path="/desk", httponly=True, samesite="lax")
    return answer
