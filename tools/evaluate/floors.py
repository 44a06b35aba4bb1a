"""The floors: for each figure the least that is accepted, or, for what is left in, the most.

A floor never sinks by itself: `check` names what fell below one, `raise_floors` takes better figures as floors, and
`lower` is the one way down, for one figure named by hand."""
import json
import math
from pathlib import Path

FILE = Path(__file__).resolve().parent / "floors.json"
# What a figure may lose before its floor is reached: another machine, or a fit with a document more, moves it so much.
MARGIN = 0.003
# Floors have three decimals.
SCALE = 1000


def read(path=None):
    """{"least": {figure: floor}, "most": {figure: floor}}"""
    return json.loads((path or FILE).read_text(encoding="utf-8"))


def write(floors, path=None):
    (path or FILE).write_text(json.dumps(floors, indent=2, sort_keys=True) + "\n")


def is_worse(way, figure, floor):
    return figure < floor if way == "least" else figure > floor


def check(floors, figures, measured):
    """Complaints: figures that are worse than their floors, and floors without a figure. `measured` are the names of the
    sets that were run, each the beginning of its figures' names."""
    complaints = []
    for way, of_way in floors.items():
        for name, floor in of_way.items():
            if name in figures:
                if is_worse(way, figures[name], floor):
                    complaints.append(f"{name} is {figures[name]:.4f}, at {way} {floor:.3f} is accepted")
            elif any(name.startswith(f"{each}.") for each in measured):
                complaints.append(f"{name} was not measured, and has a floor of {floor:.3f}")
    return sorted(complaints)


def raise_floors(floors, figures, ways):
    """Takes every figure that is better than its floor by more than the margin, or that has none. Returns what changed."""
    changed = []
    for name, way in sorted(ways.items()):
        new, old = with_margin(way, figures[name]), floors[way].get(name)
        if old is None or is_worse(way, old, new):
            floors[way][name] = new
            changed.append(f"{name}: {'none' if old is None else format(old, '.3f')} → {new:.3f}")
    return changed


def with_margin(way, figure):
    # Rounded first: a floor is decided by the figure, not by the last bit of a subtraction.
    if way == "least":
        return max(0.0, math.floor(round((figure - MARGIN) * SCALE, 6)) / SCALE)
    return min(1.0, math.ceil(round((figure + MARGIN) * SCALE, 6)) / SCALE)


def lower(floors, wish):
    """`FIGURE=VALUE`: accepts less of a figure that has a floor. Returns what changed."""
    name, _, value = wish.partition("=")
    way = next((way for way in floors if name in floors[way]), None)
    if way is None:
        raise ValueError(f"{name} has no floor")
    try:
        new = float(value)
    except ValueError:
        raise ValueError(f"{wish}: FIGURE=VALUE is wanted, VALUE a number") from None
    old = floors[way][name]
    if not 0.0 <= new <= 1.0 or not is_worse(way, new, old):
        raise ValueError(f"{name}: {value} does not lower its floor, which accepts at {way} {old:.3f}")
    floors[way][name] = new
    return f"{name}: {old:.3f} → {new:.3f}"
