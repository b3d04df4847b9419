from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

import toy

from coursekit.core import registry


@pytest.fixture
def toy_lesson(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the registry know the toy lesson alone."""
    monkeypatch.setattr(registry, "lessons", lambda: [toy.LESSON])
    monkeypatch.setattr(registry, "lesson", lambda room: toy.LESSON)
