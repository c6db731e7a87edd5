"""The demo's small second study: recordings that are transcribed and coded.

Nell coordinates, Tess and Ravi transcribe and code, Ola works without an account. Dr Jo
and Rosa listen here too.
"""

from datetime import date, datetime, timedelta

from django.conf import settings

from wellbeing import studies
from wellbeing.demo.cast import Cast
from wellbeing.models import Activity, Role, Study, WorkItem, WorkTopic
from wellbeing.people.models import User
from wellbeing.queue import asks, finishing, items, outside, room
from wellbeing.queue.finishing import Finish
from wellbeing.queue.items import Line, Matter

PROTOCOL = settings.BASE_DIR / "wellbeing" / "protocols" / "transcripts.yaml"
RECORDING = Activity.Kind.TRANSCRIPTION.value
TEAM = {
    "tess": ("Tess Tran", [Role.TRANSCRIBER, Role.CODER]),
    "ravi": ("Ravi Nair", [Role.TRANSCRIBER, Role.CODER]),
    "nell": ("Nell Quaye", [Role.COORDINATOR]),
}
LISTENING = {"jo": Role.PSYCHOLOGIST, "rosa": Role.PEER_SUPPORTER}
PLAIN, NOTED, HEAVY = (one.value for one in Activity.Level)
# Number, minutes, level, topic, due in so many days.
QUEUE = (
    ("R31", 22, PLAIN, "", 5),
    ("R32", 48, NOTED, "leaving home", 6),
    ("R33", 35, HEAVY, "loss", 8),
    ("R34", 30, PLAIN, "", 9),
    ("R35", 41, NOTED, "hospital", 12),
)


def second_study(people: Cast, opened: date, at: datetime) -> None:
    """The study, its queue, one recording done, one taken on, and two asked for."""
    study = Study.objects.create(name="Recordings and transcripts", opened_on=opened)
    began = at - timedelta(days=60)
    text = PROTOCOL.read_text()
    studies.add_version(
        study=study,
        text=text,
        reason="Agreed by all of us.",
        active_from=began,
        at=began,
    )
    for key, (name, roles) in TEAM.items():
        people[key] = User.objects.create_user(
            email=f"{key}@alongside.example", name=name, joined_at=began
        )
        studies.join(
            study=study, person=people[key], roles=roles, since=opened, at=began
        )
    for key, role in LISTENING.items():
        studies.join(
            study=study, person=people[key], roles=[role], since=opened, at=began
        )
    _fill(study, people["nell"], at - timedelta(days=3))
    _give(study, people, at)


def _fill(study: Study, by: User, at: datetime) -> None:
    topics = {
        name: WorkTopic.objects.create(study=study, name=name)
        for name in ("hospital", "leaving home", "loss")
    }
    for code, minutes, level, topic, days in QUEUE:
        items.add(
            study=study,
            lines=[Line(code, minutes)],
            matter=Matter(
                kind=RECORDING,
                level=level,
                topic=topics.get(topic),
                again=False,
                due_on=at.date() + timedelta(days=days),
            ),
            by=by,
            at=at,
        )


def _give(study: Study, people: Cast, at: datetime) -> None:
    """R31 is done, R34 is with Ravi, R33 is asked of Tess and R32 of Ola."""
    ola = outside.add(
        study=study,
        name="Ola Sand",
        email="ola@alongside.example",
        role=Role.TRANSCRIBER,
        by=people["nell"],
        at=at - timedelta(days=2),
    )
    yesterday = at - timedelta(days=1)
    first = asks.take(item=_ask(study, "R31", people["ravi"], yesterday), at=yesterday)
    done = at - timedelta(hours=20)
    finishing.finish(item=first, by=people["ravi"], said=Finish(done, 95, 22), at=done)
    asks.take(item=_ask(study, "R34", people["ravi"], done), at=done)
    _ask(study, "R33", people["tess"], at - timedelta(minutes=30))
    _ask(study, "R32", ola.person, at - timedelta(minutes=20))


def _ask(study: Study, code: str, person: User, at: datetime) -> WorkItem:
    item = WorkItem.objects.get(study=study, code=code)
    able = room.can_take(item=item, person=person, at=at)
    return asks.ask(
        item=item, person=person, seen=able.sentences if able else [], at=at
    )
