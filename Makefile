# `make lab` opens the course, `make test` runs every test; both install what is missing first.
# A certain Python: make lab PYTHON=/path/to/python3.12
# More arguments:   make lab ARGS="--port 9000 --no-browser"    make test ARGS="-k convolution"

PYTHON ?=
ARGS ?=

VENV := .venv
RUN := $(VENV)/bin/python -m
STAMP := $(VENV)/.installed

.DEFAULT_GOAL := help
.PHONY: help lab test lint notebooks bench constraints FORCE

help: ## Show this list
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  make \1~\2/p' Makefile | awk -F'~' '{printf "%-18s %s\n", $$1, $$2}'

lab: $(STAMP) ## Open JupyterLab on the first notebook
	@$(RUN) coursekit lab $(ARGS)

test: lint ## Check the style and run every test
	$(RUN) pytest $(ARGS)

lint: $(STAMP) ## Check style and types
	$(RUN) ruff check .
	$(RUN) ruff format --check .
	$(RUN) mypy

notebooks: $(STAMP) ## Execute every notebook in place and store its outputs
	$(RUN) coursekit.notebooks notebooks

# Compiled as packages are: where Python may not write, every process would do it again.
bench: $(STAMP) ## Print the benchmarks
	@$(RUN) compileall -q coursekit
	$(RUN) pytest --override-ini 'python_files=bench_*.py' --capture=no $(ARGS)

constraints: ## Write constraints.txt from a new install
	@$(find_python); set -e; new=$$(mktemp -d); trap 'rm -rf "$$new"' EXIT; \
	"$$python" -m venv "$$new"; \
	"$$new/bin/python" -m pip install --disable-pip-version-check --editable '.[dev]'; \
	{ sed -n '/^#/p' constraints.txt; \
	  { "$$new/bin/python" -m pip freeze --all --exclude-editable --exclude pip | sed 's/+.*//' | \
	    awk -F== 'NR == FNR { if (/ ; /) kept[$$1]; next } !($$1 in kept)' constraints.txt -; \
	    sed -n '/ ; /p' constraints.txt; } | LC_ALL=C sort -f; } > "$$new/constraints.txt"; \
	cp "$$new/constraints.txt" constraints.txt

# The stamp holds the path of the checkout: an environment that was moved is installed again.
ifneq ($(shell cat $(STAMP) 2>/dev/null),$(CURDIR))
$(STAMP): FORCE
endif

$(STAMP): pyproject.toml constraints.txt
	@$(find_python); set -e; \
	echo "Installing into $(VENV) with $$("$$python" --version) (the first time takes some minutes)"; \
	usable $(VENV)/bin/python || "$$python" -m venv --clear $(VENV); \
	$(RUN) pip install --disable-pip-version-check --constraint constraints.txt --editable '.[dev]'; \
	printf '%s\n' "$(CURDIR)" > $@

# Sets the shell variable `python`, or ends with what is missing.
define find_python
usable() { "$$1" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' >/dev/null 2>&1; }; \
if [ -n "$(PYTHON)" ]; then set -- "$(PYTHON)"; else set -- python3 python3.13 python3.12 python3.11 python; fi; \
python=; for candidate in "$$@"; do if usable "$$candidate"; then python=$$candidate; break; fi; done; \
if [ -z "$$python" ]; then \
  found=$$("$$1" --version 2>/dev/null) || found="not there"; \
  echo "coursekit needs Python 3.11, 3.12 or 3.13, and $$1 is $$found." >&2; \
  echo "Install one of these, or name it: make lab PYTHON=/path/to/python3.12" >&2; \
  exit 1; \
fi; \
if ! "$$python" -c 'import ensurepip, venv' 2>/dev/null; then \
  echo "$$("$$python" --version) has no venv module. On Debian and Ubuntu: sudo apt install python3-venv" >&2; \
  exit 1; \
fi
endef
