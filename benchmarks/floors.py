"""Pinned floors of quality that only rise."""

import json
from collections.abc import Mapping
from pathlib import Path

FLOORS = Path(__file__).parent / "floors.json"
_SLACK = 0.0005
"""A single flipped paragraph moves a mean by more than this."""


def below(gate: str, figures: Mapping[str, float]) -> list[str]:
    """Say which figures of a gate lie below their floors."""
    floors: dict[str, float] = json.loads(FLOORS.read_text(encoding="utf-8")).get(gate, {})
    return [f"{name}: {figures[name]:.4f} is below the floor {floor:.4f}" for name, floor in floors.items() if figures[name] < floor - _SLACK]


def judged(gate: str, figures: Mapping[str, float], *, pin: bool) -> bool:
    """Print what lies below its floor, after pinning the figures where that is asked for; tell whether all is well."""
    if pin:
        raise_floors(gate, figures)
    faults = below(gate, figures)
    print("\n".join(faults))
    return not faults


def raise_floors(gate: str, figures: Mapping[str, float]) -> None:
    """Pin the figures of a gate where they are above their floors; a floor is never lowered."""
    everything = json.loads(FLOORS.read_text(encoding="utf-8")) if FLOORS.exists() else {}
    floors = everything.setdefault(gate, {})
    for name, figure in figures.items():
        floors[name] = max(floors.get(name, 0.0), round(figure, 4))
    FLOORS.write_text(json.dumps(everything, indent=1, sort_keys=True) + "\n", encoding="utf-8")
