"""Telling the lead where the service itself fell short. Never about a person.

Alerts go out in one message the next working morning: in a team of six, a message at
the minute it happened would name who asked (domain trap 14).
"""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Exists, F, OuterRef, Q

from notifications import outbox
from sessions.models import Booking, Freed, SupportRequest
from wellbeing import facts, help_lines, support
from wellbeing.models import Membership, ProtocolVersion, Role, ServiceAlert, Study
from wellbeing.protocol import lengths

MORNING = time(9, 0)
# A cancel older than this has been noted by an earlier pass.
STILL_NEW = timedelta(days=7)


def note_unanswered(*, at: datetime) -> int:
    """One alert for each request that still waits when its time is over, once cover
    has been asked or when there is nobody to ask."""
    nobody_to_ask = Q(holder__cover=None) | Q(holder__cover=F("person"))
    late = SupportRequest.objects.unanswered().filter(answer_due__lte=at)
    waiting = late.filter(Q(cover_asked_at__isnull=False) | nobody_to_ask)
    made = 0
    for request in waiting.select_related("person"):
        study = support.study_of(
            supporter=request.holder_id, person=request.person, at=at
        )
        if study is None:
            continue
        key = f"unanswered:{request.public_id}"
        made += _noted(study, ServiceAlert.Kind.UNANSWERED, key, at)
    return made


def note_cancelled_twice(*, at: datetime) -> int:
    """One alert each time that we cancel on somebody after an earlier one.

    A cancel that was undone is none, the end of a regular time is one however many
    times it held, and a group that is called off is a matter of its own.
    """
    by_us = Booking.objects.filter(
        freed_because=Freed.BY_US, agreed_at__isnull=False, gathering__isnull=True
    )
    earlier = by_us.filter(person=OuterRef("person"), freed_at__lt=OuterRef("freed_at"))
    fresh = by_us.filter(Exists(earlier), freed_at__gt=at - STILL_NEW)
    made, seen = 0, set()
    for booking in fresh.select_related("person").order_by("pk"):
        study = support.study_of(
            supporter=booking.supporter_id, person=booking.person, at=at
        )
        moment = booking.person_id, booking.freed_at
        if study is not None and moment not in seen:
            key = f"cancelled:{booking.public_id}:{booking.sequence}"
            made += _noted(study, ServiceAlert.Kind.CANCELLED, key, at)
        seen.add(moment)
    return made


def note_help_list(*, at: datetime) -> int:
    """One alert in each open study when the list of help lines is no longer checked:
    entries hide then (scenario 50). One for each time that it grows old; no query while
    it is fresh."""
    since = help_lines.not_checked_since(at.date())
    if since is None:
        return 0
    kind, made = ServiceAlert.Kind.HELP_LIST, 0
    for study in Study.objects.filter(closed_on__isnull=True):
        made += _noted(study, kind, f"help:{study.public_id}:{since}", at)
    return made


def _noted(study: Study, kind: ServiceAlert.Kind, key: str, at: datetime) -> bool:
    _, new = ServiceAlert.objects.get_or_create(
        key=key, defaults={"study": study, "kind": kind, "made_at": at}
    )
    return new


def tell_leads(*, at: datetime) -> int:
    """Send what came up before today to each study's leads. Returns how many alerts."""
    told = 0
    for study in Study.objects.filter(alerts__told_at__isnull=True).distinct():
        told += _tell_leads_of(study, at)
    return told


def _tell_leads_of(study: Study, at: datetime) -> int:
    today = at.astimezone(ZoneInfo(study.time_zone)).date()
    midnight = lengths.at_wall_time(today, time(0), study.time_zone)
    morning = lengths.at_wall_time(today, MORNING, study.time_zone)
    if at < morning or not _works_on(study, today, at):
        return 0
    waiting = ServiceAlert.objects.filter(
        study=study, told_at__isnull=True, made_at__lt=midnight
    )
    count = waiting.count()
    leads = Membership.objects.on(today).filter(study=study, role=Role.LEAD)
    if not count or not leads.exists():
        return 0
    for lead in leads.select_related("person"):
        outbox.plan(
            to=lead.person,
            purpose="service_alert",
            template="service_alert",
            key=f"service-alert:{study.public_id}:{today}:{lead.person_id}",
            group=f"service-alert:{study.public_id}:{today}",
            context={"count": count, "path": "/alerts/"},
            at=at,
            expires_at=at + timedelta(days=3),
        )
    return waiting.update(told_at=at)


def _works_on(study: Study, day: date, at: datetime) -> bool:
    version = ProtocolVersion.objects.in_force(study, at)
    return version is None or facts.document_of(version).calendar.works_on(day)
