"""Bringing a log into a study, and taking it back with one press.

A file comes in whole or not at all, and only what is not there yet. Every activity has
a natural key, so the same file twice, or a longer copy of it, doubles nothing.
"""

import logging
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256
from pathlib import PurePath
from zoneinfo import ZoneInfo

from django.db import OperationalError, transaction
from django.db.models import ProtectedError, Q

from wellbeing import looks
from wellbeing.imports.cells import plain, same
from wellbeing.imports.compare import NEW, Preview, compare, members_by_name
from wellbeing.imports.reading import read
from wellbeing.imports.rows import Problem, Row
from wellbeing.models import Activity, Exposure, ImportBatch, Membership, Study
from wellbeing.people.models import User
from wellbeing.reconcile import reconcile_people

log = logging.getLogger(__name__)

LONGEST_FILE_NAME = 120


class FileHasProblems(Exception):
    """Something in the file stands in the way; nothing was written."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__("The file has problems.")
        self.problems = problems


class NamesUnknown(Exception):
    """Names of people who are not in the study; nothing was written."""

    def __init__(self, names: list[str]) -> None:
        super().__init__("Names that are not in the study.")
        self.names = names


class AlreadyUndone(Exception):
    """The batch was taken back before."""


class AnotherImport(Exception):
    """Somebody is bringing a file into this study at this moment."""


@dataclass(frozen=True)
class BroughtIn:
    """What came of it. With nothing new no batch is made; `batch` is then the one that
    brought the same file in before, if there is one."""

    batch: ImportBatch | None
    added: int
    already_here: int
    people_added: int


@dataclass(frozen=True)
class Undone:
    """What was taken back. `people_kept` were added by the batch and have something
    else to their name since."""

    activities: int
    people: int
    people_kept: int


def preview(*, study: Study, data: bytes, file_name: str, at: datetime) -> Preview:
    """What bringing the file in would do. Writes nothing."""
    reading = read(data, zone=study.time_zone, at=at)
    return compare(reading, study=study, file_name=_file_name(file_name))


def bring_in(
    *,
    study: Study,
    data: bytes,
    file_name: str,
    add_people: bool,
    by: User | None,
    at: datetime,
) -> BroughtIn:
    """Write every row of the file that is not here yet, in one transaction.

    With `add_people` a name that is not in the study becomes a person without an
    account, a member in the role of the row from the day of the first one. Raises
    FileHasProblems, NamesUnknown or AnotherImport; nothing is written then.
    """
    with transaction.atomic():
        _one_import_at_a_time(study)
        found = preview(study=study, data=data, file_name=file_name, at=at)
        if found.problems:
            raise FileHasProblems(found.problems)
        digest = sha256(data).hexdigest()
        if not found.new:
            return BroughtIn(_earlier(study, digest), 0, found.here, 0)
        if found.unknown and not add_people:
            raise NamesUnknown(found.unknown)
        batch = ImportBatch.objects.create(
            study=study,
            file_name=found.file_name,
            digest=digest,
            made_by=by,
            made_at=at,
        )
        rows = [line.row for line in found.lines if line.verdict == NEW and line.row]
        people = _with_new_people(batch, rows, found.unknown, at)
        _write(batch, found.kind, rows, people, by=by, at=at)
        _look_at(study, people_of(rows, people), at)
    return BroughtIn(batch, len(rows), found.here, len(batch.people_added))


def undo(*, batch: ImportBatch, at: datetime) -> Undone:
    """Take back everything that the batch brought in. Raises AlreadyUndone.

    Agreed times and answered offers stay with the people whom they belong to.
    """
    with transaction.atomic():
        _one_import_at_a_time(batch.study)
        open_ = ImportBatch.objects.filter(pk=batch.pk, undone_at__isnull=True)
        if not open_.update(undone_at=at):
            raise AlreadyUndone
        exposures = list(
            Exposure.objects.filter(activity__import_batch=batch).select_related(
                "person"
            )
        )
        _, deleted = Activity.objects.filter(import_batch=batch).delete()
        gone = _remove_people(batch, exposures)
        people = {one.person for one in exposures if one.person_id not in gone}
        _look_at(batch.study, people, at)
    return Undone(
        activities=deleted.get(Activity._meta.label, 0),
        people=len(gone),
        people_kept=len(batch.people_added) - len(gone),
    )


def _one_import_at_a_time(study: Study) -> None:
    """A second press waits for the first, and then finds everything here.

    Without the key's own lock, since every activity that is logged holds that one.
    """
    try:
        Study.objects.select_for_update(no_key=True).get(pk=study.pk)
    except OperationalError:
        raise AnotherImport from None


def _earlier(study: Study, digest: str) -> ImportBatch | None:
    same_file = ImportBatch.objects.filter(
        study=study, digest=digest, undone_at__isnull=True
    )
    return same_file.order_by("-made_at").first()


def _file_name(name: str) -> str:
    """The last part of a path, without what a file name cannot be shown with."""
    shown = "".join(letter for letter in PurePath(name).name if letter.isprintable())
    return plain(shown)[:LONGEST_FILE_NAME] or "log.csv"


def _with_new_people(
    batch: ImportBatch, rows: list[Row], unknown: list[str], at: datetime
) -> dict[str, User]:
    """Everybody in the rows by name, those whom the file brings included."""
    people = {
        name: found[0] for name, found in members_by_name(batch.study).items() if found
    }
    new = [User(email=None, name=name, joined_at=at) for name in unknown]
    for person in new:
        person.set_unusable_password()
    User.objects.bulk_create(new)
    people |= {same(person.name): person for person in new}
    batch.people_added = [person.pk for person in new]
    batch.save(update_fields=["people_added"])
    added = set(batch.people_added)
    Membership.objects.bulk_create(
        Membership(study=batch.study, person=people[name], role=role, from_date=day)
        for (name, role), day in _first_days(rows, batch.study.time_zone).items()
        if people[name].pk in added
    )
    return people


def _first_days(rows: list[Row], zone: str) -> dict[tuple[str, str], date]:
    """For each (name, role) the day of the earliest row, in the study's zone."""
    first: dict[tuple[str, str], date] = {}
    for row in rows:
        day = row.starts_at.astimezone(ZoneInfo(zone)).date()
        for role, name in row.people:
            key = same(name), role
            first[key] = min(day, first.get(key, day))
    return first


def _write(
    batch: ImportBatch,
    kind: str,
    rows: list[Row],
    people: dict[str, User],
    *,
    by: User | None,
    at: datetime,
) -> None:
    activities = Activity.objects.bulk_create(
        Activity(
            study=batch.study,
            kind=kind,
            code=row.code,
            starts_at=row.starts_at,
            ends_at=row.ends_at,
            mode=row.mode,
            companion=row.companion,
            logged_at=at,
            logged_by=by,
            import_batch=batch,
            import_key=row.key,
        )
        for row in rows
    )
    Exposure.objects.bulk_create(
        Exposure(activity=activity, person=people[same(name)], role=role)
        for activity, row in zip(activities, rows, strict=True)
        for role, name in row.people
    )


def people_of(rows: list[Row], people: dict[str, User]) -> set[User]:
    return {people[same(name)] for row in rows for _, name in row.people}


def _look_at(study: Study, people: Iterable[User], at: datetime) -> None:
    """Let the protocol make or take back its offers.

    Somebody without an account has nowhere to see an offer, so none is made until they
    have one. An error leaves the person due for the tick and the log stands.
    """
    day = at.astimezone(ZoneInfo(study.time_zone)).date()
    reachable = [one for one in people if one.email]
    if study.support_over(day) or not reachable:
        return
    looks.mark_due(study=study, people=reachable, at=at)
    try:
        with transaction.atomic():
            reconcile_people(study=study, people=reachable, at=at)
    except Exception:
        log.exception("Offers of an import wait for the next tick.")


def _remove_people(batch: ImportBatch, exposures: Collection[Exposure]) -> set[int]:
    """Take away those whom the batch added and who have nothing else. Their keys."""
    roles: dict[int, set[str]] = {}
    for one in exposures:
        roles.setdefault(one.person_id, set()).add(one.role)
    gone = set()
    for person in User.objects.filter(pk__in=batch.people_added, email__isnull=True):
        key = person.pk
        if _remove(person, batch.study, roles.get(key, set())):
            gone.add(key)
    return gone


def _remove(person: User, study: Study, roles: set[str]) -> bool:
    own = Q(study=study, role__in=roles)
    if person.exposures.exists() or person.memberships.exclude(own).exists():
        return False
    try:
        with transaction.atomic():
            person.memberships.all().delete()
            person.delete()
    except ProtectedError:
        return False
    return True
