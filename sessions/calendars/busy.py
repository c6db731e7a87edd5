"""Busy time that a supporter brings in as a calendar file: starts and ends alone."""

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db.models import Count, Max

from sessions import booking_messages
from sessions.locks import LostTheRace, lock_people, one_at_a_time
from sessions.models import BusyTime, Supporter
from sessions.spans import Span

MOST_BYTES = 1_000_000
MOST_EVENTS, MOST_SPANS = 5_000, 20_000
CPU_SECONDS, WALL_SECONDS = 10, 20
MEMORY = 600 * 1024 * 1024
BACK, AHEAD = timedelta(days=1), timedelta(days=400)

SHORTER = "Export a shorter time from your calendar, like from today on."
SENTENCES = {
    "empty": "This file is empty. Choose a file that ends in .ics.",
    "too_big": f"This file is larger than 1 MB. {SHORTER}",
    "not_a_calendar": "This is not a calendar file. Choose a file that ends in .ics.",
    "unreadable": "This calendar file could not be read. Export it once more and try "
    "again.",
    "too_many": f"This file has more entries than we can read. {SHORTER}",
    "too_often": "One entry repeats every hour or more often. Take it out and export "
    "the calendar again.",
    "just_now": "Somebody is booking with you just now. Bring the file in once more.",
    "too_much": f"This file takes too long to read. {SHORTER}",
}


class FileNotUsed(Exception):
    """Nothing has changed; `sentence` says why, to a person."""

    def __init__(self, problem: str) -> None:
        super().__init__(problem)
        self.sentence = SENTENCES[problem]


@dataclass(frozen=True)
class Known:
    """What is known of a supporter's other calendar: how much, how far, how old."""

    count: int
    until: datetime
    brought_in_at: datetime


@dataclass(frozen=True)
class BroughtIn:
    """How many busy times there are now, and whether some entries made no sense."""

    count: int
    left_out: bool


def bring_in(*, supporter: Supporter, content: bytes, at: datetime) -> BroughtIn:
    """Take busy times from a file, in place of those brought in before.

    Under the same lock as a booking, so that nobody takes a time in between. Bookings
    that lie in busy time stay as they are. Raises FileNotUsed.
    """
    spans, left_out = _read(content, supporter, at)
    rows = [
        BusyTime(
            supporter=supporter,
            starts_at=span.start,
            ends_at=span.end,
            brought_in_at=at,
        )
        for span in spans
    ]
    try:
        with one_at_a_time():
            lock_people(supporter.pk)
            BusyTime.objects.filter(supporter=supporter).delete()
            BusyTime.objects.bulk_create(rows, batch_size=500)
    except LostTheRace as problem:
        raise FileNotUsed("just_now") from problem
    return BroughtIn(len(rows), left_out)


def forget(*, supporter: Supporter) -> None:
    """The busy times go; the hours that they took are open again."""
    BusyTime.objects.filter(supporter=supporter).delete()


def known(supporter: Supporter) -> Known | None:
    row = BusyTime.objects.filter(supporter=supporter).aggregate(
        count=Count("pk"), until=Max("ends_at"), brought_in_at=Max("brought_in_at")
    )
    return Known(**row) if row["count"] else None


def _read(
    content: bytes, supporter: Supporter, at: datetime
) -> tuple[list[Span], bool]:
    if not content.strip():
        raise FileNotUsed("empty")
    if len(content) > MOST_BYTES:
        raise FileNotUsed("too_big")
    answer = _ask_reader(content, supporter.person.time_zone, at)
    if "problem" in answer:
        raise FileNotUsed(answer["problem"])
    spans = [Span(*map(datetime.fromisoformat, pair)) for pair in answer["spans"]]
    return spans, bool(answer["left_out"])


def _ask_reader(content: bytes, zone: str, at: datetime) -> dict[str, Any]:
    """Start the reader, which has no secret of ours and no more time than this."""
    order = {
        "zone": zone,
        "start": (at - BACK).isoformat(),
        "end": (at + AHEAD).isoformat(),
        "most_events": MOST_EVENTS,
        "most_spans": MOST_SPANS,
        "cpu": CPU_SECONDS,
        "memory": MEMORY,
        "ours": [booking_messages.UID_STARTS, f"@{settings.MAIL_DOMAIN}"],
    }
    try:
        done = subprocess.run(
            [sys.executable, "-m", "sessions.calendars.busy_reader"],
            input=json.dumps(order).encode() + b"\n" + content,
            capture_output=True,
            timeout=WALL_SECONDS,
            cwd=settings.BASE_DIR,
            env={"PATH": os.defpath, "TZ": "UTC", "PYTHONUTF8": "1"},
            check=False,
        )
        answer: dict[str, Any] = json.loads(done.stdout)
    except (subprocess.TimeoutExpired, json.JSONDecodeError):
        # Killed by its limits; whatever it had written is of no use.
        return {"problem": "too_much"}
    return answer
