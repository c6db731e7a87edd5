"""An offer, and the person's own answer to it."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from sessions.booking import NoLongerThere, TimeTaken
from wellbeing import facts, offers
from wellbeing.lib import access, clock
from wellbeing.models import Offer
from wellbeing.people.models import User
from wellbeing.views.offer_panel import panel_of
from wellbeing.views.times import GONE


@access.signed_in
def offer(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """`/offers/<id>/`: why it is there, what one can do, and what if one does not."""
    row = _own_offer(request, public_id)
    at = clock.now()
    joined = row.merged.filter(withdrawn_at__isnull=True).count()
    return render(
        request,
        "wellbeing/offer.html",
        {"panel": panel_of(row, at=at), "joined": joined},
    )


@access.signed_in
@require_POST
def keep(request: HttpRequest, public_id: UUID) -> HttpResponse:
    row = _own_offer(request, public_id)
    try:
        offers.keep(offer=row, by=row.person, at=clock.now())
    except (TimeTaken, NoLongerThere, offers.NothingKept):
        messages.info(request, GONE)
        return redirect(f"{reverse('times')}?offer={public_id}")
    except offers.AlreadyAnswered:
        messages.info(request, "This offer has been answered already.")
    return redirect("offer", public_id)


@access.signed_in
@require_POST
def decline(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Not this time. Nobody is told."""
    row = _own_offer(request, public_id)
    try:
        offers.decline(offer=row, by=row.person, at=clock.now())
    except offers.AlreadyAnswered:
        messages.info(request, "This offer has been answered already.")
    return redirect("offer", public_id)


@access.signed_in
@require_POST
def quiet_time(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """A quiet paid hour in place of talking."""
    row = _own_offer(request, public_id)
    document = facts.document_of(row.version)
    kinds = document.offers[row.rule].kinds
    quiet = [kind for kind in kinds if not document.kinds[kind].with_]
    try:
        if quiet:
            at = clock.now()
            offers.take_quiet_time(offer=row, kind=quiet[0], by=row.person, at=at)
    except offers.AlreadyAnswered:
        messages.info(request, "This offer has been answered already.")
    return redirect("offer", public_id)


def _own_offer(request: HttpRequest, public_id: UUID) -> Offer:
    person: User = request.user  # type: ignore[assignment]
    rows = Offer.objects.for_person(person).select_related(
        "booking__supporter__person", "version", "study", "person"
    )
    return get_object_or_404(rows, public_id=public_id)
