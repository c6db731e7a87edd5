"""What has been kept long enough goes, and nothing else does."""

from datetime import timedelta

from sessions import requests
from sessions.models import SupportRequest
from wellbeing import offers
from wellbeing.purging import purge
from wellbeing.vault import sealing


def _ask(agreed, at):
    return offers.ask(
        study=agreed.study,
        person=agreed.ada,
        holder=agreed.dr_jo,
        kind="debrief",
        modes=[],
        note="Thursdays are easiest.",
        at=at,
        submission="one",
    )


def test_a_closed_request_and_its_note_go_after_thirty_days(agreed, at):
    asked = _ask(agreed, at)
    note = asked.note
    requests.close(request=asked, at=at)
    purge(at=at + timedelta(days=29))
    assert SupportRequest.objects.count() == 1
    assert purge(at=at + timedelta(days=31)).requests == 1
    assert SupportRequest.objects.count() == 0
    assert sealing.Record.objects.filter(pk=note.pk).count() == 0


def test_an_open_request_stays_however_old(agreed, at):
    _ask(agreed, at)
    assert purge(at=at + timedelta(days=60)).requests == 0
    assert SupportRequest.objects.count() == 1


def test_purging_twice_changes_nothing(agreed, at):
    requests.close(request=_ask(agreed, at), at=at)
    later = at + timedelta(days=200)
    purge(at=later)
    again = purge(at=later)
    assert (again.records, again.requests, again.invitations) == (0, 0, 0)
