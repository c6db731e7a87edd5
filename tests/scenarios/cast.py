"""The people of the scenarios, their two protocols and their dates.

Ada, Bem, Cleo, Dev and Esi interview, as researchers with lived experience. Fay
coordinates and interviews, Lou coordinates, Gil facilitates, Mo codes. Dr Jo and Dr Kim
are clinical psychologists and cover each other, Dr Noor is one from outside, Pat talks
with peers, Sam leads, Prof Ives is the chief investigator. Charlie is on another study
and must see nothing of this one.

Version 1 of the protocol holds from 1 July 2019, version 2 from 27 July 2020.
"""

from collections.abc import Collection
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from uuid import uuid4
from zoneinfo import ZoneInfo

import yaml
from django.conf import settings
from django.test import Client

from sessions import availability
from sessions.models import Booking, Supporter
from tests.factories import make_person
from wellbeing import activities, looks, offers, planning, preparation, studies
from wellbeing.activities import Entry
from wellbeing.models import Activity, Offer, Pause, Role, Study
from wellbeing.people.models import Contact, User

LONDON = ZoneInfo("Europe/London")
EXAMPLE = Path(settings.BASE_DIR) / "wellbeing/protocols/interviews.yaml"


def _written(*, remote: bool) -> str:
    """The example protocol as this team agreed it: version 1 knows no remote way of
    interviewing; version 2 does, and wants a refresher first. There is no monthly
    supervision, and a chief investigator signs too."""
    text = yaml.safe_load(EXAMPLE.read_text())
    del text["offers"]["supervision"]
    text["reminders"].remove({"before": "now", "by": "sms"})
    text["signoff"]["need"]["chief_investigator"] = 1
    if remote:
        text["steps"]["remote_refresher"] = {
            "called": "remote refresher",
            "how": "An hour with the lead",
        }
        text["before"]["interview"]["interviewer"].append("remote_refresher")
    else:
        del text["also_there"]
        for mode in ("teams", "zoom"):
            del text["activities"]["interview"]["modes"][mode]
    return yaml.safe_dump(text, sort_keys=False)


# Written once: YAML takes longer than most of these tests.
V1, V2 = _written(remote=False), _written(remote=True)
STEPS = ("interview_training", "role_play", "live_observation")


def london(text: str) -> datetime:
    """`2020-09-15 15:40` as the clock shows it in London, in UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=LONDON).astimezone(UTC)


BEGAN = london("2019-07-01 00:00")
SECOND = london("2020-07-27 00:00")
RESEARCHERS = (Role.INTERVIEWER, Role.LIVED_EXPERIENCE)


class Cast:
    """The study and everybody in it."""

    def __init__(self) -> None:
        self.study = Study.objects.create(name="Lived lives", opened_on=BEGAN.date())
        self.elsewhere = Study.objects.create(name="Other", opened_on=BEGAN.date())
        studies.add_version(
            study=self.study, text=V1, reason="First.", active_from=BEGAN, at=BEGAN
        )
        self.ada = self.join("Ada Okafor", *RESEARCHERS)
        self.bem = self.join("Bem Adeyemi", *RESEARCHERS)
        self.cleo = self.join("Cleo Hartley", *RESEARCHERS)
        self.dev = self.join("Dev Rao", *RESEARCHERS)
        self.esi = self.join("Esi Mensah", *RESEARCHERS)
        self.fay = self.join("Fay Lindqvist", Role.COORDINATOR, Role.INTERVIEWER)
        self.lou = self.join("Lou Brennan", Role.COORDINATOR)
        self.gil = self.join("Gil Torres", Role.FACILITATOR)
        self.mo = self.join("Mo Haddad", Role.CODER)
        self.jo = self.join("Dr Jo Whitfield", Role.PSYCHOLOGIST)
        self.kim = self.join("Dr Kim Sato", Role.PSYCHOLOGIST)
        self.noor = self.join("Dr Noor Aziz", Role.OUTSIDE_PSYCHOLOGIST)
        self.pat = self.join("Pat Osei", Role.PEER_SUPPORTER)
        self.sam = self.join("Sam Reid", Role.LEAD)
        self.ives = self.join("Prof Ives Carr", Role.CHIEF_INVESTIGATOR)
        self.charlie = self.join(
            "Charlie Outsider", Role.INTERVIEWER, Role.COORDINATOR, study=self.elsewhere
        )
        self.dr_kim = self._supporter(self.kim, "Clinical psychologist")
        self.dr_jo = self._supporter(
            self.jo, "Clinical psychologist", cover=self.dr_kim
        )
        Supporter.objects.filter(pk=self.dr_kim.pk).update(cover=self.dr_jo)
        self.dr_noor = self._supporter(self.noor, "Psychologist", outside=True)
        self.peer = self._supporter(self.pat, "Peer supporter")

    def join(self, name: str, *roles: Role, study: Study | None = None) -> User:
        person = make_person(name)
        studies.join(
            study=study or self.study,
            person=person,
            roles=roles,
            since=BEGAN.date(),
            at=BEGAN,
        )
        return person

    def _supporter(self, person: User, title: str, **more: object) -> Supporter:
        """Somebody who can be booked from 9:30am to 5:30pm on working days."""
        supporter = Supporter.objects.create(person=person, title=title, **more)
        for weekday in range(5):
            availability.add_hours(
                supporter=supporter,
                weekday=weekday,
                starts=time(9, 30),
                ends=time(17, 30),
                zone="Europe/London",
                modes=["phone", "video", "in_person"],
                from_date=BEGAN.date(),
            )
        return supporter

    # --- what happened before the scenario begins ------------------------------------

    def second_version(self) -> None:
        """Version 2, for remote interviews with a facilitator, agreed and dated."""
        studies.add_version(
            study=self.study,
            text=V2,
            reason="Remote interviews with a facilitator.",
            active_from=SECOND,
            at=london("2020-07-20 12:00"),
        )

    def prepare(
        self,
        *people: User,
        steps: Collection[str] = (*STEPS, "remote_refresher"),
        day: str = "2020-07-27",
    ) -> None:
        """What the protocol wants before an interview is noted as done on a day."""
        for person in people:
            for step in steps:
                preparation.note(
                    study=self.study,
                    person=person,
                    step=step,
                    done_on=date.fromisoformat(day),
                    by=self.lou,
                    at=london(f"{day} 09:00"),
                )

    def pauses(self, day: str, *, until: str = "") -> None:
        """The study plans nothing from a day on, until it resumes on another."""
        Pause.objects.create(
            study=self.study,
            starts_on=date.fromisoformat(day),
            ends_on=date.fromisoformat(until) if until else None,
            reason="Nobody can travel.",
        )
        everybody = User.objects.filter(memberships__study=self.study).distinct()
        looks.mark_due(
            study=self.study, people=list(everybody), at=london(f"{day} 00:00")
        )

    def texts(self, person: User, number: str) -> Contact:
        """A number that the person has verified, and asked for texts to."""
        moment = london("2020-09-01 12:00")
        return Contact.objects.create(
            person=person,
            phone=number,
            phone_verified_at=moment,
            sms_wanted_at=moment,
        )

    def interviewed(
        self,
        person: User,
        ended: str,
        *,
        minutes: int = 60,
        code: str = "",
        **more: object,
    ) -> Activity:
        """An interview that somebody held and logged when it ended."""
        at = london(ended)
        entry = {
            "study": self.study,
            "role": Role.INTERVIEWER,
            "code": code or uuid4().hex[:6],
            "starts_at": at - timedelta(minutes=minutes),
            "ends_at": at,
            "mode": "teams",
            "companion": None,
            "others": (),
            "submission": uuid4(),
            **more,
        }
        logged = activities.log_interview(
            entry=Entry(**entry),  # type: ignore[arg-type]
            by=person,
            answer="",
            wish=None,
            at=at,
        )
        return logged.activity

    def planned(
        self, person: User, start: str, *, at: str, minutes: int = 60, code: str = ""
    ) -> Activity:
        """An interview that Lou has put into the plan."""
        return planning.plan_interview(
            study=self.study,
            by=self.lou,
            code=code or uuid4().hex[:6],
            interviewer=person,
            facilitator=None,
            start=london(start),
            minutes=minutes,
            mode="teams",
            seen=(),
            submission=uuid4(),
            at=london(at),
        )

    def take(
        self,
        person: User,
        supporter: Supporter,
        start: str,
        *,
        at: str,
        mode: str = "phone",
    ) -> Booking:
        """A talk that somebody booked for no reason."""
        return offers.take(
            study=self.study,
            person=person,
            offer=None,
            supporter=supporter,
            kind="debrief",
            start=london(start),
            mode=mode,
            at=london(at),
        )

    def asks(self, person: User, supporter: Supporter) -> None:
        """Somebody asks a supporter by name, on the page for that."""
        browser = Client()
        browser.force_login(person)
        page = browser.get("/support/ask/")
        browser.post(
            "/support/ask/",
            {
                "holder": supporter.person.public_id,
                "kind": "debrief",
                "submission": page.context["form"]["submission"].value(),
            },
        )

    def offer_of(self, person: User, rule: str = "after_interview") -> Offer:
        """The newest offer of a rule that somebody has."""
        rows = Offer.objects.filter(person=person, rule=rule)
        return rows.select_related("booking", "version").latest("made_at", "pk")

    def pencil_of(self, person: User, rule: str = "after_interview") -> Booking | None:
        """The time that is kept for somebody on the newest offer of a rule."""
        return self.offer_of(person, rule).booking
