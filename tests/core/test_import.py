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


def test_unknown_names_are_refused_as_in_any_module():
    code = (
        "import coursekit\ntry:\n    coursekit.nothing\nexcept AttributeError as e:\n    print(e)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "no attribute 'nothing'" in done.stdout
