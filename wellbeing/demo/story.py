"""The story of the demo: one study in full swing and one that is over.

Everything is made by the product's own verbs, each at its own instant, so that the
demo can show nothing that the product could not have done. Invented throughout.
"""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import partial
from uuid import uuid4
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import F

from checkins import answers, instruments
from checkins.models import Invitation
from notifications.models import Message
from sessions import booking
from sessions.models import Booking, Supporter
from sessions.slots import Span
from wellbeing import activities, offers, planning, studies, support
from wellbeing.activities import Entry
from wellbeing.demo import background, cast, recordings
from wellbeing.demo.cast import Cast
from wellbeing.models import Activity, Offer, Pause, Study
from wellbeing.people.models import User
from wellbeing.protocol import lengths
from wellbeing.ticking import tick

ZONE = "Europe/London"
PROTOCOL = settings.BASE_DIR / "wellbeing" / "protocols" / "interviews.yaml"
OPENED = 240
PAUSED = (120, 75)


@dataclass(frozen=True)
class Past:
    """One interview of the last weeks: working days ago, when it ended, the answer."""

    days_ago: int
    ended: time
    minutes: int
    code: str
    who: str
    facilitated_by: str
    answer: str


PAST = (
    Past(24, time(11, 10), 70, "201", "ada", "gil", "keep"),
    Past(22, time(15, 0), 58, "202", "bem", "gil", "no"),
    Past(20, time(12, 40), 100, "203", "dev", "mo", "keep"),
    Past(17, time(16, 30), 45, "204", "cleo", "mo", "keep"),
    Past(15, time(11, 0), 62, "205", "fay", "gil", ""),
    Past(12, time(15, 40), 95, "206", "bem", "mo", "keep"),
    Past(10, time(12, 0), 75, "207", "dev", "gil", "no"),
    Past(9, time(16, 10), 50, "208", "cleo", "gil", "keep"),
    Past(6, time(11, 30), 48, "209", "ada", "mo", "no"),
    Past(4, time(15, 15), 66, "210", "bem", "gil", "keep"),
    Past(3, time(12, 20), 82, "211", "fay", "pat", "no"),
    Past(2, time(16, 0), 55, "212", "bem", "mo", ""),
    Past(1, time(15, 30), 71, "213", "cleo", "pat", "keep"),
)
# Working days ahead, hour, minutes, code, interviewer, facilitator.
AHEAD = (
    (1, time(14, 0), 60, "215", "dev", "mo"),
    (2, time(10, 30), 75, "216", "ada", "pat"),
    (3, time(14, 0), 60, "217", "cleo", "gil"),
    (4, time(11, 0), 60, "218", "fay", "mo"),
)


def tell(*, at: datetime) -> None:
    """Fill an empty database with the story, as it stands at `at`."""
    today = at.astimezone(ZoneInfo(ZONE)).date()
    opened = today - timedelta(days=OPENED)
    study = Study.objects.create(
        name="Community support", time_zone=ZONE, opened_on=opened
    )
    people = cast.gather(study=study, opened=opened, at=_at(opened, time(9)))
    _protocol(study, today)
    background.prepare(study, people, opened)
    _pause(study, today)
    for past in PAST:
        _live(study, people, past, today)
    _plan(study, people, today, at)
    _supervised(study, people, at)
    _ask(study, people, at)
    background.draft_in_review(study, people, at)
    background.finished_study(people, at)
    recordings.second_study(people, opened, at)
    tick(at=at)
    _settle_the_past(at)


def _at(day: date, wall: time) -> datetime:
    return lengths.at_wall_time(day, wall, ZONE)


def working_day(today: date, away: int) -> date:
    """The working day so many before (negative) or after today."""
    day, step = today, (1 if away > 0 else -1)
    for _ in range(abs(away)):
        day += timedelta(days=step)
        while day.weekday() > 4:
            day += timedelta(days=step)
    return day


def _protocol(study: Study, today: date) -> None:
    text = PROTOCOL.read_text()
    for days, reason in (
        (OPENED, "The first version, agreed by the whole team."),
        (PAUSED[1], "Remote interviews, with a facilitator."),
    ):
        moment = _at(today - timedelta(days=days), time(8))
        studies.add_version(
            study=study, text=text, reason=reason, active_from=moment, at=moment
        )


def _pause(study: Study, today: date) -> None:
    Pause.objects.create(
        study=study,
        starts_on=today - timedelta(days=PAUSED[0]),
        ends_on=today - timedelta(days=PAUSED[1]),
        reason="Interviews in person could not go on.",
    )


def _live(study: Study, people: Cast, past: Past, today: date) -> None:
    """One interview as it went: logged, offered, answered, asked about, talked over."""
    who, with_whom = people[past.who], people[past.facilitated_by]
    ended = _at(working_day(today, -past.days_ago), past.ended)
    logged = ended + timedelta(minutes=4)
    tick(at=logged - timedelta(minutes=1))
    _skip(logged)
    entry = Entry(
        study=study,
        role="interviewer",
        code=past.code,
        starts_at=ended - timedelta(minutes=past.minutes),
        ends_at=ended,
        mode="teams",
        companion=None,
        others=((with_whom, "facilitator"),),
        submission=uuid4(),
    )
    done = activities.log_interview(
        entry=entry, by=who, answer="", wish=None, at=logged
    )
    _answer(done.activity, who, past.answer, logged + timedelta(minutes=1))
    if past.days_ago % 3 and past.days_ago > 1:
        _answer(done.activity, with_whom, "no", logged + timedelta(hours=1))
    _talked(today)
    if past.days_ago > 3 and past.answer:
        _checked_in(who, ended + timedelta(days=1))


def _answer(activity: Activity, who: User, answer: str, at: datetime) -> None:
    offer = activities.offer_about(activity, who)
    if offer is None or not Offer.objects.open(at).filter(pk=offer.pk).exists():
        return
    if answer == "keep" and offer.booking:
        offers.keep(offer=offer, by=who, at=at)
    elif answer == "no":
        offers.decline(offer=offer, by=who, at=at)


def _talked(today: date) -> None:
    """Conversations that are over took place, and their supporters said so."""
    midnight = _at(today, time(0))
    for row in Booking.objects.filter(
        agreed_at__isnull=False,
        freed_at__isnull=True,
        took_place_at__isnull=True,
        ends_at__lt=midnight,
    ).select_related("supporter__person"):
        booking.record_outcome(
            booking=row,
            took_place=True,
            by=row.supporter.person,
            at=row.ends_at + timedelta(minutes=5),
        )


def _skip(at: datetime) -> None:
    """Everybody leaves out what they are asked; the newest come after the last one."""
    for invitation in Invitation.objects.open(at).select_related("person"):
        answers.skip(invitation=invitation, person=invitation.person, at=at)


def _checked_in(who: User, day_after: datetime) -> None:
    invitation = (
        Invitation.objects.untouched()
        .filter(person=who, ask_at__lte=day_after)
        .order_by("-ask_at")
        .first()
    )
    if invitation is None or invitation.answered_at:
        return
    form = instruments.FORMS["short"]
    said = instruments.clean(
        form, {"how": ["tired"], "full": ["right"], "help": ["nothing"]}
    )
    answers.save(
        invitation=invitation,
        person=who,
        answers=said,
        share="me",
        share_with=None,
        again="usual",
        at=invitation.ask_at + timedelta(minutes=20),
    )


def _supervised(study: Study, people: Cast, at: datetime) -> None:
    """Two people have their supervision booked; the others still choose."""
    for key in ("dev", "gil"):
        person = people[key]
        document = offers.current_document(study, person, at)
        offer = Offer.objects.open(at).for_person(person).get(rule="supervision")
        circle = support.circle_of(study=study, person=person, at=at)
        found = support.choices(
            supporters=circle.with_roles(["supervisor"]),
            kinds=["supervision"],
            document=document,
            person=person,
            window=Span(at + timedelta(days=2), at + timedelta(days=21)),
            at=at,
        )
        offers.take(
            study=study,
            person=person,
            offer=offer,
            supporter=found[0].supporter,
            kind="supervision",
            start=found[0].slot.start,
            mode="video",
            at=at - timedelta(hours=20),
        )


def _plan(study: Study, people: Cast, today: date, at: datetime) -> None:
    """Today's interview of Ada, about to be logged, and those of the coming days."""
    began = (at - timedelta(minutes=75)).replace(second=0, microsecond=0)
    rows = [(began, 70, "214", "ada", "gil")]
    rows += [
        (_at(working_day(today, days), wall), minutes, code, who, with_whom)
        for days, wall, minutes, code, who, with_whom in AHEAD
    ]
    for start, minutes, code, who, with_whom in rows:
        plan = partial(
            planning.plan_interview,
            study=study,
            by=people["lou"],
            code=code,
            interviewer=people[who],
            facilitator=people[with_whom],
            start=start,
            minutes=minutes,
            mode="teams",
            submission=uuid4(),
            at=min(at, start) - timedelta(days=3),
        )
        try:
            plan(seen=())
        except planning.WorthKnowing as notice:
            plan(seen=[word.sentence for word in notice.words])


def _ask(study: Study, people: Cast, at: datetime) -> None:
    """Esi has not interviewed this month and would like to talk: no reason needed."""
    offers.ask(
        study=study,
        person=people["esi"],
        holder=Supporter.objects.get(person=people["jo"]),
        kind="debrief",
        modes=["video"],
        note="Thursdays are easiest. I would rather not start early.",
        at=at - timedelta(minutes=50),
        submission=str(uuid4()),
    )


def _settle_the_past(at: datetime) -> None:
    """What was due before the last day has arrived long ago; the rest leaves now."""
    Message.objects.filter(
        state="pending", not_before__lt=at - timedelta(hours=20)
    ).update(state="delivered", settled_at=F("not_before"), attempts=1)
