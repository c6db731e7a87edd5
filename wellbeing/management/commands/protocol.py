"""`manage.py protocol lint|show|diff|preview|schema`: a protocol from the shell.

A text is named by its file, or as STUDY (in force now, else the newest) or STUDY:N.
"""

import json
from argparse import ArgumentTypeError
from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError

from wellbeing import previews
from wellbeing.lib import clock, words
from wellbeing.models import Membership, ProtocolVersion, Study
from wellbeing.protocol import lengths
from wellbeing.protocol.diff import Change, differences
from wellbeing.protocol.document import Protocol
from wellbeing.protocol.lines import LARGEST
from wellbeing.protocol.lint import lint
from wellbeing.protocol.plain import read_aloud
from wellbeing.protocol.reading import read, schema
from wellbeing.protocol.together import ProcessEnded
from wellbeing.protocol.values import BadProtocol

YEAR = timedelta(days=365)
MIDNIGHT = datetime.min.time()


class Command(BaseCommand):
    help = "Read, check, compare and try out the protocol of a study."

    def add_arguments(self, parser: CommandParser) -> None:
        what = parser.add_subparsers(dest="what", required=True, metavar="WHAT")
        one = what.add_parser("lint", help="say what is not right in a text")
        one.add_argument("text", metavar="FILE|STUDY")
        one = what.add_parser("show", help="read a version aloud")
        one.add_argument("study", metavar="STUDY")
        one.add_argument("--version", type=int, dest="number", metavar="N")
        one = what.add_parser("diff", help="say what is different, in sentences")
        one.add_argument("before", metavar="FILE|STUDY:N")
        one.add_argument("after", metavar="FILE|STUDY:N")
        one = what.add_parser("preview", help="play the past again under a text")
        one.add_argument("study", metavar="STUDY")
        one.add_argument("file", metavar="FILE")
        one.add_argument("--since", type=_day, metavar="YYYY-MM-DD")
        one.add_argument("--until", type=_day, metavar="YYYY-MM-DD")
        what.add_parser("schema", help="print the JSON Schema, for editors")

    def handle(self, *args: Any, **options: Any) -> None:
        verbs: dict[str, Callable[[dict[str, Any]], None]] = {
            "lint": self._lint,
            "show": self._show,
            "diff": self._diff,
            "preview": self._preview,
            "schema": self._schema,
        }
        try:
            verbs[options["what"]](options)
        except DatabaseError:
            raise CommandError(
                "The database does not answer, or is not prepared yet."
            ) from None
        except BadProtocol as problem:
            raise CommandError(_in_one_line(problem)) from None

    def _lint(self, options: dict[str, Any]) -> None:
        name = options["text"]
        text = _text(name)
        try:
            document = read(text)
        except BadProtocol as problem:
            for sentence in problem.problems:
                self.stdout.write(sentence)
            raise CommandError("This is not a protocol yet.") from None
        found = lint(document, held=_held(name))
        for finding in found:
            self.stdout.write(str(finding))
        if any(finding.level == "must" for finding in found):
            raise CommandError("This cannot go into review yet.")
        if not found:
            self.stdout.write("Nothing to look at again.")

    def _show(self, options: dict[str, Any]) -> None:
        version = _version(_study(options["study"]), options["number"])
        document = read(version.text)
        self.stdout.write(f"{document.protocol}, version {version.number}")
        for reading in read_aloud(document):
            self.stdout.write(f"\n{reading.part}. {reading.title}")
            for sentence in reading.sentences:
                self.stdout.write(f"   {sentence}")

    def _diff(self, options: dict[str, Any]) -> None:
        before, after = _document(options["before"]), _document(options["after"])
        self._tell(differences(before, after))

    def _tell(self, changes: "list[Change] | tuple[Change, ...]") -> None:
        if not changes:
            self.stdout.write("Nothing is different.")
        for change in changes:
            part = f"Part {change.part}. " if change.part is not None else ""
            self.stdout.write(f"{part}{change.title}")
            if change.before is not None:
                self.stdout.write(f"   before: {change.before}")
            if change.after is not None:
                self.stdout.write(f"   after: {change.after}")

    def _preview(self, options: dict[str, Any]) -> None:
        study = _study(options["study"])
        at = clock.now()
        since, until = (_instant(options[key], study) for key in ("since", "until"))
        until = until or at
        try:
            found = previews.preview(
                study=study,
                text=_file(Path(options["file"])),
                since=since or until - YEAR,
                until=until,
                at=at,
                progress=self._progress,
            )
        except previews.PeriodNotPossible:
            raise CommandError("There is no past between these two days.") from None
        except ProcessEnded:
            raise CommandError(
                "One of the processes that were counting was ended from outside. "
                "Nothing has changed. Run it once more."
            ) from None
        self._report(found, study)

    def _progress(self, done: int, total: int) -> None:
        if done == total or done % 100 == 0:
            self.stderr.write(f"{done} of {total} people")

    def _report(self, found: previews.Preview, study: Study) -> None:
        zone = study.time_zone
        first, last = (
            words.date_words(moment.astimezone(ZoneInfo(zone)).date(), year=True)
            for moment in (found.since, found.until)
        )
        activities = "activity" if found.activities == 1 else "activities"
        self.stdout.write(
            f"{first} to {last}, {words.zone_words(zone)}: {found.people} people, "
            f"{found.activities} {activities}."
        )
        self.stdout.write("If nobody had answered, the text would have made:\n")
        for sentence in found.sentences:
            self.stdout.write(f"   {sentence}")
        self.stdout.write("\nWhat is different from what is in force:")
        self._tell(found.changes)

    def _schema(self, options: dict[str, Any]) -> None:
        self.stdout.write(json.dumps(schema(), indent=2))


def _in_one_line(problem: BadProtocol) -> str:
    more = len(problem.problems) - 1
    rest = f" There are {more} more; `protocol lint` shows them." if more else ""
    return f"{problem.problems[0]}{rest}"


def _document(name: str) -> Protocol:
    return read(_text(name))


def _text(name: str) -> str:
    """The text of a file, or of a study's version, whichever there is."""
    if _is_file(name):
        return _file(Path(name))
    return _version(*_named(name)).text


def _named(name: str) -> tuple[Study, int | None]:
    study, colon, number = name.rpartition(":")
    if colon and number.isascii() and number.isdigit() and len(number) < 7:
        return _study(study), int(number)
    return _study(name), None


def _held(name: str) -> set[str] | None:
    """The roles that somebody holds in the study that was named; None for a file."""
    if _is_file(name):
        return None
    study, _ = _named(name)
    members = Membership.objects.on(clock.now().date()).filter(study=study)
    return set(members.values_list("role", flat=True))


def _is_file(name: str) -> bool:
    try:
        return Path(name).is_file()
    except (OSError, ValueError):
        return False


def _file(path: Path) -> str:
    try:
        with path.open("rb") as file:
            # A few bytes more than the most: the reader then says that it is too long.
            return file.read(4 * LARGEST + 4).decode()
    except UnicodeDecodeError:
        raise CommandError("This file is no text in UTF-8.") from None
    except FileNotFoundError:
        raise CommandError("There is no such file.") from None
    except IsADirectoryError:
        raise CommandError("This is a folder, not a file.") from None
    except (OSError, ValueError):
        raise CommandError("This file cannot be opened.") from None


def _study(wanted: str) -> Study:
    if key := _uuid(wanted):
        found = list(Study.objects.filter(public_id=key))
    elif "\0" in wanted:  # PostgreSQL has no such character
        found = []
    else:
        found = list(Study.objects.filter(name__iexact=wanted)[:2])
    if not found:
        raise CommandError("There is no such file and no such study.")
    if len(found) > 1:
        raise CommandError("Two studies have this name. Use the id of the study.")
    return found[0]


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _version(study: Study, number: int | None) -> ProtocolVersion:
    rows = ProtocolVersion.objects.filter(study=study).order_by("number")
    if number is not None:
        found = rows.filter(number=number).first()
    else:
        found = ProtocolVersion.objects.in_force(study, clock.now()) or rows.last()
    if found is None:
        raise CommandError("The study has no such version.")
    return found


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ArgumentTypeError("write a day like 2026-09-15") from None


def _instant(day: date | None, study: Study) -> datetime | None:
    if day is None:
        return None
    return lengths.at_wall_time(day, MIDNIGHT, study.time_zone)
