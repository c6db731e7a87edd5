"""`/post/`: how the post stands, and what did not leave. For administrators."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from notifications import post as the_post
from wellbeing.lib import access, clock
from wellbeing.standing import person_of

ROWS_A_PAGE = 25


@access.administrators_only
@require_safe
def post(request: HttpRequest) -> HttpResponse:
    """Figures and reasons. No name, no address, no words of a message."""
    at, zone = clock.now(), person_of(request).time_zone
    pages = Paginator(the_post.not_sent(at), ROWS_A_PAGE)
    page = pages.get_page(request.GET.get("page"))
    context = {
        "figures": the_post.figures(at),
        "channels": the_post.channels(at, zone=zone),
        "counts": the_post.counts(at),
        "page": page,
        "lines": [the_post.line_of(row, zone=zone) for row in page],
    }
    return render(request, "wellbeing/post.html", context)
