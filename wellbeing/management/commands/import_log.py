"""`manage.py import_log FILE.csv --study NAME`: bring a log in, or take it back."""

from pathlib import Path
from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError

from wellbeing.imports import batches
from wellbeing.imports.reading import LARGEST_FILE
from wellbeing.lib import clock
from wellbeing.models import ImportBatch, Study


class Command(BaseCommand):
    help = "Bring a log of interviews or of coded transcripts into a study."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", nargs="?", help="the log, a CSV file")
        parser.add_argument("--study", help="name or id of the study")
        parser.add_argument(
            "--add-people",
            action="store_true",
            help="make people without an account of names that are not in the study",
        )
        parser.add_argument(
            "--preview",
            action="store_true",
            help="say what would happen; write nothing",
        )
        parser.add_argument("--undo", metavar="BATCH", help="take this import back")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            self._handle(options)
        except DatabaseError:
            raise CommandError(
                "The database does not answer, or is not prepared yet."
            ) from None

    def _handle(self, options: dict[str, Any]) -> None:
        if options["undo"]:
            return self._undo(options["undo"])
        if not options["file"] or not options["study"]:
            raise CommandError("Name a file and a study: FILE.csv --study NAME.")
        study = _study(options["study"])
        data = _data(Path(options["file"]))
        if options["preview"]:
            return self._preview(study, data, options["file"])
        return self._bring_in(study, data, options["file"], options["add_people"])

    def _preview(self, study: Study, data: bytes, file_name: str) -> None:
        found = batches.preview(
            study=study, data=data, file_name=file_name, at=clock.now()
        )
        if found.problems:
            raise CommandError("\n".join(str(problem) for problem in found.problems))
        names = (
            f" Not in the study: {', '.join(found.unknown)}." if found.unknown else ""
        )
        self.stdout.write(
            f"{found.new} new, {found.here} already here. Nothing was written.{names}"
        )

    def _bring_in(
        self, study: Study, data: bytes, file_name: str, add_people: bool
    ) -> None:
        try:
            done = batches.bring_in(
                study=study,
                data=data,
                file_name=file_name,
                add_people=add_people,
                by=None,
                at=clock.now(),
            )
        except batches.FileHasProblems as found:
            lines = "\n".join(str(problem) for problem in found.problems)
            raise CommandError(lines) from None
        except batches.NamesUnknown as found:
            raise CommandError(
                f"Not in the study: {', '.join(found.names)}. Add them first, or use "
                "--add-people."
            ) from None
        except batches.AnotherImport:
            raise CommandError("Another import of this study is running.") from None
        self.stdout.write(_said(done))

    def _undo(self, batch_id: str) -> None:
        key = _uuid(batch_id)
        batch = ImportBatch.objects.filter(public_id=key).first() if key else None
        if batch is None:
            raise CommandError("There is no such import.")
        try:
            undone = batches.undo(batch=batch, at=clock.now())
        except batches.AlreadyUndone:
            raise CommandError("This import was taken back before.") from None
        except batches.AnotherImport:
            raise CommandError("Another import of this study is running.") from None
        self.stdout.write(
            f"Taken back: {undone.activities} activities and {undone.people} people."
        )


def _said(done: batches.BroughtIn) -> str:
    if not done.added or done.batch is None:
        return f"Everything is here already: {done.already_here} rows. Nothing new."
    return (
        f"Brought in {done.added}, {done.already_here} were here already, "
        f"{done.people_added} people added. To take it back: --undo "
        f"{done.batch.public_id}"
    )


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _study(wanted: str) -> Study:
    if key := _uuid(wanted):
        found = list(Study.objects.filter(public_id=key))
    else:
        found = list(Study.objects.filter(name__iexact=wanted)[:2])
    if not found:
        raise CommandError("There is no such study.")
    if len(found) > 1:
        raise CommandError("Two studies have this name. Use the id of the study.")
    return found[0]


def _data(path: Path) -> bytes:
    """The bytes of a file; no more of it than shows that it is too large."""
    try:
        with path.open("rb") as file:
            return file.read(LARGEST_FILE + 1)
    except IsADirectoryError:
        raise CommandError("This is a folder, not a file.") from None
    except FileNotFoundError:
        raise CommandError("There is no such file.") from None
    except (OSError, ValueError):
        raise CommandError("This file cannot be opened.") from None
