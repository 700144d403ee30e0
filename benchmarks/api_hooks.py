"""What Schemathesis is told of a newsroom that is there: names of its articles, its show, versions; so that it comes further than 404.

Loaded by Schemathesis itself (``SCHEMATHESIS_HOOKS=benchmarks.api_hooks``); ``AUDIOPUB_API_NAMES`` has the names.
"""

import json
import os
import random
import re
from typing import Any

import schemathesis

from benchmarks.newsroom import page, written

_NAMES: list[str] = json.loads(os.environ.get("AUDIOPUB_API_NAMES", "[]"))
_SHOW = "thoi-su"
_CHANCE = random.Random(7)
_MOSTLY = 0.8
_REAL = re.compile(rf"{_SHOW}-[0-9a-f]{{16}}")


@schemathesis.hook
def before_call(context: Any, case: Any, kwargs: Any) -> None:
    """Let what is meant to be right be about something that is there."""
    del context, kwargs
    meta = case.meta
    if meta is None or str(meta.generation.mode.value) != "positive" or _CHANCE.random() > _MOSTLY:
        return
    path, query, headers, body = case.path_parameters or {}, case.query or {}, case.headers or {}, case.body
    if path.get("name") and not _REAL.fullmatch(path["name"]):  # one that a link led to stays
        path["name"] = _CHANCE.choice(_NAMES)
    if "block" in path:
        path["block"] = f"b{_CHANCE.randint(1, 12)}"
    if "If-Match" in headers:
        headers["If-Match"] = _CHANCE.choice(["*", '"1-0-0"', '"2-0-0"'])
    if "show" in query:
        query["show"] = _SHOW
    if case.operation.definition.raw.get("operationId") == "createArticle":
        case.body = _article()
    elif isinstance(body, dict):
        _fitted(body)


def _article() -> dict[str, Any]:
    number = _CHANCE.randrange(60)
    words = page(written(number), "").decode()
    return {"show": _SHOW, "source_id": f"hoi-{number}", "html": words}


def _fitted(body: dict[str, Any]) -> None:
    if "show" in body:
        body["show"] = _SHOW
    if isinstance(body.get("items"), list):
        for item in body["items"]:
            if isinstance(item, dict) and "name" in item:
                item["name"] = _CHANCE.choice(_NAMES)
