"""``import coursekit`` is cheap: heavy packages load on first use."""

import subprocess
import sys


def loaded_by(statement):
    code = f"{statement}\nimport sys\nprint(' '.join(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return set(done.stdout.split())


def test_importing_the_package_loads_nothing_heavy():
    heavy = {"torch", "matplotlib", "IPython", "numpy", "sklearn", "ipywidgets"}
    assert not loaded_by("import coursekit") & heavy


def test_using_an_exercise_needs_neither_torch_nor_plots():
    heavy = {"torch", "matplotlib", "IPython", "sklearn", "ipywidgets"}
    assert not loaded_by("import coursekit as ck; ck.exercise('convolution.conv2d')") & heavy


def test_workers_start_before_anything_heavy_is_loaded():
    assert not loaded_by("import coursekit.grading.pool") & {"numpy", "coursekit.grading.tasks"}


def test_what_every_system_needs_of_the_grader_loads_nothing_that_only_linux_has():
    only_linux = {
        f"coursekit.grading.{name}" for name in ("child.confine", "sandbox", "restricted")
    }
    everywhere = "coursekit.grading.pool, coursekit.grading.tasks, coursekit.grading.isolation"
    assert not loaded_by(f"import {everywhere}") & only_linux


def test_unknown_names_are_refused_as_in_any_module():
    code = (
        "import coursekit\ntry:\n    coursekit.nothing\nexcept AttributeError as e:\n    print(e)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "no attribute 'nothing'" in done.stdout
