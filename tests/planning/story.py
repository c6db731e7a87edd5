"""A study with an agreed protocol, and a plan to try in it."""

from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from uuid import uuid4

from django.conf import settings

from tests.factories import Team, make_interview
from wellbeing import planning
from wellbeing.models import Activity, Prepared, ProtocolVersion

TEXT = (Path(settings.BASE_DIR) / "wellbeing/protocols/interviews.yaml").read_text()
# Thursday 17 September 2026, 2pm in London; the story's now is Tuesday 15, 4pm.
THURSDAY = datetime(2026, 9, 17, 13, 0, tzinfo=UTC)


def agree(study, text=TEXT, *, number=1, since=datetime(2026, 1, 5, tzinfo=UTC)):
    return ProtocolVersion.objects.create(
        study=study,
        number=number,
        text=text,
        digest=sha256(text.encode()).hexdigest(),
        reason="agreed",
        active_from=since,
        made_at=since,
    )


STEPS = ("interview_training", "role_play", "live_observation")


def prepare(study, *people, steps=STEPS, day=date(2026, 1, 12)) -> None:
    """What the example protocol wants before an interview is noted for them."""
    Prepared.objects.bulk_create(
        Prepared(
            study=study,
            person=person,
            step=step,
            done_on=day,
            noted_at=datetime(2026, 1, 12, 9, tzinfo=UTC),
        )
        for person in people
        for step in steps
    )


def done(team: Team, person, *ends: datetime) -> None:
    for end in ends:
        make_interview(team.study, person, ended=end, code=uuid4().hex[:8])


def days_before(moment: datetime, *days: int) -> list[datetime]:
    return [moment - timedelta(days=day) for day in days]


def plan(team: Team, at: datetime, **changes: object) -> Activity:
    details: dict = {
        "study": team.study,
        "by": team.lou,
        "code": "209",
        "interviewer": team.bem,
        "facilitator": None,
        "start": THURSDAY,
        "minutes": 60,
        "mode": "teams",
        "seen": (),
        "submission": uuid4(),
        "at": at,
    }
    return planning.plan_interview(**{**details, **changes})
