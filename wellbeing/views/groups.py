"""A facilitator calls a group, and a supporter sees their own supervision."""

from uuid import uuid4

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from sessions.groups import AlreadyBooked
from sessions.views.desk import supporter_of
from wellbeing import groups
from wellbeing import own_supervision as own
from wellbeing.forms.groups import GroupForm
from wellbeing.lib import access, clock, words
from wellbeing.models import SUPPORTER_ROLES


@access.supporters_only
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    supporter, at = supporter_of(request), clock.now()
    studies = request.standing.studies(*SUPPORTER_ROLES)  # type: ignore[attr-defined]
    form = GroupForm(
        request.POST if request.method == "POST" else None,
        studies=studies,
        at=at,
        initial={"submission": uuid4()},
    )
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            made = groups.call(
                study=data["study"], supporter=supporter, wanted=data["wanted"], at=at
            )
        except groups.NobodyToInvite:
            form.add_error("kind", _nobody(data["kind"]))
        except groups.SplitSuggested as found:
            form.add_error("second_day", _split_words(found))
        except AlreadyBooked as found:
            taken = words.moment_words(found.starts_at, supporter.person.time_zone, at)
            form.add_error("starts", f"You have another booking {taken}.")
        else:
            messages.success(request, "Invited. Here you see who comes.")
            return redirect("group", made.public_id)
    status = 422 if form.is_bound else 200
    return render(request, "wellbeing/group_new.html", {"form": form}, status=status)


@access.supporters_only
@require_safe
def own_supervision(request: HttpRequest) -> HttpResponse:
    """`/own-supervision/`: this month, as the team counts it. Nobody else sees it."""
    person, at = supporter_of(request).person, clock.now()
    studies = request.standing.studies(*SUPPORTER_ROLES)  # type: ignore[attr-defined]
    roles = request.standing.roles  # type: ignore[attr-defined]
    agreed = own.agreed_for(studies=studies, roles=roles, at=at)
    context = {"month": own.month_of(person=person, agreed=agreed, at=at)}
    return render(request, "wellbeing/own_supervision.html", context)


def _nobody(kind: str) -> str:
    if kind == groups.CLOSE:
        return "Nobody has logged or planned work on that day."
    return "There is nobody in this study to invite to that."


def _split_words(found: groups.SplitSuggested) -> str:
    sizes = words.list_words([str(size) for size in found.sizes])
    if len(found.sizes) > 2:
        return (
            f"{found.people} people are invited, and here you can call two groups. "
            f"Make room for {-(-found.people // 2)} in each."
        )
    return (
        f"{found.people} people are invited, so we suggest two groups, of {sizes}. "
        "Choose when the second one is, or make room for more in the first."
    )
