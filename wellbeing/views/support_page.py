"""The page for support on any day: what is kept, what is offered, and how to ask."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import Min, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from sessions.models import Booking, GroupRound, Supporter, SupportRequest
from wellbeing import offers, paid_time, support
from wellbeing.lib import access, clock
from wellbeing.models import Membership, Offer, Study
from wellbeing.people.models import User
from wellbeing.protocol import reasons
from wellbeing.protocol.document import Protocol
from wellbeing.views.offer_panel import panel_of
from wellbeing.views.times import ground_of, several


@access.supported_only
def support_page(request: HttpRequest) -> HttpResponse:
    """`/support/`: what is kept for me, what is offered, and how to ask on any day."""
    at = clock.now()
    person: User = request.user  # type: ignore[assignment]
    study, version, document, standing = ground_of(request, None, at)
    return render(
        request,
        "wellbeing/support.html",
        {
            "bookings": _bookings(person, document, at),
            "offers": open_panels(person, at),
            "requests": SupportRequest.objects.filter(
                person=person, booking__isnull=True, closed_at__isnull=True
            ).select_related("holder__person", "holder__cover__person"),
            "rounds": _rounds(person, at),
            "studies": several(request, at),
            "usual": _usual(study, person, document, at),
            "term": document.kind_words("debrief"),
            "any_day": reasons.any_day(version=version.number, part=standing.part),
            "paid": paid_time.of_month(
                study=study, person=person, document=document, at=at
            ),
        },
    )


@access.supported_only
@require_POST
def someone_else(request: HttpRequest) -> HttpResponse:
    """Somebody else from now on, please. No reason asked, and no message to them."""
    person: User = request.user  # type: ignore[assignment]
    try:
        wanted = UUID(request.POST.get("supporter", ""))
    except ValueError:
        raise Http404 from None
    supporter = get_object_or_404(_around(request), person__public_id=wanted)
    offers.someone_else(person=person, supporter=supporter, at=clock.now())
    messages.success(request, "Done. From now on we start with other people.")
    return redirect("times")


def open_panels(person: User, at: datetime) -> list[Any]:
    """The person's open offers, newest first, without those that joined another, and
    without those that were answered on the page of their booking."""
    rows = (
        Offer.objects.open(at)
        .for_person(person)
        .filter(merged_into__isnull=True)
        .select_related("booking__supporter__person", "version", "person")
        .order_by("-made_at")
    )
    panels = [panel_of(row, at=at) for row in rows]
    return [panel for panel in panels if panel.state == "open"]


def _around(request: HttpRequest) -> QuerySet[Supporter]:
    """The supporters of the person's own studies today."""
    mine = request.standing.supported_studies  # type: ignore[attr-defined]
    members = Membership.objects.on(clock.now().date()).filter(study__in=mine)
    return Supporter.objects.filter(person__in=members.values("person"))


def _usual(
    study: Study, person: User, document: Protocol, at: datetime
) -> Supporter | None:
    roles = document.kinds["debrief"].with_ if "debrief" in document.kinds else []
    circle = support.circle_of(study=study, person=person, at=at)
    return support.known_to(person=person, among=circle.with_roles(roles), at=at)


def _rounds(person: User, at: datetime) -> QuerySet[GroupRound]:
    """Groups to come to which the person is invited and has said nothing yet."""
    rows = GroupRound.objects.filter(
        invitations__person=person,
        invitations__quiet_at__isnull=True,
        invitations__declined_at__isnull=True,
        gatherings__starts_at__gt=at,
        gatherings__called_off_at__isnull=True,
    )
    mine = Booking.objects.for_person(person).filter(freed_at__isnull=True)
    rows = rows.exclude(gatherings__places__in=mine)
    return rows.annotate(first_at=Min("gatherings__starts_at")).order_by("first_at")


def _bookings(person: User, document: Protocol, at: datetime) -> list[dict[str, Any]]:
    rows = (
        Booking.objects.holding(at)
        .for_person(person)
        .filter(ends_at__gt=at)
        .select_related("supporter__person", "series")
        .order_by("starts_at")
    )
    return [
        {"row": row, "kind": document.kind_words(row.kind).replace("_", " ")}
        for row in _one_of_each_series(rows)
    ]


def _one_of_each_series(rows: Iterable[Booking]) -> Iterator[Booking]:
    """Of a regular time only the next; its own page shows them all."""
    seen: set[int] = set()
    for row in rows:
        if row.series_id not in seen:
            yield row
        if row.series_id is not None:
            seen.add(row.series_id)
