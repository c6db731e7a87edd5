"""Help now: open to anyone, and nobody is told who opened it."""

from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from wellbeing.help_lines import NATIONS, lines_for
from wellbeing.lib import access, clock
from wellbeing.standing import standing_of


@access.public
@require_safe
def help_now(request: HttpRequest) -> HttpResponse:
    """The list for one nation, England unless another is asked for.

    The page never asks who is there: no session is read, so none is written either,
    and the answer is the same for everybody.
    """
    request.user = AnonymousUser()
    request.standing = standing_of(request.user)  # type: ignore[attr-defined]
    asked = request.GET.get("nation", "")
    nation = asked if asked in NATIONS else NATIONS[0]
    day = clock.now().date()
    lines = [(line, line.stale(day)) for line in lines_for(nation=nation, day=day)]
    checks = sorted({(line.checked_on, line.checked_by) for line, _ in lines})
    return render(
        request,
        "wellbeing/help_now.html",
        {
            "lines": lines,
            "nation": nation,
            "nations": NATIONS,
            "checks": checks,
            "messages": [],
        },
    )
