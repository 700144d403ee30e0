"""The process in which pages are parsed: ``python -m audiopub.adapters.worker_process CPU_SECONDS MEMORY_BYTES RULES``.

Tasks come on standard input, answers go to standard output; see :mod:`audiopub.adapters.worker`.
"""

import json
import os
import resource
import sys
from pathlib import Path
from typing import Any, BinaryIO

from audiopub.adapters.rule_files import all_rules
from audiopub.adapters.worker import LENGTH
from audiopub.article import extract
from audiopub.article.extract import reading_of
from audiopub.article.proposed_rule import proposed_rule
from audiopub.article.record import to_record
from audiopub.article.shown import shown
from audiopub.article.site_rules import SiteRules
from audiopub.errors import BadInput, ConfigInvalid
from audiopub.source import Page, PageForm
from audiopub.source.listing import entries

_WARM = Page(body="<html><body><p>Chợ phiên vùng cao họp sớm, người bán hàng đến từ nửa đêm.</p></body></html>".encode(), name="-", identity="-", form=PageForm.HTML)


def main() -> None:
    """Answer tasks until standard input ends."""
    cpu, memory = int(sys.argv[1]), int(sys.argv[2])
    rules = Path(sys.argv[3])
    tasks, answers = sys.stdin.buffer, os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # whatever a library prints is no answer
    extract(_WARM)  # the libraries are loaded before the limits, so that no page pays for them
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    _send(answers, b"ready")
    while (about := _received(tasks)) is not None:
        body = _received(tasks) or b""
        used = resource.getrusage(resource.RUSAGE_SELF)
        resource.setrlimit(resource.RLIMIT_CPU, (int(used.ru_utime + used.ru_stime) + cpu + 1, resource.RLIM_INFINITY))
        _send(answers, json.dumps(_answer(json.loads(about), body, rules)).encode())


def _answer(about: dict[str, Any], body: bytes, rules: Path) -> dict[str, Any]:
    task = about["task"]
    page = Page(body=body, name=about["name"], identity=about["identity"], form=PageForm(about["form"]), url=about["url"], charset=about["charset"])
    try:
        if task == "entries":
            return {"result": [{"url": e.url, "title": e.title, "when": e.when.isoformat() if e.when else None} for e in entries(page)]}
        if task == "rule":
            return {"result": proposed_rule(about["host"], page, reading_of(page, SiteRules()))}
        if task == "shown":
            return {"result": shown(page)}
        return {"result": to_record(extract(page, all_rules(rules)))}
    except (BadInput, ConfigInvalid) as error:
        return {"code": error.code, "details": {name: str(value) if not isinstance(value, int) else value for name, value in error.details.items()}}
    except MemoryError:
        raise  # nothing can be trusted any more: the process ends, and the page is refused
    except Exception as error:  # noqa: BLE001  a page that breaks a parser is refused, and named
        return {"code": "article.unreadable", "details": {"source": page.name, "reason": f"{type(error).__name__}: {error}"[:300]}}


def _received(stream: BinaryIO) -> bytes | None:
    head = stream.read(LENGTH.size)
    return stream.read(LENGTH.unpack(head)[0]) if len(head) == LENGTH.size else None


def _send(stream: BinaryIO, message: bytes) -> None:
    stream.write(LENGTH.pack(len(message)) + message)
    stream.flush()


if __name__ == "__main__":
    main()
