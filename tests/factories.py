"""Rows for tests, made plainly. `Team` tells the story that most tests share."""

from datetime import UTC, date, datetime, time, timedelta
from uuid import uuid4

from sessions.models import Supporter, WorkingHours
from wellbeing.models import Activity, Exposure, Membership, Role, Study
from wellbeing.people.models import Contact, User

OPENED = date(2026, 1, 5)
ALL_MODES = ["phone", "video"]


def make_person(name: str, **extra: object) -> User:
    email = f"{name.split()[-1].lower()}.{uuid4().hex[:6]}@example.org"
    return User.objects.create_user(email=email, name=name, password=None, **extra)


def make_phone(person: User, number: str = "+447700900123") -> Contact:
    """A verified number of a person who asked for text messages."""
    moment = datetime(2026, 1, 5, 9, tzinfo=UTC)
    return Contact.objects.create(
        person=person, phone=number, phone_verified_at=moment, sms_wanted_at=moment
    )


def make_study(name: str = "Community support", **extra: object) -> Study:
    return Study.objects.create(name=name, **{"opened_on": OPENED, **extra})


def join(study: Study, person: User, *roles: str, since: date = OPENED) -> User:
    for role in roles:
        Membership.objects.create(
            study=study, person=person, role=role, from_date=since
        )
    return person


def make_supporter(
    person: User,
    *,
    title: str = "Clinical psychologist",
    hours: tuple[tuple[int, str, str], ...] = tuple(
        (weekday, "09:30", "17:30") for weekday in range(5)
    ),
    zone: str = "Europe/London",
    **extra: object,
) -> Supporter:
    """A supporter with weekly hours, by default Monday to Friday 9:30am to 5:30pm."""
    supporter = Supporter.objects.create(person=person, title=title, **extra)
    for weekday, starts, ends in hours:
        WorkingHours.objects.create(
            supporter=supporter,
            weekday=weekday,
            starts=time.fromisoformat(starts),
            ends=time.fromisoformat(ends),
            zone=zone,
            from_date=OPENED,
            modes=ALL_MODES,
        )
    return supporter


def make_interview(
    study: Study,
    person: User,
    *,
    ended: datetime,
    minutes: int = 60,
    code: str = "201",
    role: str = Role.INTERVIEWER,
) -> Activity:
    """An interview that is already in the log, by one person."""
    activity = Activity.objects.create(
        study=study,
        kind=Activity.Kind.INTERVIEW,
        code=code,
        starts_at=ended - timedelta(minutes=minutes),
        ends_at=ended,
        mode="teams",
        logged_at=ended,
        logged_by=person,
    )
    Exposure.objects.create(activity=activity, person=person, role=role)
    return activity


class Team:
    """One study and the people in it, so that tests read like stories.

    Ada and Bem interview, Gil facilitates, Dr Jo and Dr Kim listen, Lou coordinates,
    Fay coordinates and interviews, Sam leads. Charlie is on another study and must see
    nothing of this one.
    """

    def __init__(self) -> None:
        self.study = make_study()
        self.elsewhere = make_study("Another study")
        self.ada = join(self.study, make_person("Ada Okafor"), Role.INTERVIEWER)
        self.bem = join(self.study, make_person("Bem Adeyemi"), Role.INTERVIEWER)
        self.gil = join(self.study, make_person("Gil Torres"), Role.FACILITATOR)
        self.jo = join(self.study, make_person("Dr Jo Whitfield"), Role.PSYCHOLOGIST)
        self.kim = join(self.study, make_person("Dr Kim Sato"), Role.PSYCHOLOGIST)
        self.lou = join(self.study, make_person("Lou Brennan"), Role.COORDINATOR)
        self.fay = join(
            self.study, make_person("Fay Lindqvist"), Role.COORDINATOR, Role.INTERVIEWER
        )
        self.sam = join(self.study, make_person("Sam Reid"), Role.LEAD)
        self.charlie = join(
            self.elsewhere,
            make_person("Charlie Outsider"),
            Role.INTERVIEWER,
            Role.COORDINATOR,
        )
        self.dr_kim = make_supporter(self.kim)
        self.dr_jo = make_supporter(self.jo, cover=self.dr_kim)
