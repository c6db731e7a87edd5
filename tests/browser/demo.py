"""A running demo for the tests to look at: started, read and stopped like a person's.

`DEMO_AT` stops its clock on Tuesday 24 November 2026: in the AFTERNOON at half past
three in London, just after Ada's interview 214; in the MORNING a few minutes after the
check-ins of ten o'clock fell due, so that their mails still have to leave.
"""

import json
import os
import re
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any, TypeVar
from uuid import UUID

import icalendar

T = TypeVar("T")
ROOT = Path(__file__).parents[2]
AFTERNOON = "2026-11-24T15:30+00:00"
MORNING = "2026-11-24T10:05+00:00"
STARTS_WITHIN = 60
STOPS_WITHIN = 20
# What the test suite has set for itself, and the demo must choose by itself.
NOT_THE_DEMOS = (
    *("DJANGO_SETTINGS_MODULE", "ALONGSIDE_MODE", "ALONGSIDE_TEST_DATABASE"),
    *("PUBLIC_BASE_URL", "DATABASE_URL", "CACHE_URL", "EMAIL_URL", "SECRET_KEY"),
)


@dataclass(frozen=True)
class Entry:
    """What a calendar program reads in a mailed entry."""

    method: str
    title: str
    starts_at: datetime
    uid: str
    sequence: int

    @classmethod
    def read(cls, calendar: icalendar.Calendar) -> "Entry":
        event = calendar.events[0]
        return cls(
            method=str(calendar["METHOD"]),
            title=str(event["SUMMARY"]),
            starts_at=event.decoded("DTSTART"),
            uid=str(event["UID"]),
            sequence=event.decoded("SEQUENCE"),
        )


class Demo:
    """One demo in a folder of its own, on a free port, with the story just told."""

    def __init__(self, folder: Path, *, at: str) -> None:
        self.folder = folder
        self.log = folder / "demo.log"
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        kept = {k: v for k, v in os.environ.items() if k not in NOT_THE_DEMOS}
        own = {
            "ALONGSIDE_MODE": "demo",
            "LOG_LEVEL": "WARNING",
            "PORT": str(self.port),
            "VAR_DIR": str(folder / "var"),
            "DEMO_AT": at,
        }
        with self.log.open("wb") as log:
            self._process = subprocess.Popen(
                [sys.executable, "manage.py", "demo"],
                cwd=ROOT,
                env=kept | own,
                stdout=log,
                stderr=subprocess.STDOUT,
                # Ctrl-C of the test run is for pytest, which then stops the demo.
                start_new_session=True,
            )

    def wait_until_it_runs(self) -> "Demo":
        deadline = time.monotonic() + STARTS_WITHIN
        while "Alongside is running." not in self.log.read_text():
            running = self._process.poll() is None and time.monotonic() < deadline
            assert running, f"The demo did not start:\n{self.log.read_text()}"
            time.sleep(0.1)
        return self

    def interrupt(self) -> bool:
        """Do what Ctrl-C does. False when it had ended by itself before."""
        if self._process.poll() is not None:
            return False
        self._process.send_signal(signal.SIGINT)
        return True

    def wait_until_it_stops(self) -> int:
        """The exit code, which is 0 after Ctrl-C."""
        try:
            return self._process.wait(STOPS_WITHIN)
        except subprocess.TimeoutExpired:
            self._process.kill()
            return self._process.wait()

    def answers(self) -> bool:
        """Whether anything still listens on its port."""
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.port)) == 0

    def texts_to(self, phone: str) -> list[str]:
        store = self.folder / "var" / "texts.jsonl"
        lines = store.read_text().splitlines() if store.exists() else []
        return [row["body"] for row in map(json.loads, lines) if row["to"] == phone]

    def calendar_entries_to(self, address: str) -> list[Entry]:
        """Every calendar entry that was mailed, in the order it left."""
        found = []
        for mail in self._mails_to(address):
            for part in mail.walk():
                if part.get_content_type() == "text/calendar":
                    calendar = icalendar.Calendar.from_ical(part.get_content())
                    found.append(Entry.read(calendar))
        return found

    def links_to(self, address: str, path: str) -> list[str]:
        """Addresses below `path` in the words of the mails, in the order they left."""
        pattern = re.escape(self.url + path) + r"\S+"
        bodies = [mail.get_body(("plain",)) for mail in self._mails_to(address)]
        words = " ".join(body.get_content() for body in bodies if body)
        return re.findall(pattern, words)

    def rows(self, table: str) -> list[tuple[Any, ...]]:
        """Every row of a table as it stands on disk, read past the running servers."""
        return self._read(f"SELECT * FROM {table} ORDER BY id")

    def ids_of_others(self, table: str, address: str) -> list[UUID]:
        """The public ids of all rows of a table that are about other people."""
        person = "SELECT id FROM people_user WHERE email = ?"
        query = f"SELECT public_id FROM {table} WHERE person_id <> ({person})"
        return [UUID(found) for (found,) in self._read(query, address)]

    def _read(self, query: str, *values: str) -> list[tuple[Any, ...]]:
        file = self.folder / "var" / "alongside.sqlite3"
        with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as database:
            return database.execute(query, values).fetchall()

    def _mails_to(self, address: str) -> list[EmailMessage]:
        files = sorted((self.folder / "var" / "mail").glob("*.eml"))
        read = [
            message_from_bytes(file.read_bytes(), policy=policy.default)
            for file in files
        ]
        return [mail for mail in read if address in str(mail["To"])]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def eventually(
    read: Callable[[], T], wanted: Callable[[T], bool], seconds: float = 20.0
) -> T:
    """What `read` gives once `wanted` says yes to it, or in the end."""
    deadline = time.monotonic() + seconds
    while not wanted(found := read()) and time.monotonic() < deadline:
        time.sleep(0.2)
    return found
