"""Who is on a coordinator's studies, in which role, and who has been invited."""

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from wellbeing import invitations, memberships
from wellbeing.forms.people import InviteForm
from wellbeing.lib import access, clock
from wellbeing.models import Invitation, Membership, Role, Study
from wellbeing.people.models import User
from wellbeing.standing import person_of, standing_of

REFUSALS = {
    invitations.AlreadyThere: "They hold these roles on this study already.",
    invitations.AlreadyInvited: (
        "An invitation to this address is still open. "
        "Withdraw it first to send another."
    ),
    invitations.InvitedTooOften: (
        "This address has had 3 invitations today. Please try again tomorrow."
    ),
}


@dataclass
class Team:
    """One study with its people and open invitations, as the page lists them."""

    study: Study
    people: dict[User, list[Membership]] = field(default_factory=dict)
    invited: list[Invitation] = field(default_factory=list)


@access.coordinators_only
@require_http_methods(["GET", "HEAD", "POST"])
def people(request: HttpRequest) -> HttpResponse:
    """The list, and the form that invites one more person."""
    now = clock.now()
    studies = _studies_of(request)
    sent = request.POST if request.method == "POST" else None
    form = InviteForm(sent, studies=studies)
    if sent is not None and form.is_valid() and _invite(request, form, now):
        messages.success(request, "The invitation is on its way.")
        return redirect("people")
    context = {"teams": _teams(studies, now), "form": form}
    status = 422 if form.errors else 200
    return render(request, "wellbeing/people.html", context, status=status)


def _studies_of(request: HttpRequest) -> list[Study]:
    return standing_of(request.user).studies(Role.COORDINATOR)


def _invite(request: HttpRequest, form: InviteForm, now: datetime) -> bool:
    data = form.cleaned_data
    try:
        invitations.invite(
            study=data["study"],
            email=data["email"],
            name=data["name"],
            roles=data["roles"],
            by=person_of(request),
            at=now,
        )
    except tuple(REFUSALS) as refusal:
        form.add_error("email", REFUSALS[type(refusal)])
        return False
    return True


def _teams(studies: list[Study], now: datetime) -> list[Team]:
    teams = {study.pk: Team(study) for study in studies}
    roles = Membership.objects.on(now.date()).filter(study__in=studies)
    for row in roles.select_related("person").order_by("person__name", "role"):
        teams[row.study_id].people.setdefault(row.person, []).append(row)
    for invitation in _waiting(studies, now):
        teams[invitation.study_id].invited.append(invitation)
    return sorted(teams.values(), key=lambda team: team.study.name)


def _waiting(studies: list[Study], now: datetime) -> list[Invitation]:
    rows = invitations.open_at(now).filter(study__in=studies)
    return list(rows.select_related("invited_by").order_by("email"))


@access.coordinators_only
@require_POST
def end_role(request: HttpRequest) -> HttpResponse:
    """End one role of one person on one of the coordinator's studies, from today."""
    row = get_object_or_404(
        Membership.objects.on(clock.now().date()).select_related("study", "person"),
        study__in=_studies_of(request),
        study__public_id=_uuid(request, "study"),
        person__public_id=_uuid(request, "person"),
        role=request.POST.get("role", ""),
    )
    try:
        memberships.end_role(
            study=row.study, person=row.person, role=row.role, at=clock.now()
        )
    except memberships.LastCoordinator:
        messages.warning(
            request,
            "A study needs a coordinator. Invite another first, then end this role.",
        )
    else:
        messages.success(request, f"{row.person.name}: the role has ended.")
    return redirect("people")


def _uuid(request: HttpRequest, name: str) -> UUID | None:
    try:
        return UUID(request.POST.get(name, ""))
    except ValueError:
        return None


@access.coordinators_only
@require_POST
def withdraw_invitation(request: HttpRequest, public_id: UUID) -> HttpResponse:
    found = get_object_or_404(
        Invitation, public_id=public_id, study__in=_studies_of(request)
    )
    try:
        invitations.withdraw(invitation=found, at=clock.now())
    except invitations.InvitationOver:
        messages.warning(request, "That invitation was used or had run out already.")
    else:
        messages.success(request, "The invitation is withdrawn. Its link is closed.")
    return redirect("people")
