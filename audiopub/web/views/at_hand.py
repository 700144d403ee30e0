"""What the routes of all screens reach for."""

from collections.abc import Mapping
from datetime import date, datetime
from functools import partial
from typing import Any

from fastapi import Request
from fastapi.responses import HTMLResponse

from audiopub.desk.service import EditorsDesk
from audiopub.errors import AudiopubError
from audiopub.messages import Language, catalog
from audiopub.people import Line as AuditLine
from audiopub.people import Reception
from audiopub.web.pages import moment, page
from audiopub.web.tongue import tongue


def desk_of(request: Request) -> EditorsDesk:
    """Give the desk that is asked."""
    found: EditorsDesk = request.app.state.desk
    return found


def reception_of(request: Request) -> Reception:
    """Give whoever knows people and keys."""
    found: Reception = request.app.state.doors.reception
    return found


def language_of(request: Request) -> Language:
    """Give the language of whoever asks."""
    return tongue(request.scope)


def chosen_show(request: Request, wanted: str = "") -> str:
    """Give the show that a screen is about: as asked for, else the first one; empty where there is none."""
    slugs = [slug for slug, _ in desk_of(request).shows()]
    return wanted if wanted in slugs else next(iter(slugs), "")


def sentence_of(request: Request, error: AudiopubError | None) -> str:
    """Say an error, or nothing."""
    return error.sentence(language_of(request)) if error else ""


class _Lenient(dict[str, Any]):
    """Details of another release may lack one."""

    def __missing__(self, key: str) -> str:
        return "…"


def worded(request: Request, key: str, details: Mapping[str, Any]) -> str:
    """Say a key of the catalogs with details that were written down some time ago; what neither catalog nor details have is shown as it is."""
    known = catalog(language_of(request))
    try:
        return known[key].format_map(_Lenient(details)) if key in known else key
    except (ValueError, TypeError, IndexError, AttributeError):
        return key


def screen(request: Request, template: str, *, status: int = 200, headers: Mapping[str, str] | None = None, **values: object) -> HTMLResponse:
    """Fill a template of the house's screens, which may also say ``worded(key, details)`` and ``day("2026-11-26")``."""
    return page(request, f"house/{template}", status=status, headers=headers, worded=partial(worded, request), day=partial(day_of, request), **values)


def day_of(request: Request, text: str) -> str:
    """Write a date as the language does; what is none stays as it is."""
    try:
        found = date.fromisoformat(text)
    except ValueError:
        return text
    return f"{found:%d/%m/%Y}" if language_of(request) == "vi" else text


def act_of(request: Request, line: AuditLine) -> str:
    """Say in words what somebody did."""
    details = {name: _readable(request, name, value) for name, value in line.details.items()}
    return worded(request, ACTS.get(line.act, f"audit.{line.act}"), details)


def _readable(request: Request, name: str, value: object) -> object:
    """Put a detail as people say it: a moment, a role, several things."""
    if isinstance(value, list):
        return ", ".join(map(str, value))
    if name == "at" and isinstance(value, str) and "T" in value:  # of a split it is a place in the text
        return moment(datetime.fromisoformat(value))
    return worded(request, ROLE_NAMES[value], {}) if name == "role" and value in ROLE_NAMES else value


ROLE_NAMES = {"viewer": "desk.role_viewer", "editor": "desk.role_editor", "publisher": "desk.role_publisher", "admin": "desk.role_admin"}


ACTS = {
    "submitted": "desk.did_submitted", "newer_waits": "desk.did_newer_waits", "opened": "desk.did_opened",
    "edit_include": "desk.did_edit_include", "edit_rekind": "desk.did_edit_rekind", "edit_rewrite": "desk.did_edit_rewrite", "edit_split": "desk.did_edit_split",
    "edit_merge": "desk.did_edit_merge", "edit_retitle": "desk.did_edit_retitle", "edit_manner": "desk.did_edit_manner", "edit_day": "desk.did_edit_day",
    "edit_accept": "desk.did_edit_accept", "edit_undo": "desk.did_edit_undo", "newer_left": "desk.did_newer_left", "newer_taken": "desk.did_newer_taken",
    "discarded": "desk.did_discarded", "render": "desk.did_render", "cancel": "desk.did_cancel", "retry": "desk.did_retry", "heard": "desk.did_heard",
    "publish": "desk.did_publish", "schedule": "desk.did_schedule", "reissue": "desk.did_reissue", "unschedule": "desk.did_unschedule",
    "withdraw": "desk.did_withdraw", "restore": "desk.did_restore", "rollback": "desk.did_rollback", "night": "desk.did_night",
    "lexicon_save": "desk.did_lexicon_save", "lexicon_remove": "desk.did_lexicon_remove", "lexicon_import": "desk.did_lexicon_import",
    "webhook_add": "desk.did_webhook_add", "webhook_remove": "desk.did_webhook_remove",
    "webhook_rotate": "desk.did_webhook_rotate", "webhook_switch": "desk.did_webhook_switch", "webhook_ping": "desk.did_webhook_ping",
    "webhook_redeliver": "desk.did_webhook_redeliver",
}  # fmt: skip
"""What is said of each act of the desk; those of people and keys have sentences of their own in the group ``audit``."""
