"""`/activities/<id>/menu/`: that one was hard, or it is adding up. Keeps nothing."""

from datetime import datetime
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from wellbeing import activities, facts, practical
from wellbeing.lib import access, clock
from wellbeing.models import Activity, ProtocolVersion
from wellbeing.people.models import User
from wellbeing.protocol import lengths
from wellbeing.protocol.document import Protocol
from wellbeing.times import bookable_kinds
from wellbeing.views.log import own_activity


@access.signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def menu(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """The whole menu at once. Opening it writes nothing and tells nobody."""
    person: User = request.user  # type: ignore[assignment]
    row = own_activity(public_id, person)
    at = clock.now()
    if request.method == "POST":
        return _ask(request, row, person, at)
    version = ProtocolVersion.objects.in_force(row.study, at)
    document = facts.document_of(version) if version else None
    offer = activities.offer_about(row, person)
    return render(
        request,
        "wellbeing/menu.html",
        {
            "activity": row,
            "offer": offer if offer and facts.state_of(offer) == "open" else None,
            "kinds": _kinds(document),
            "wishes": practical.WISHES,
            "submission": uuid4(),
            "soon": _next_one_soon(row, person, document, at),
            "spacing": lengths.words(document.hard_one.spacing)
            if document and document.hard_one
            else "",
        },
    )


def _ask(
    request: HttpRequest, row: Activity, person: User, at: datetime
) -> HttpResponse:
    """Only what would help is sent, to the coordinators."""
    try:
        practical.ask(
            study=row.study,
            person=person,
            wish=request.POST.get("wish", ""),
            submission=str(UUID(request.POST.get("submission", ""))),
            at=at,
        )
    except (practical.NoSuchWish, ValueError):
        messages.info(request, "Choose what would help, or leave it. Nothing was sent.")
    else:
        messages.success(request, "Sent to the coordinators. Only that, and no reason.")
    return redirect("menu", row.public_id)


def _kinds(document: Protocol | None) -> list[tuple[str, str]]:
    """What can be booked on any day, by the team's own words."""
    if document is None or document.standing_offer is None:
        return []
    kinds = bookable_kinds(document, document.standing_offer.kinds)
    return [(kind, document.kind_words(kind)) for kind in kinds]


def _next_one_soon(
    row: Activity, person: User, document: Protocol | None, at: datetime
) -> Activity | None:
    """The next planned interview, when it comes sooner than the protocol suggests."""
    if document is None or document.hard_one is None:
        return None
    until = lengths.after(at, document.hard_one.spacing, document.calendar)
    return (
        Activity.objects.planned()
        .filter(study=row.study, exposures__person=person)
        .filter(starts_at__gt=at, starts_at__lt=until)
        .order_by("starts_at")
        .first()
    )
