"""Who sees what. Open to anyone, so that people can read it before they join."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from wellbeing.lib import access


@access.public
@require_safe
def privacy(request: HttpRequest) -> HttpResponse:
    return render(request, "wellbeing/privacy.html")
