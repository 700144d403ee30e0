"""What is deployed: files that parse, keep to what they promise each other, and name commands that exist."""

import os
import re
import shlex
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import pytest
import yaml

from audiopub.cli.main import main_group
from audiopub.config import Settings
from tests.conftest import ROOT

DEPLOY = ROOT / "deploy"
UNITS = sorted((DEPLOY / "systemd").glob("*.service"))
TIMERS = sorted((DEPLOY / "systemd").glob("*.timer"))
PAGES = (ROOT / "docs/operations.md", ROOT / "docs/van-hanh.md")
AUDIOPUB = "/opt/audiopub/bin/audiopub"


# Lines of commands


def unit(path: Path) -> dict[str, list[tuple[str, str]]]:
    """Read a unit: sections with their lines, keys repeated as they stand."""
    sections: dict[str, list[tuple[str, str]]] = {}
    lines: list[tuple[str, str]] = []
    for line in path.read_text(encoding="utf-8").replace("\\\n", " ").splitlines():
        if heading := re.fullmatch(r"\[(\w+)\]", line):
            lines = sections.setdefault(heading[1], [])
        elif line and not line.startswith(("#", ";")):
            key, equals, value = line.partition("=")
            assert equals and re.fullmatch(r"[A-Z]\w+", key), f"{path.name}: {line}"
            lines.append((key, value))
    return sections


def of(path: Path, section: str, key: str) -> list[str]:
    """Give the values of a key."""
    return [value for name, value in unit(path)[section] if name == key]


def compose() -> Any:
    """Read the compose file."""
    return yaml.safe_load((DEPLOY / "compose.yaml").read_text(encoding="utf-8"))


def in_shell(text: str) -> Iterator[list[str]]:
    """Find the calls of audiopub in a line of shell."""
    lexer = shlex.shlex(text, posix=True, punctuation_chars=True)
    lexer.whitespace_split = True
    call: list[str] = []
    for token in [*lexer, ";"]:
        if set(token) <= set("();&|"):
            yield from called(call)
            call = []
        else:
            call.append(token)


def called(words: list[str]) -> Iterator[list[str]]:
    """Give what audiopub is called with, whoever calls it in whose name."""
    redirected = next((at for at, word in enumerate(words) if set(word) <= set("<>&")), len(words))
    words = [word for word in words[:redirected] if not (word.isdecimal() and redirected < len(words) and word == words[redirected - 1])]
    while words and re.match(r"\w+=", words[0]):
        words = words[1:]
    if words[:2] == ["sudo", "-u"]:
        words = words[3:]
    if words[:2] == ["docker", "compose"] and "exec" in words:
        words = words[words.index("exec") + 2 :]
    if len(words) > 1 and words[0] in {"audiopub", AUDIOPUB}:
        yield words[1:]


def on_page(text: str) -> Iterator[list[str]]:
    """Find the calls of audiopub in fenced shell and between backticks."""
    for block in re.findall(r"^```sh\n(.*?)^```", text, re.MULTILINE | re.DOTALL):
        for line in block.replace("\\\n", " ").splitlines():
            yield from in_shell(line)
    for span in re.findall(r"`(audiopub [^`]+)`", re.sub(r"^```.*?^```", "", text, flags=re.MULTILINE | re.DOTALL)):
        yield from in_shell(span)


def cron_lines() -> list[str]:
    """Give the commands of the crontab, without their five fields, as cron hands them to the shell."""
    lines = (DEPLOY / "crontab").read_text(encoding="utf-8").splitlines()
    jobs = [line for line in lines if line and not re.match(r"#|\w+=", line)]
    commands = [re.fullmatch(r"(?:[\d*,/-]+ ){5}(\S.*)", line) for line in jobs]
    assert all(commands)
    found = [command[1] for command in commands if command]
    assert not any(re.search(r"(?<!\\)%", line) for line in found), "cron takes an % for the end of the line"
    return [line.replace(r"\%", "%") for line in found]


def everywhere() -> Iterator[tuple[str, list[str]]]:
    """Give every call of audiopub, with where it stands."""
    for path in UNITS:
        for value in of(path, "Service", "ExecStart"):
            words = shlex.split(value)
            calls = in_shell(words[2].replace("%%", "%")) if words[0] == "/bin/sh" else iter([words[1:]])
            yield from ((path.name, call) for call in calls)
    for line in cron_lines():
        yield from (("crontab", call) for call in in_shell(line))
    for kind, words in re.findall(r"^(?:HEALTHCHECK.* )?(CMD|ENTRYPOINT) (\[.*\])$", (DEPLOY / "Dockerfile").read_text(encoding="utf-8"), re.MULTILINE):
        called = yaml.safe_load(words)
        if kind == "CMD":
            yield "Dockerfile", called[1:] if called[0] == "audiopub" else called
    for name, service in compose()["services"].items():
        if service["image"] == "audiopub":
            yield f"compose.yaml {name}", service["command"]
    for path in PAGES:
        yield from ((path.name, call) for call in on_page(path.read_text(encoding="utf-8")))


CALLS = list(everywhere())


def faults(words: list[str]) -> str:
    """Tell what the command line would say against a call's command and options; nothing where it takes them."""
    command: click.Command = main_group
    context = click.Context(main_group, info_name="audiopub")
    rest = words[2:] if words[0] == "--lang" else words
    while isinstance(command, click.Group) and rest:
        found = command.get_command(context, rest[0])
        if found is None:
            return f"no command {rest[0]}"
        command, rest = found, rest[1:]
        context = click.Context(command, info_name=command.name, parent=context)
    try:
        _, left, _ = command.make_parser(context).parse_args(list(rest))
    except click.UsageError as error:
        return error.format_message()
    return f"too many words: {left}" if left else ""


@pytest.mark.parametrize(("where", "words"), CALLS, ids=[f"{where}: {' '.join(words)}" for where, words in CALLS])
def test_commands_exist(where: str, words: list[str]) -> None:
    """Every command line that an administrator is given names commands and options that there are."""
    assert faults(words) == "", where


def test_nothing_is_overlooked() -> None:
    """The calls are found, wherever they stand."""
    found = {where.split()[0] for where, _ in CALLS}
    assert found == {"crontab", "Dockerfile", "compose.yaml", *(path.name for path in (*UNITS, *PAGES))}
    assert [words[0] for where, words in CALLS if where == "crontab"] == ["nightly", "backup", "backup", "doctor"]
    assert [words for where, words in CALLS if where == "audiopub-backup.service"] == [["backup", "make", "--force", "$f"], ["backup", "check", "$f"]]


@pytest.mark.parametrize(
    ("page", "calls"),
    [
        ("a `audiopub serve --port 1` b", [["serve", "--port", "1"]]),
        ("```sh\nAUDIOPUB_LANG=vi audiopub doctor | less\n```\n", [["doctor"]]),
        ("```sh\ncd /srv && sudo -u audiopub /opt/audiopub/bin/audiopub init\n```\n", [["init"]]),
        ('```sh\nsaid=$(audiopub doctor --fresh 26h 2>&1) || echo "$said"\n```\n', [["doctor", "--fresh", "26h"]]),
        ("```sh\ndocker compose -f a.yaml exec worker-1 audiopub jobs list\n```\n", [["jobs", "list"]]),
        ("```sh\nsudo systemctl stop audiopub-worker\nbash -c 'cd a; exec bash'\n```\n", []),
    ],
)
def test_calls_are_found(page: str, calls: list[list[str]]) -> None:
    """The finder knows the ways in which audiopub is called on these pages."""
    assert list(on_page(page)) == calls


@pytest.mark.parametrize("words", [["sing"], ["serve", "--sing"], ["feed", "sing"], ["serve", "--port"], ["serve", "a", "b"], ["--lang", "vi", "sing"]])
def test_what_does_not_exist_is_seen(words: list[str]) -> None:
    """A command or an option that is made up is found out."""
    assert faults(words)


NAMED = sorted(
    {
        name
        for path in (*DEPLOY.rglob("*"), *PAGES)
        if path.is_file() and path.name != ".env"
        for name in re.findall(r"AUDIOPUB_[A-Z]+(?:_[A-Z]+)*", path.read_text(encoding="utf-8"))
    }
)


@pytest.mark.parametrize("name", NAMED)
def test_settings_exist(name: str) -> None:
    """A setting that is not known would be passed over without a word, so none may be named that is not."""
    known = {f"AUDIOPUB_{field.upper()}" for field in Settings.__dataclass_fields__}
    assert name in known | {"AUDIOPUB_LANG", "AUDIOPUB_AUTHOR", "AUDIOPUB_LOG"}


# systemd

NEEDED = {
    "ProtectSystem": "strict",
    "ProtectHome": "yes",
    "PrivateTmp": "yes",
    "NoNewPrivileges": "yes",
    "CapabilityBoundingSet": "",
    "RestrictNamespaces": "yes",
    "MemoryDenyWriteExecute": "yes",
    "User": "audiopub",
    "WorkingDirectory": "/srv/audiopub",
    "EnvironmentFile": "-/etc/audiopub/audiopub.env",
}


@pytest.mark.parametrize("path", UNITS, ids=[path.stem for path in UNITS])
def test_units_are_shut_in(path: Path) -> None:
    """No unit is more open than the others, none hides code in /tmp from the offline voice, and what it writes to is made before."""
    said = dict(unit(path)["Service"])
    assert {key: said.get(key) for key in NEEDED} == NEEDED
    assert "/tmp" not in said.get("NoExecPaths", "")  # noqa: S108  a path of systemd
    made = re.findall(r"^d (\S+)", (DEPLOY / "systemd/tmpfiles.conf").read_text(encoding="utf-8"), re.MULTILINE)
    assert set(said["ReadWritePaths"].split()) <= set(made)


def test_a_worker_is_kept_alive() -> None:
    """The worker speaks to systemd, is ended only after its step, and started again whatever happened but for settings that cannot be used."""
    said = dict(unit(DEPLOY / "systemd/audiopub-worker.service")["Service"])
    wanted = {"Type": "notify", "Restart": "always", "RestartPreventExitStatus": "2 8", "KillMode": "mixed", "TimeoutStopSec": "90"}
    assert {key: said[key] for key in wanted} == wanted
    assert int(said["WatchdogSec"]) > 75, "a database may be away for 75 seconds"  # adapters.sql.database._PATIENCE


@pytest.mark.parametrize("path", TIMERS, ids=[path.stem for path in TIMERS])
def test_timers_go_by_vietnams_clock(path: Path) -> None:
    """A timer has a unit that runs to its end, and goes by Vietnam's clock wherever the machine is."""
    assert of(path.with_suffix(".service"), "Service", "Type") == ["oneshot"]
    assert all(value.endswith(" Asia/Ho_Chi_Minh") for value in of(path, "Timer", "OnCalendar"))
    assert of(path, "Timer", "Persistent") == ["true"]


def test_a_failed_night_is_not_repeated() -> None:
    """Only what is worth trying again is tried again: an article that was refused is refused in five minutes as well."""
    prevented = of(DEPLOY / "systemd/audiopub-nightly.service", "Service", "RestartPreventExitStatus")[0].split()
    documented = set(re.findall(r"^\| (\d+) \|", (ROOT / "README.md").read_text(encoding="utf-8"), re.MULTILINE))
    assert set(prevented) == documented - {"0", "75", "77", "130"}  # nobody is asked there what he may


# cron


@pytest.fixture
def machine(tmp_path: Path) -> Path:
    """A machine's folders under another one, with a command that writes down how it was called and fails where it is told to."""
    for folder in ("srv/audiopub", "etc/audiopub", "var/backups/audiopub", "bin"):
        (tmp_path / folder).mkdir(parents=True)
    (tmp_path / "etc/audiopub/audiopub.env").write_bytes((DEPLOY / "systemd/audiopub.env").read_bytes())
    stub = tmp_path / "bin/audiopub"
    stub.write_text(f'#!/bin/sh\necho "$PWD $AUDIOPUB_LANG $*" >>{tmp_path}/called\necho said\nexit "${{FAILS:-0}}"\n', encoding="utf-8")
    stub.chmod(0o755)
    return tmp_path


def run_line(line: str, machine: Path, **environment: str) -> str:
    """Run a line as cron would, and give what would be mailed."""
    moved = re.sub(r"(?<!\S)/(?=srv|etc|var)", f"{machine}/", line).replace("f=/var", f"f={machine}/var")
    done = subprocess.run(["/bin/sh", "-c", moved], env={"PATH": f"{machine}/bin:{os.environ['PATH']}", **environment}, capture_output=True, text=True, check=False)
    assert done.stderr == ""
    return done.stdout


def test_cron_runs_with_the_settings(machine: Path) -> None:
    """Each line runs in the working folder, with the settings of the machine; the copy is named after the day and looked at."""
    for line in cron_lines():
        run_line(line, machine)
    at = f"{machine}/srv/audiopub vi"
    copies = rf"{machine}/var/backups/audiopub/audiopub-\d{{4}}-\d\d-\d\d\.backup"
    wanted = [f"{at} nightly", f"{at} backup make --force {copies}", f"{at} backup check {copies}", f"{at} doctor --fresh 26h"]
    called = (machine / "called").read_text(encoding="utf-8").splitlines()
    assert [bool(re.fullmatch(want, call)) for want, call in zip(wanted, called, strict=True)] == [True] * 4


def test_cron_mails_what_is_wrong(machine: Path) -> None:
    """The look at the last night is mailed only where it is not well."""
    doctor = cron_lines()[2]
    assert run_line(doctor, machine) == ""
    assert run_line(doctor, machine, FAILS="8") == "said\n"


def test_a_copy_that_failed_removes_no_older_one(machine: Path) -> None:
    """Old copies go only after a new one was made and looked at."""
    old = machine / "var/backups/audiopub/audiopub-2020-01-01.backup"
    old.touch()
    os.utime(old, (0, 0))
    run_line(cron_lines()[1], machine, FAILS="75")
    assert old.exists()
    run_line(cron_lines()[1], machine)
    assert not old.exists()


# Containers


def test_the_image_runs_as_nobody() -> None:
    """The last stage has a user by number, no compiler, and begins from the same Python as the first."""
    text = (DEPLOY / "Dockerfile").read_text(encoding="utf-8")
    bases = re.findall(r"^FROM (\S+)", text, re.MULTILINE)
    assert len(bases) == 2 and set(bases) == {"python:3.13-slim"}
    last = text.rpartition("\nFROM ")[2]
    assert re.search(r"^USER [1-9]\d*:[1-9]\d*$", last, re.MULTILINE)
    assert not re.search(r"apt-get|gcc|build-essential", last)
    assert "\nHEALTHCHECK " in last and '\nENTRYPOINT ["audiopub"]' in last


def test_what_is_copied_is_let_through() -> None:
    """.dockerignore keeps everything out but what the Dockerfile copies."""
    through = {line[1:] for line in (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines() if line.startswith("!")}
    copied = {word for words in re.findall(r"^COPY (?!--from)(.+) \S+$", (DEPLOY / "Dockerfile").read_text(encoding="utf-8"), re.MULTILINE) for word in words.split()}
    assert through == copied and all((ROOT / name).exists() for name in copied)


def test_services_wait_for_what_they_need() -> None:
    """Who waits for health waits for a service that has a health check; who waits for an end, for one that is not started again for ever."""
    services = compose()["services"]
    for service in services.values():
        for needed, how in service.get("depends_on", {}).items():
            if how["condition"] == "service_healthy":
                assert "healthcheck" in services[needed]
            else:
                assert (how["condition"], services[needed]["restart"]) == ("service_completed_successfully", "on-failure")


def test_services_keep_their_own() -> None:
    """Each has a name and a state folder of its own, all the same database and buckets; none but the desk, which keeps lexicons there, may write to the show files; /tmp may hold code."""
    ours = [service for service in compose()["services"].values() if service["image"] == "audiopub"]
    assert len(ours) == 4
    names = [service["environment"]["AUDIOPUB_WORKER"] for service in ours]
    states = [volume for service in ours for volume in service["volumes"] if volume.endswith(":/srv/audiopub/.audiopub")]
    assert len(set(names)) == len(set(states)) == 4
    for key in ("AUDIOPUB_DB", "AUDIOPUB_STORE", "AUDIOPUB_ARCHIVE"):
        assert len({service["environment"][key] for service in ours}) == 1
    for service in ours:
        desk = service["environment"]["AUDIOPUB_WORKER"] == "desk"
        assert ("../feeds:/srv/audiopub/feeds" if desk else "../feeds:/srv/audiopub/feeds:ro") in service["volumes"]
        assert service["tmpfs"] == ["/tmp:exec,mode=1777"]  # noqa: S108  a path in a container


def test_secrets_are_asked_for() -> None:
    """No secret stands in the file; each is one that compose refuses to start without, and is named in the file to fill in."""
    text = (DEPLOY / "compose.yaml").read_text(encoding="utf-8")
    asked = set(re.findall(r"\$\{(\w+)", text))
    assert asked == set(re.findall(r"^(\w+)=$", (DEPLOY / "compose.env").read_text(encoding="utf-8"), re.MULTILINE))
    assert set(re.findall(r"\$\{(\w+):\?\}", text)) == {"POSTGRES_PASSWORD", "S3_ACCESS_KEY", "S3_SECRET_KEY"}
    assert "/deploy/.env" in (ROOT / ".gitignore").read_text(encoding="utf-8").splitlines()
