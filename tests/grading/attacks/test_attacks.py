"""Every attack in every isolation level: what it gets, and what it leaves behind."""

from __future__ import annotations

import re
from typing import Any

import pytest

from attacks import ATTACKS, CLASSES, Attack, files, vault, world
from attacks.world import Graded, World
from coursekit.grading import isolation

#: The judge's own work on a submission, however hostile, in seconds of processor time.
_JUDGE = 8.0
#: After these classes the next student looks around for what was left. A process of its own
#: shares less with the next one than a worker does.
_LEAVING_THE_WORKER = {"patching", "files", "ending", "resources", "outside", "state"}
_LEAVING = {"process": {"files", "outside", "state"}}

_LOOK = """
def look_around():
    import builtins, fcntl, os, signal, sys
    import colorsys
    found = []
    for place in (".", "/", "/tmp", "/var/tmp", "/dev", "/dev/shm"):
        try:
            found += [f"{place}/{name}" for name in os.listdir(place) if "@trace@" in name]
        except OSError:
            pass
    found += [name for name in os.environ if "ATTACK" in name]
    found += [item.__name__ for item in (sys, builtins, np) if hasattr(item, "coursekit_attack")]
    found += ["colorsys"] if hasattr(colorsys, "SHADOW") else []
    found += ["path"] if "@trace@" in sys.path else []
    found += [f"flags of {n}" for n in (0, 1, 2)
              if fcntl.fcntl(n, fcntl.F_GETFL) & (os.O_APPEND | os.O_NONBLOCK)]
    found += [f"signal of {n}" for n in (0, 1, 2) if fcntl.fcntl(n, fcntl.F_GETSIG)]
    found += ["umask"] if os.umask(0o022) == 0o777 else []
    assert not found, found


@ck.exercise("vault.scale")
def scale(x, factor=2.0):
    look_around()
    return x * factor
""".replace("@trace@", world.TRACE)


@pytest.fixture(scope="module", params=isolation.TIERS)
def here(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """A watched worker of a tier."""
    problem = isolation.problem(request.param)
    if problem:
        pytest.skip(f"{request.param} is not to be had here: {problem}")
    with world.made(request.param, tmp_path_factory.mktemp(f"attacks-{request.param}")) as made:
        yield made


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.label)
def test_attack(attack: Attack, here: World) -> None:
    sources = attack.cells(here.words())
    missing = [text for key, text in vault.RIGHT.items() if f'"{key}"' not in attack.text]
    if attack.statuses == {"missing"}:
        missing = [text for text in missing if "vault.scale" not in text]
    mine = world.notebook([*sources, vault.IMPORTS, *missing])
    notebooks = {"ada": mine, "zoe": world.right_notebook()}
    tier = here.launcher.isolation
    if attack.group in _LEAVING.get(tier, _LEAVING_THE_WORKER):
        notebooks["bob"] = world.right_notebook(scale=_LOOK)
    with here.handed_in(**notebooks):
        before = here.contents()
        graded = here.grade(attack.limit, only=["ada"])
        strangers, traces = here.strangers(), here.traces()
        after = here.contents()
        beyond = attack.beyond.get(tier)
        if beyond and attack.name == "other_students":
            pytest.xfail(beyond)
        # The students who come next on the same worker.
        later = here.grade(only=["bob", "zoe"])
    try:
        check_scores(attack, graded, tier)
        check_secrets(attack, graded, here)
        assert strangers == []
        assert traces == []
        assert after == before
        if "bob" in notebooks:
            assert later.of("bob")["vault.scale"].reason == ""
    except AssertionError as error:
        if beyond is None:
            raise
        pytest.xfail(f"{beyond} ({str(error).splitlines()[0][:100]})")
    finally:
        # Whatever an attack does to itself: others are graded as if it were not there.
        world.check_next(later)


def check_scores(attack: Attack, graded: Graded, tier: str) -> None:
    """The attacker gets what is due, with a reason to act on."""
    own = graded.of("ada")
    record = own["vault.scale"]
    assert record.status in attack.statuses, record
    assert (record.points or 0) <= attack.points, record
    assert (record.points is None) == (record.status == "ungraded"), record
    assert re.search(attack.reason, record.reason), record
    assert record.status == "passed" or record.reason.strip(), record
    assert record.isolation in (tier, "none"), record
    for other in own.values():
        assert len(other.reason) < 1500, len(other.reason)
        if attack.others != "any" and other is not record:
            assert other.status == attack.others, other
    assert graded.judge_seconds < world.JUDGE


def check_secrets(attack: Attack, graded: Graded, here: World) -> None:
    """Nothing hidden is in what the process sent or in what the run has written."""
    mine, neighbour = here.canaries("ada"), here.canaries("zoe")
    if attack.group == "reading":
        secrets = [*world.MARKERS, *mine.labels, *neighbour.labels]
        secrets += [*neighbour.inputs, *neighbour.answers]
        assert world.found_in(graded.heard["ada"], secrets) == []
    for name, content in graded.output.items():
        if name != "grading.secret":
            kept = [*world.MARKERS, *mine.texts, *neighbour.texts]
            assert world.found_in(content, kept) == [], name


def test_every_class_has_an_attack() -> None:
    groups = {attack.group for attack in ATTACKS} | {file.group for file in files.FILES}
    assert groups == set(CLASSES)


def test_right_answers_pass_beside_the_attacks(here: World) -> None:
    with here.handed_in(zoe=world.right_notebook(), bob=world.right_notebook(scale=_LOOK)):
        graded = here.grade()
    world.check_next(graded)
    assert graded.of("bob")["vault.scale"].status == "passed"
