"""`/studies/<id>/teams/`: who works together, and where. For coordinators."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from wellbeing import teams
from wellbeing.forms.teams import PutForm, TeamForm
from wellbeing.lib import access, clock
from wellbeing.models import Study, Team
from wellbeing.people.models import User
from wellbeing.views.studies import mine


@access.coordinators_only
@require_http_methods(["GET", "HEAD", "POST"])
def study_teams(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """The teams with their people, and the form that adds one."""
    study = get_object_or_404(mine(request), public_id=public_id)
    at = clock.now()
    sent = request.POST if request.method == "POST" else None
    form = TeamForm(sent, places=teams.places_of(study=study, at=at))
    if sent is not None and form.is_valid() and _added(study, form):
        messages.success(request, f"{form.cleaned_data['name']} is there now.")
        return redirect("study_teams", study.public_id)
    rows = teams.rows_of(study=study, day=at.date())
    context = {
        "study": study,
        "rows": rows,
        "teams": [row.team for row in rows if row.team],
        "form": form,
        "places": teams.places_of(study=study, at=at),
    }
    status = 422 if form.errors else 200
    return render(request, "wellbeing/study_teams.html", context, status=status)


@access.coordinators_only
@require_POST
def put_in_team(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Let one person work in a team, or in none."""
    study = get_object_or_404(mine(request), public_id=public_id)
    there = list(Team.objects.filter(study=study))
    form = PutForm(request.POST, teams=there)
    if not form.is_valid():
        raise Http404
    person = get_object_or_404(User, public_id=form.cleaned_data["person"])
    team = form.cleaned_data["team"]
    try:
        teams.put(study=study, person=person, team=team, at=clock.now())
    except teams.NotInTheStudy:
        raise Http404 from None
    where = f"works in {team.name}" if team else "works in no team"
    messages.success(request, f"{person.name} {where} from now on.")
    return redirect("study_teams", study.public_id)


def _added(study: Study, form: TeamForm) -> bool:
    data = form.cleaned_data
    try:
        teams.add(study=study, name=data["name"], site=data["site"], at=clock.now())
    except teams.NameTaken:
        form.add_error("name", "The study has a team of this name.")
    except teams.NoSuchPlace:
        form.add_error("site", "The protocol in force names no such place any more.")
    return not form.errors
