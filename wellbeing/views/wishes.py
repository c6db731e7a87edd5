"""`/times/wishes/`: the days, times of day and ways of talking that a person likes."""

from urllib.parse import urlencode
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from sessions import wishes
from sessions.availability_forms import WEEKDAYS
from sessions.forms import MODES
from wellbeing.lib import access, clock
from wellbeing.standing import person_of

PARTS = (
    ("morning", "Morning, before noon"),
    ("afternoon", "Afternoon, noon to 5pm"),
    ("evening", "Evening, from 5pm"),
)
UNKNOWN = {"invalid_choice": "Choose among those that are shown."}


class WishesForm(forms.Form):
    """Nothing chosen in a part means that any will do."""

    weekdays = forms.TypedMultipleChoiceField(
        label="Which days suit you?",
        choices=WEEKDAYS,
        coerce=int,
        required=False,
        error_messages=UNKNOWN,
    )
    parts = forms.MultipleChoiceField(
        label="Which times of day?",
        choices=PARTS,
        required=False,
        error_messages=UNKNOWN,
    )
    modes = forms.MultipleChoiceField(
        label="How do you like to talk?",
        choices=MODES,
        required=False,
        error_messages=UNKNOWN,
    )


@access.supported_only
@require_http_methods(["GET", "HEAD", "POST"])
def own_wishes(request: HttpRequest) -> HttpResponse:
    """Only the person sees this page, and nobody is told of a change."""
    person = person_of(request)
    liked = wishes.liked_by(person)
    form = WishesForm(
        request.POST if request.method == "POST" else None,
        initial={
            "weekdays": sorted(liked.weekdays),
            "parts": sorted(liked.parts),
            "modes": list(liked.modes),
        },
    )
    if request.method == "POST" and form.is_valid():
        wishes.wish(person=person, at=clock.now(), **form.cleaned_data)
        messages.success(request, "Saved. Times that suit you are shown first.")
        return redirect(_back(request))
    context = {"form": form, "back": _back(request), "offer": _offer(request)}
    status = 422 if form.is_bound and form.errors else 200
    return render(request, "wellbeing/wishes.html", context, status=status)


def _back(request: HttpRequest) -> str:
    offer = _offer(request)
    query = f"?{urlencode({'offer': offer})}" if offer else ""
    return reverse("times") + query


def _offer(request: HttpRequest) -> str:
    """The offer that the person came from; nonsense is none."""
    try:
        return str(UUID(request.GET.get("offer") or request.POST.get("offer") or ""))
    except ValueError:
        return ""
