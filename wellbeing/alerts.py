"""Telling the lead where the service itself fell short. Never about a person.

Alerts go out in one message the next working morning: in a team of six, a message at
the minute it happened would name who asked (domain trap 14).
"""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db.models import F, Q
from django.urls import reverse

from notifications import outbox
from sessions.models import Supporter, SupportRequest
from wellbeing import facts
from wellbeing.models import (
    Membership,
    Offer,
    ProtocolVersion,
    Role,
    ServiceAlert,
    Study,
)
from wellbeing.protocol import lengths

MORNING = time(9, 0)


def note_no_time(*, offer: Offer, cover: Supporter | None, at: datetime) -> None:
    """One alert for an offer without a free time in its window. The lead reads it next
    morning; `cover`, who could open an hour, at once, and without a name."""
    alert, new = ServiceAlert.objects.get_or_create(
        key=f"no-time:{offer.public_id}",
        defaults={
            "study": offer.study,
            "kind": ServiceAlert.Kind.NO_TIME,
            "made_at": at,
        },
    )
    if not new or cover is None or cover.pk == offer.person_id:
        return
    outbox.plan(
        to=cover.person,
        purpose="service_alert",
        template="no_time_for_cover",
        key=f"{alert.key}:cover",
        group=alert.key,
        context={"path": reverse("availability")},
        at=at,
        expires_at=offer.window_until,
    )


def note_unanswered(*, at: datetime) -> int:
    """One alert for each request that still waits when its time is over, once cover
    has been asked or when there is nobody to ask."""
    nobody_to_ask = Q(holder__cover=None) | Q(holder__cover=F("person"))
    late = SupportRequest.objects.unanswered().filter(answer_due__lte=at)
    waiting = late.filter(Q(cover_asked_at__isnull=False) | nobody_to_ask)
    made = 0
    for request in waiting.select_related("person"):
        study = _study_of(request, at)
        if study is None:
            continue
        _, new = ServiceAlert.objects.get_or_create(
            key=f"unanswered:{request.public_id}",
            defaults={
                "study": study,
                "kind": ServiceAlert.Kind.UNANSWERED,
                "made_at": at,
            },
        )
        made += new
    return made


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


def _study_of(request: SupportRequest, at: datetime) -> Study | None:
    """The study that the holder supports and the person belongs to."""
    day = at.date()
    of_holder = Membership.objects.on(day).filter(person_id=request.holder_id)
    shared = Membership.objects.on(day).filter(
        person=request.person, study__in=of_holder.values("study")
    )
    row = shared.select_related("study").order_by("study_id").first()
    return row.study if row else None
