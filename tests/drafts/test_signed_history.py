"""What was signed stays as it was, through whatever door somebody writes."""

import pytest
from django.db import DatabaseError, connection, transaction
from django.db.models import F

from tests.planning.story import TEXT, agree
from wellbeing.models import Draft, ProtocolVersion, Signature


@pytest.fixture
def signed(team, at):
    version = agree(team.study, number=9)
    draft = Draft.objects.create(
        study=team.study,
        text=TEXT,
        reason="agreed",
        written_by=team.lou,
        made_at=at,
        changed_at=at,
        version=version,
    )
    Signature.objects.create(
        draft=draft,
        person=team.ada,
        constituency="lived_experience",
        text_digest=version.digest,
        signed_at=at,
    )
    return version


def refused(write):
    with pytest.raises(DatabaseError), transaction.atomic():
        write()


@pytest.mark.parametrize(
    ("rows", "change"),
    [
        (ProtocolVersion, {"text": "other words"}),
        (ProtocolVersion, {"digest": "0" * 64}),
        (ProtocolVersion, {"active_from": F("made_at")}),
        (ProtocolVersion, {"number": 7}),
        (Draft, {"text": "other words"}),
        (Draft, {"version": None}),
        (Signature, {"constituency": "coordinator"}),
        (Signature, {"text_digest": "0" * 64}),
    ],
)
def test_a_queryset_cannot_change_it(signed, rows, change):
    before = list(rows.objects.values())
    refused(lambda: rows.objects.update(**change))
    assert list(rows.objects.values()) == before


def test_a_console_cannot_change_it(signed):
    def write():
        with connection.cursor() as cursor:
            cursor.execute("UPDATE wellbeing_protocolversion SET text = 'x'")

    refused(write)
    assert ProtocolVersion.objects.get(pk=signed.pk).text == TEXT


def test_what_is_signed_cannot_be_deleted_while_a_draft_points_at_it(signed):
    def write():
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM wellbeing_protocolversion")
        connection.check_constraints()

    refused(write)
    assert ProtocolVersion.objects.filter(pk=signed.pk).exists()


def test_a_draft_that_is_not_agreed_yet_can_be_written(team, at):
    draft = Draft.objects.create(
        study=team.study,
        text=TEXT,
        reason="to come",
        written_by=team.lou,
        made_at=at,
        changed_at=at,
    )
    assert Draft.objects.filter(pk=draft.pk).update(reason="soon") == 1
