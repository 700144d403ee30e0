"""In which language somebody is answered."""

from starlette.requests import HTTPConnection
from starlette.types import Scope

from audiopub.messages import LANGUAGES, Language

COOKIE = "lang"


def tongue(scope: Scope) -> Language:
    """Give the language of a request: as chosen at the desk, else the first that the browser wants and we speak, else Vietnamese."""
    asked = HTTPConnection(scope)
    wanted = [asked.cookies.get(COOKIE, ""), *(part.split(";")[0].strip().lower()[:2] for part in asked.headers.get("accept-language", "").split(","))]
    return next((language for part in wanted for language in LANGUAGES if language == part), "vi")
