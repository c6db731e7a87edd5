"""What the protocol wants to come before an activity, and what is noted as done.

A missing step stops planning and nothing else: what has happened is logged as always,
and the offer of support is made all the same (domain F10, scenario 24).
"""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.db.models import Min, Q

from wellbeing import facts
from wellbeing.models import (
    EXPOSED_ROLES,
    Activity,
    Exposure,
    Membership,
    Prepared,
    ProtocolVersion,
    Role,
    Study,
)
from wellbeing.people.models import User
from wellbeing.protocol.document import Protocol
from wellbeing.protocol.rules import Step
from wellbeing.protocol.values import ActivityKind

# Who has observed an interview of the study has done this step: a fact beats a form.
OBSERVATION = "live_observation"


class NoSuchStep(Exception):
    """No version of the study's protocol names this step."""


class StillToCome(Exception):
    """Only what has been done is noted."""


class NotInTheTeam(Exception):
    """The person holds no role in the study, and none to come, that could need it."""


class NotNoted(Exception):
    """Nothing of the kind is noted; somebody may have taken it back already."""


@dataclass(frozen=True)
class StillToDo:
    """One step that one person needs for one role and that nobody has noted yet."""

    person: User
    role: str
    step: str
    called: str
    how: str

    @property
    def role_words(self) -> str:
        return str(Role(self.role).label)


@dataclass(frozen=True)
class Noted:
    """A step that is done. `by` is empty when the log itself says so."""

    done_on: date
    by: str = ""
    from_the_log: bool = False


@dataclass(frozen=True)
class StepRow:
    """One step of one person, as the pages show it. `noted` is None when it is to come;
    `wanted` is False for what no role of theirs asks for any more."""

    step: str
    called: str
    how: str
    noted: Noted | None
    wanted: bool


@dataclass(frozen=True)
class PersonSteps:
    person: User
    steps: list[StepRow]

    @property
    def to_come(self) -> list[StepRow]:
        return [row for row in self.steps if row.wanted and row.noted is None]


def note(
    *, study: Study, person: User, step: str, done_on: date, by: User, at: datetime
) -> Prepared:
    """Note that a person has done a step on a day (of the study's zone).

    Noting it again keeps the first note's row and takes the new day. Raises NoSuchStep,
    StillToCome or NotInTheTeam.
    """
    if step not in steps_of(study=study):
        raise NoSuchStep
    today = at.astimezone(ZoneInfo(study.time_zone)).date()
    if done_on > today:
        raise StillToCome
    if person not in team_of(study=study, day=today):
        raise NotInTheTeam
    row, _ = Prepared.objects.update_or_create(
        study=study,
        person=person,
        step=step,
        defaults={"done_on": done_on, "noted_by": by, "noted_at": at},
    )
    return row


def undo(*, study: Study, person: User, step: str) -> None:
    """Take a note back. What is planned already stays planned. Raises NotNoted."""
    rows = Prepared.objects.filter(study=study, person=person, step=step)
    if not rows.delete()[0]:
        raise NotNoted


def missing(
    *,
    study: Study,
    document: Protocol | None,
    places: Collection[tuple[User, str]],
    kind: ActivityKind = "interview",
) -> list[StillToDo]:
    """The steps that people still need for their places (person, role) in an activity.

    In the document's order. No query when it asks for nothing, otherwise two.
    """
    if document is None or not any(_needed(document, kind, r) for _, r in places):
        return []
    done = _noted(study, [person.pk for person, _ in places])
    return [
        StillToDo(person, role, key, step.called, step.how)
        for person, role in places
        for key in _needed(document, kind, role)
        if key not in done[person.pk] and (step := document.steps[key])
    ]


def steps_of(*, study: Study) -> dict[str, Step]:
    """Every step that any version of the protocol names, in the latest's words."""
    found: dict[str, Step] = {}
    for version in ProtocolVersion.objects.filter(study=study).order_by("active_from"):
        found |= facts.document_of(version).steps
    return found


def team_of(*, study: Study, day: date) -> list[User]:
    """Members who hold, or will hold, a role that takes part; A to Z. One query."""
    rows = Membership.objects.filter(
        study=study, role__in=EXPOSED_ROLES, person__is_active=True
    ).exclude(until_date__lte=day)
    rows = rows.select_related("person").order_by("person__name", "person_id")
    return list({row.person_id: row.person for row in rows}.values())


def of_people(
    *, study: Study, people: Collection[User], at: datetime
) -> list[PersonSteps]:
    """The steps of each of these people, in the order given. Four queries."""
    today = at.astimezone(ZoneInfo(study.time_zone)).date()
    documents = _documents_ahead(study, at)
    words = steps_of(study=study)
    keys = [person.pk for person in people]
    done, roles = _noted(study, keys), _roles(study, keys, today)
    return [
        PersonSteps(
            person, _rows(_wanted(documents, roles[person.pk]), done[person.pk], words)
        )
        for person in people
    ]


def studies_of(*, person: User, day: date) -> list[Study]:
    """Where the person takes part, will take part, or has a step noted; A to Z."""
    held = Membership.objects.filter(person=person, role__in=EXPOSED_ROLES)
    noted = Prepared.objects.filter(person=person)
    rows = Study.objects.filter(
        Q(pk__in=held.exclude(until_date__lte=day).values("study"))
        | Q(pk__in=noted.values("study"))
    )
    return list(rows.order_by("name", "pk"))


def logged_all_the_same(
    *, study: Study, at: datetime, person: User | None = None
) -> list[StillToDo]:
    """Steps that are still to be noted for members (or only for `person`) who have
    logged such an activity under the protocol in force. Nothing follows from it.

    A to Z; the number of queries does not grow with people.
    """
    version = ProtocolVersion.objects.in_force(study, at)
    document = facts.document_of(version) if version else None
    if version is None or document is None:
        return []
    today = at.astimezone(ZoneInfo(study.time_zone)).date()
    places = _places_that_need(study, document, today, person)
    found = []
    for kind, some in places.items():
        short = missing(study=study, document=document, places=some, kind=kind)
        logged = _logged(study, kind, {one.person.pk for one in short}, version)
        found += [one for one in short if (one.person.pk, one.role) in logged]
    return sorted(found, key=lambda one: (one.person.name, one.person.pk))


def _needed(document: Protocol, kind: ActivityKind, role: str) -> list[str]:
    roles = document.before.get(kind, {})
    return next((steps for name, steps in roles.items() if name == role), [])


def _noted(study: Study, people: Collection[int]) -> dict[int, dict[str, Noted]]:
    """What is done, by person and step. Two queries."""
    found: dict[int, dict[str, Noted]] = defaultdict(dict)
    for person, ended in _observed(study, people):
        day = ended.astimezone(ZoneInfo(study.time_zone)).date()
        found[person][OBSERVATION] = Noted(day, from_the_log=True)
    rows = Prepared.objects.filter(study=study, person__in=people)
    for row in rows.select_related("noted_by"):
        by = row.noted_by.name if row.noted_by else ""
        found[row.person_id][row.step] = Noted(row.done_on, by)
    return found


def _observed(study: Study, people: Collection[int]) -> Iterable[tuple[int, datetime]]:
    """When each of these people first observed an interview of the study."""
    rows = Exposure.objects.filter(
        person__in=people,
        role=Role.OBSERVER,
        activity__study=study,
        activity__kind=Activity.Kind.INTERVIEW,
        activity__logged_at__isnull=False,
        activity__withdrawn_at__isnull=True,
    )
    return rows.values_list("person").annotate(Min("activity__ends_at"))


def _documents_ahead(study: Study, at: datetime) -> list[Protocol]:
    """The protocol in force and those that are to come. One query."""
    rows = list(ProtocolVersion.objects.filter(study=study).order_by("active_from"))
    started = [row for row in rows if row.active_from <= at]
    ahead = [row for row in rows if row.active_from > at]
    return [facts.document_of(row) for row in (*started[-1:], *ahead)]


def _roles(study: Study, people: Collection[int], day: date) -> dict[int, set[str]]:
    rows = Membership.objects.filter(study=study, person__in=people)
    found: dict[int, set[str]] = defaultdict(set)
    for row in rows.exclude(until_date__lte=day):
        found[row.person_id].add(row.role)
    return found


def _wanted(documents: list[Protocol], roles: set[str]) -> list[str]:
    """The steps that these roles ask for, each once, in the documents' order."""
    found = [
        key
        for document in documents
        for kind in document.before
        for role in document.before[kind]
        if role in roles
        for key in _needed(document, kind, role)
    ]
    return list(dict.fromkeys(found))


def _rows(
    wanted: list[str], done: dict[str, Noted], words: dict[str, Step]
) -> list[StepRow]:
    shown = [*wanted, *(key for key in done if key not in wanted)]
    return [
        StepRow(key, words[key].called, words[key].how, done.get(key), key in wanted)
        for key in shown
        if key in words
    ]


def _places_that_need(
    study: Study, document: Protocol, day: date, person: User | None
) -> dict[ActivityKind, list[tuple[User, str]]]:
    """By kind: the members of today in a role that needs steps for it. One query."""
    rows = Membership.objects.on(day).filter(study=study, role__in=EXPOSED_ROLES)
    rows = rows.filter(person=person) if person else rows
    held = list(rows.select_related("person"))
    return {
        kind: list(
            {
                (row.person_id, row.role): (row.person, row.role)
                for row in held
                if _needed(document, kind, row.role)
            }.values()
        )
        for kind in document.before
    }


def _logged(
    study: Study, kind: str, people: Collection[int], version: ProtocolVersion
) -> set[tuple[int, str]]:
    """Who of these has logged such an activity since the version began, and as what."""
    rows = Exposure.objects.filter(
        person__in=people,
        activity__study=study,
        activity__kind=kind,
        activity__logged_at__isnull=False,
        activity__withdrawn_at__isnull=True,
        activity__ends_at__gte=version.active_from,
    )
    return set(rows.values_list("person", "role").distinct())
