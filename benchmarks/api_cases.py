"""Ask the API what its own description allows and forbids, and follow its links; count what it answered that is not described.

``python benchmarks/api_cases.py [CASES]``: a real server, a silent voice, a worker, seeded articles. Prints JSON; ends with 1 where a server error or an answer that
is not described was found.
"""

import json
import os
import re
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent.parent))
from benchmarks.api_place import ApiPlace, opened

ROOT = Path(__file__).parent.parent
CHECKS = (
    "not_a_server_error", "status_code_conformance", "content_type_conformance", "response_headers_conformance", "response_schema_conformance",
    "negative_data_rejection", "ignored_auth", "ensure_resource_availability", "unsupported_method",
)  # fmt: skip
"""All but three: cancelled jobs stay to be looked at, as do episodes whose draft is taken off the desk; what is right by its form may still be refused (an article
that is too short); and no header is demanded but If-Match, by 428."""

LINKED = "^(createArticle|getArticle|renderArticle|getScript|getChecks|setTitle|patchBlock|publishArticle|getJob|getJobEvents|cancelJob|withdrawArticle|discardDraft)$"
"""What leads from one to the next."""

_STEPS = 6
"""Requests of one scenario, about."""

_A_ROUTE = 46
"""Operations, about; a run's cases are so many times its examples."""


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What came of it."""

    cases: int
    statuses: Counter[int] = field(default_factory=Counter)
    failures: tuple[str, ...] = ()
    """Each with the name of its check."""

    said: str = ""

    def with_(self, other: "Asked") -> "Asked":
        """Add another run."""
        statuses = self.statuses + other.statuses
        return Asked(cases=self.cases + other.cases, statuses=statuses, failures=self.failures + other.failures, said=self.said + other.said)

    @property
    def server_errors(self) -> int:
        """Count the answers of 500 and above."""
        return sum(count for status, count in self.statuses.items() if status >= 500)  # noqa: PLR2004


def asked(place: ApiPlace, names: Sequence[str], home: Path, *, examples: int, phases: str = "fuzzing,stateful", seed: int = 1, only: str = "") -> Asked:
    """Have Schemathesis ask.

    Args:
        place: whom.
        names: of articles that are there.
        home: a folder for its report.
        examples: cases of one operation in each phase.
        phases: of Schemathesis.
        seed: of its chances.
        only: pattern of the names of operations; empty for all.
    """
    report = home / "cases.ndjson"
    config = home / "schemathesis.toml"
    config.write_text(f'headers = {{ Authorization = "Bearer {place.token}" }}\nrequest-timeout = 60\n[phases.stateful]\nmax-steps = 12\n', encoding="utf-8")
    command = [
        sys.executable, "-m", "schemathesis.cli", "--config-file", str(config), "run", f"{place.api}/openapi.json", "--phases", phases, "-n", str(examples),
        "--seed", str(seed), "--checks", ",".join(CHECKS), "--report", "ndjson", "--report-ndjson-path", str(report), "--no-color",
        "--generation-database", "none", "--continue-on-failure", "--warnings", "off", "--no-shrink", "--suppress-health-check", "all",
    ]  # fmt: skip
    command += ["--include-operation-id-regex", only] if only else []
    environment = {**os.environ, "SCHEMATHESIS_HOOKS": "benchmarks.api_hooks", "AUDIOPUB_API_NAMES": json.dumps(list(names)), "PYTHONPATH": str(ROOT), "NO_PROXY": "*"}
    done = subprocess.run(command, capture_output=True, text=True, env=environment, cwd=home, check=False)
    statuses, failures = _counted(report)
    return Asked(cases=sum(statuses.values()), statuses=statuses, failures=failures, said=done.stdout + done.stderr)


def _counted(report: Path) -> tuple[Counter[int], tuple[str, ...]]:
    statuses: Counter[int] = Counter()
    failures: list[str] = []
    for line in report.read_text(encoding="utf-8").splitlines() if report.exists() else ():
        _walk(json.loads(line), statuses, failures)
    return statuses, tuple(failures)


def _walk(value: Any, statuses: Counter[int], failures: list[str]) -> None:
    if isinstance(value, dict):
        if isinstance(value.get("status_code"), int) and "headers" in value:
            statuses[value["status_code"]] += 1
        if value.get("status") == "failure" and "name" in value:
            failures.append(str(value["name"]))
        for inner in value.values():
            _walk(inner, statuses, failures)
    elif isinstance(value, list):
        for inner in value:
            _walk(inner, statuses, failures)


def main() -> int:
    cases = int(sys.argv[1]) if len(sys.argv) > 1 else 2000
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        with opened(home, limits=False) as place:
            names = place.seed(12)
            found = asked(place, names, home, examples=max(1, cases // _A_ROUTE // 2), phases="examples,coverage,fuzzing")
            followed, seed = Asked(cases=0), 0
            while followed.cases < cases:
                seed += 1
                followed = followed.with_(asked(place, names, home, examples=cases // _STEPS, phases="stateful", seed=seed, only=LINKED))
            found = found.with_(followed)
    counts = {"cases": found.cases, "stateful": followed.cases, "server_errors": found.server_errors, "undescribed": dict(Counter(found.failures))}
    print(json.dumps({**counts, "statuses": dict(sorted(found.statuses.items()))}))
    if found.failures or not found.cases:
        print(re.sub(r"\n{3,}", "\n\n", found.said)[-20_000:])
    return 1 if found.failures or found.server_errors or not found.cases else 0


if __name__ == "__main__":
    sys.exit(main())
