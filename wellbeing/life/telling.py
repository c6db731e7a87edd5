"""Who is told about a step of a study, and who is asked something because of it.

Nothing here is shown to whoever takes the step: who has a time in person, and who was
told, is between the service and the people themselves.
"""

from datetime import date, datetime, time, timedelta

from notifications import outbox
from sessions import ways
from wellbeing.models import EXPOSED_ROLES, SUPPORTER_ROLES, Membership, Pause, Study
from wellbeing.models import StudyChange as Change
from wellbeing.people.models import User
from wellbeing.protocol import lengths

What = Change.What
MIDNIGHT, NOON = time(0), time(12)
DAY = timedelta(days=1)


def everybody(study: Study) -> list[User]:
    """All who hold or held a role in the study. One query."""
    return list(User.objects.filter(memberships__study=study).distinct())


def tell(*, study: Study, change: Change, apart: bool, at: datetime) -> None:
    """What follows from a step for the messages of the study's people."""
    if change.what == What.PAUSED and change.pause and apart:
        _ask_for_another_way(study, change.pause, at)
    if change.what in {What.RESUMED, What.PAUSE_TAKEN_BACK} and change.day:
        _ask_no_more(study, change, at)
    if change.what in {What.SUPPORT_ENDS, What.SUPPORT_STAYS, What.REOPENED}:
        outbox.withdraw(group=_group(study), at=at, reason="the last day has changed")
    if change.what == What.SUPPORT_ENDS and change.day:
        _tell_of_last_day(study, change.day, at)


def _ask_for_another_way(study: Study, pause: Pause, at: datetime) -> None:
    people, supporters = _sides(study, pause.site)
    since = lengths.at_wall_time(pause.starts_on, MIDNIGHT, study.time_zone)
    ways.ask_for_another(people=people, supporters=supporters, since=since, at=at)


def _ask_no_more(study: Study, change: Change, at: datetime) -> None:
    """From the day on which the pause is over; another pause may still ask."""
    assert change.day is not None  # noqa: S101 - the caller has looked
    if Pause.objects.on(change.day).filter(study=study).exists():
        return
    people, supporters = _sides(study, change.site)
    since = lengths.at_wall_time(change.day, MIDNIGHT, study.time_zone)
    ways.ask_no_more(people=people, supporters=supporters, since=since, at=at)


def _sides(study: Study, site: str) -> tuple[set[int], set[int]]:
    """Those who do or did the work, at one place or at all, and the supporters."""
    rows = Membership.objects.filter(study=study)
    workers = rows.filter(role__in=EXPOSED_ROLES)
    if site:
        workers = workers.filter(team__site=site)
    supporters = rows.filter(role__in=SUPPORTER_ROLES)
    return (
        set(workers.values_list("person_id", flat=True)),
        set(supporters.values_list("person_id", flat=True)),
    )


def _tell_of_last_day(study: Study, day: date, at: datetime) -> None:
    """Everybody to whom the standing offer is made, once for each date."""
    last = lengths.at_wall_time(day - DAY, NOON, study.time_zone)
    workers = User.objects.filter(
        memberships__study=study,
        memberships__role__in=EXPOSED_ROLES,
        email__isnull=False,
        is_active=True,
    )
    for person in workers.distinct():
        outbox.plan(
            to=person,
            purpose="support_ends",
            template="support_ends",
            key=f"{_group(study)}:{day.isoformat()}:{at:%Y%m%d%H%M%S}:{person.pk}",
            group=_group(study),
            context={"path": "/support/", "last_at": last.isoformat()},
            at=at,
            expires_at=lengths.at_wall_time(day, MIDNIGHT, study.time_zone),
        )


def _group(study: Study) -> str:
    return f"study:{study.public_id}:support"
