"""Keeps finished records, so that a run can be stopped at any moment and continued."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable
from pathlib import Path

from coursekit.errors import CourseError
from coursekit.grading.records import Record, as_json
from coursekit.grading.stopping import UNGRADED

_TABLE = """CREATE TABLE IF NOT EXISTS records (
    student TEXT NOT NULL, exercise TEXT NOT NULL, fingerprint TEXT NOT NULL, record TEXT NOT NULL,
    PRIMARY KEY (student, exercise)
) WITHOUT ROWID"""


class Store:
    """An SQLite file with one row for each student and exercise.

    A fingerprint stands for everything that a record depends on: the notebook's code, what the
    exercise asks, the secret, the isolation. A row with another fingerprint does not count.

    Raises:
        CourseError: if the file is damaged or in use by another run, and for a full disk.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        try:
            self._database = sqlite3.connect(path, timeout=1, isolation_level=None)
            self._database.execute("PRAGMA locking_mode=EXCLUSIVE")
            self._database.execute("PRAGMA journal_mode=WAL")
            self._database.execute("PRAGMA synchronous=NORMAL")
            self._database.execute("BEGIN IMMEDIATE")
            self._database.execute(_TABLE)
            self._database.execute("COMMIT")
            self._rows: dict[str, dict[str, tuple[str, str]]] = {}
            for student, exercise, fingerprint, text in self._database.execute(
                "SELECT student, exercise, fingerprint, record FROM records"
            ):
                self._rows.setdefault(student, {})[exercise] = fingerprint, text
        except sqlite3.Error as error:
            raise self._sentence(error) from None

    def known(self, student: str) -> dict[str, str]:
        """Return the fingerprints of a student's records by exercise id.

        What could not be graded is left out: it is tried again.
        """
        rows = self._rows.get(student, {}).items()
        return {e: mark for e, (mark, text) in rows if json.loads(text)["status"] != UNGRADED}

    def get(self, student: str, exercise: str) -> Record:
        """Return a record that was there when the file was opened."""
        return Record(**json.loads(self._rows[student][exercise][1]))

    def save(self, records: Iterable[tuple[Record, str]]) -> None:
        """Store the records of a finished submission with their fingerprints, all or none."""
        rows = [
            (record.student, record.exercise, fingerprint, as_json(vars(record)).decode())
            for record, fingerprint in records
        ]
        try:
            self._database.execute("BEGIN")
            self._database.executemany("REPLACE INTO records VALUES (?, ?, ?, ?)", rows)
            self._database.execute("COMMIT")
        except sqlite3.Error as error:
            raise self._sentence(error) from None

    def close(self) -> None:
        """Close the file."""
        self._database.close()

    def _sentence(self, error: sqlite3.Error) -> CourseError:
        if "locked" in str(error) or "busy" in str(error):
            return CourseError(f"Another run is writing to {self._path}: wait until it ends.")
        if "not a database" in str(error) or "malformed" in str(error):
            return CourseError(f"{self._path} is damaged: delete it to grade everything again.")
        return CourseError(f"{self._path} cannot be written: {error}.")
