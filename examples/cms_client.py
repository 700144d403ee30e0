"""A newsroom's system sends an article, has it read, and publishes it: python3 cms_client.py SHOW SOURCE_ID article.html [--publish]."""  # noqa: INP001

import json
import os
import sys
import urllib.request
from pathlib import Path
from typing import Any

URL, KEY = os.environ["AUDIOPUB_URL"] + "/api/v1", os.environ["AUDIOPUB_KEY"]


def ask(method: str, path: str, body: object = None, **headers: str) -> Any:
    """Ask the API; an error is raised with its sentence."""
    request = urllib.request.Request(URL + path, json.dumps(body).encode() if body is not None else None, method=method)  # noqa: S310
    for name, value in {"Authorization": f"Bearer {KEY}", "Content-Type": "application/json", **headers}.items():
        request.add_header(name.replace("_", "-"), value)
    return urllib.request.urlopen(request, timeout=300)  # noqa: S310


def finished(job: dict[str, Any]) -> dict[str, Any]:
    """Wait for a job by its events; the last one says how it ended."""
    with ask("GET", f"/jobs/{job['id']}/events") as events:
        told = [json.loads(line[6:]) for line in events if line.startswith(b"data: ")]
    sys.stderr.write(f"{told[-1]['state']}\n")
    return dict(told[-1])


show, source_id, path = sys.argv[1:4]
sent = {"show": show, "source_id": source_id, "html": Path(path).read_text(encoding="utf-8")}
name = json.load(ask("POST", "/articles", sent))["article"]["name"]  # 201 where it is new, 200 where it was there
job = json.load(ask("POST", f"/articles/{name}/render"))["job"]
if finished(job)["state"] != "done":
    sys.exit(1)
sys.stdout.write(f"{name}\n")
if "--publish" in sys.argv:
    proof = json.load(ask("GET", f"/articles/{name}"))["proof"]["fingerprint"]
    wish = {"fingerprint": proof, "accept": ["heard"]}  # nobody listened to it; an editor would
    sys.exit(finished(json.load(ask("POST", f"/articles/{name}/publish", wish, Idempotency_Key=f"{proof}-{os.getpid()}"))["job"])["state"] != "done")
