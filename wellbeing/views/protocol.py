"""`/protocol/`: what the team agreed, in plain words."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from wellbeing import facts
from wellbeing.lib import access, clock
from wellbeing.models import ProtocolVersion
from wellbeing.protocol import plain


@access.signed_in
def protocol(request: HttpRequest) -> HttpResponse:
    at = clock.now()
    memberships = request.standing.memberships  # type: ignore[attr-defined]
    studies = {row.study_id: row.study for row in memberships}
    found = []
    for study in studies.values():
        if version := ProtocolVersion.objects.in_force(study, at):
            document = facts.document_of(version)
            found.append((study, version, plain.read_aloud(document)))
    return render(request, "wellbeing/protocol.html", {"protocols": found})
