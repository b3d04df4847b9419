"""Attacks with tensors, models and trainings, on a worker that has torch."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pytest
import toy

from attacks import vault, world
from coursekit.core.spec import Case, Code, Exercise, Lesson, Limits
from coursekit.grading import isolation

_LIMITS = Limits(seconds=3.0, memory_mb=1024)


def double(x: Any) -> Any:
    """Multiply a tensor by two."""
    return x * 2


def _tensors(rng: np.random.Generator) -> list[Case]:
    import torch

    return [Case("canary-tensor", (torch.from_numpy(rng.normal(size=(4, 6))),))]


DOUBLE = Exercise(
    "vault.double",
    double,
    _tensors(np.random.default_rng(0)),
    _tensors,
    (),
    ("a", "b"),
    allowed=("numpy", "torch"),
    limits=_LIMITS,
)

DRIVER = Code(
    "drive",
    """
def drive(train, x, y):
    predict = train(x, y)
    x = yield None
    yield predict(x)
""",
)


def train(x: np.ndarray, y: np.ndarray) -> Any:
    """Return the nearest class mean."""
    means = np.array([x[y == k].mean(axis=0) for k in (0, 1)])
    return lambda z: np.argmin(((z[:, None] - means) ** 2).sum(axis=2), axis=1)


def _blobs(rng: np.random.Generator) -> list[Case]:
    y = rng.integers(0, 2, size=80)
    x = rng.normal(size=(80, 2)) + 4 * y[:, None]
    return [Case("canary-blobs", (x[:40], y[:40]), expected=y[40:], then=(x[40:],))]


TRAIN = Exercise(
    "vault.train",
    train,
    _blobs(np.random.default_rng(1)),
    _blobs,
    (),
    ("a", "b"),
    allowed=("numpy", "torch"),
    limits=_LIMITS,
    driver=DRIVER,
    accept=toy.accurate,
)
LESSON = Lesson(98, "vault", "Vault", vault.NOTEBOOK, (DOUBLE, TRAIN))

_IMPORTS = "import coursekit as ck\nimport numpy as np\nimport torch\n"
_RIGHT_DOUBLE = "return x * 2"
_RIGHT_TRAIN = """
means = np.array([x[y == k].mean(axis=0) for k in (0, 1)])
return lambda z: np.argmin(((z[:, None] - means) ** 2).sum(axis=2), axis=1)
"""

#: What ``double(x)`` does, the statuses that it may get, and what the reason says.
DOUBLES = {
    "subclass": (
        "class Yes(torch.Tensor):\n"
        "    @classmethod\n"
        "    def __torch_function__(cls, *args, **kwargs):\n"
        "        return True\n"
        "return torch.zeros(4, 6).as_subclass(Yes)",
        "failed",
        "is a (Yes|bool)|is True",
    ),
    "patched": (
        "torch.allclose = torch.equal = torch.Tensor.__eq__ = lambda *a, **k: True\n"
        "torch.testing.assert_close = lambda *a, **k: None\n"
        "return x * 0",
        "failed",
        ".",
    ),
    "meta": ("return torch.empty(4, 6, dtype=x.dtype, device='meta')", "failed error", "."),
    "expanded": ("return torch.ones(1).expand(10**6, 10**6)", "failed error memory", "."),
    "sparse": ("return (x * 2).to_sparse()", "failed error", "."),
    "quantised": (
        "return torch.quantize_per_tensor((x * 2).float(), 0.1, 0, torch.qint8)",
        "failed error",
        ".",
    ),
    "complex": ("return (x * 2).to(torch.complex128).conj()", "failed", "."),
    "nan": ("return x * float('nan')", "failed", "NaN"),
    "half": ("return (x * 2).to(torch.bfloat16)", "failed error", "."),
    "broadcasts": ("return (x * 2)[None]", "failed", "shape"),
    "in-place": ("return x.mul_(2)", "failed", "changed its argument"),
    "array": ("return (x * 2).numpy()", "failed", "tensor"),
    "numpy-method": (
        "torch.Tensor.numpy = torch.Tensor.detach = lambda *a, **k: np.zeros(3)\nreturn x * 0",
        "failed error",
        ".",
    ),
    "workers": (
        "torch.set_num_threads(64)\n"
        "data = torch.utils.data.DataLoader(range(9), num_workers=4)\n"
        "return x * len(list(data))",
        "failed error timeout",
        ".",
    ),
    "compiler": (
        "from torch.utils import cpp_extension\n"
        "cpp_extension.load_inline('m', 'int f() { return 1; }', functions=['f'])\n"
        "return x",
        "failed error",
        ".",
    ),
    "download": ("return torch.hub.load('pytorch/vision', 'resnet18')", "error", "."),
    "pickle": (
        "import io, os\n"
        "class Gadget:\n"
        "    def __reduce__(self):\n"
        "        return os.system, ('touch @out@/@trace@-torch',)\n"
        "stream = io.BytesIO()\n"
        "torch.save(Gadget(), stream)\n"
        "stream.seek(0)\n"
        "torch.load(stream, weights_only=False)\n"
        "return x",
        "failed error",
        ".",
    ),
    "memory": ("return torch.ones(1 << 29)", "memory", "Used more than 1024 MB"),
    "gradient": ("return (x.clone().requires_grad_() * 2)", "passed failed", ""),
}
#: What ``train(x, y)`` does.
TRAINS = {
    "reads-the-driver": (
        "import sys\n"
        "def predict(z):\n"
        "    frame = sys._getframe(1)\n"
        "    found = [v for v in frame.f_locals.values() if type(v) is np.ndarray]\n"
        "    right = [v for v in found if v.shape == (40,)]\n"
        "    return right[0] if right else np.zeros(40, int)\n"
        "return predict",
        "failed",
        "labels are right",
    ),
    "everything-yes": ("return lambda z: np.ones(40, int)", "failed", "labels are right"),
    "giant": ("return lambda z: np.broadcast_to(np.int64(1), (10**6, 10**6))", "failed", "label"),
    "shape": ("return lambda z: np.ones((40, 1), int)", "failed", "label"),
    "objects": (
        "class Yes:\n    def __eq__(self, other):\n        return True\n"
        "return lambda z: np.full(40, Yes(), object)",
        "failed ungraded",
        ".",
    ),
    "no-function": ("return None", "error failed", "."),
    "never-ends": ("while True:\n    pass", "timeout", "Stopped after 3.0 s"),
}


def sources(double: str, train: str) -> list[str]:
    """Return the cells of a notebook with these two bodies."""
    cells = [_IMPORTS]
    for name, head, body in (("double", "x", double), ("train", "x, y", train)):
        inside = "\n".join(f"    {line}" for line in body.strip("\n").splitlines())
        cells.append(f'@ck.exercise("vault.{name}")\ndef {name}({head}):\n{inside}')
    return cells


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """A watched worker of the strongest tier that there is."""
    tier = next(tier for tier in isolation.TIERS if isolation.problem(tier) is None)
    with world.made(tier, tmp_path_factory.mktemp("torch")) as made:
        yield made


def test_tensors_and_trainings(here: world.World) -> None:
    words = {"@out@": here.words()["out"], "@trace@": world.TRACE}
    notebooks = {"zoe": world.notebook(sources(_RIGHT_DOUBLE, _RIGHT_TRAIN))}
    for name, (body, _, _) in DOUBLES.items():
        for word, meaning in words.items():
            body = body.replace(word, meaning)
        notebooks[f"double-{name}"] = world.notebook(sources(body, _RIGHT_TRAIN))
    for name, (body, _, _) in TRAINS.items():
        notebooks[f"train-{name}"] = world.notebook(sources(_RIGHT_DOUBLE, body))
    with here.handed_in(**notebooks):
        graded = here.grade(lesson=LESSON)
        traces = here.traces()
    for kind, table in (("double", DOUBLES), ("train", TRAINS)):
        for name, (_, statuses, reason) in table.items():
            record = graded.of(f"{kind}-{name}")[f"vault.{kind}"]
            assert record.status in statuses.split(), record
            assert re.search(reason, record.reason), record
            assert not record.points or "passed" in statuses, record
    world.check_next(graded)
    assert traces == []
