"""A team that transcribes and codes, with protocol C in force since January."""

from pathlib import Path

import pytest
from django.test import Client

from tests.factories import join, make_person, make_study, make_supporter
from tests.flows.conftest import clock  # noqa: F401
from tests.planning.story import agree
from wellbeing.models import Role, WorkItem, WorkTopic
from wellbeing.queue import asks, items, outside, room
from wellbeing.queue.items import Line, Matter

TEXT = Path("wellbeing/protocols/transcripts.yaml").read_text()


class Desk:
    """Tess and Uma transcribe, Mo codes, Lou coordinates, Dr Jo listens; `outside` adds
    Ola, who has no account. Charlie is on another study and must see nothing."""

    def __init__(self, at):
        self.at = at
        self.study = make_study("Transcripts")
        self.elsewhere = make_study("Another study")
        for study in (self.study, self.elsewhere):
            agree(study, TEXT)
        self.tess = join(self.study, make_person("Tess Tran"), Role.TRANSCRIBER)
        self.uma = join(self.study, make_person("Uma Unwin"), Role.TRANSCRIBER)
        self.mo = join(self.study, make_person("Mo Rahman"), Role.CODER)
        self.lou = join(self.study, make_person("Lou Brennan"), Role.COORDINATOR)
        self.jo = join(self.study, make_person("Dr Jo Whitfield"), Role.PSYCHOLOGIST)
        self.dr_jo = make_supporter(self.jo)
        self.charlie = join(
            self.elsewhere,
            make_person("Charlie Outsider"),
            Role.COORDINATOR,
            Role.TRANSCRIBER,
        )
        self.loss = WorkTopic.objects.create(study=self.study, name="loss")
        self.home = WorkTopic.objects.create(study=self.study, name="leaving home")

    def add(self, code="101", *, minutes=20, level="plain", topic=None, **extra):
        matter = {
            "kind": "transcription",
            "again": False,
            "due_on": None,
            "level": level,
            "topic": topic,
        } | extra
        items.add(
            study=self.study,
            lines=[Line(code, minutes)],
            matter=Matter(**matter),
            by=self.lou,
            at=self.at,
        )
        return WorkItem.objects.get(code=code, again=matter["again"], off_at=None)

    def ask(self, item, person, seen=None, at=None):
        told = seen
        if told is None:
            able = room.can_take(item=item, person=person, at=at or self.at)
            told = able.sentences if able else []
        return asks.ask(item=item, person=person, seen=told, at=at or self.at)

    def taken(self, person, code="101", **extra):
        return asks.take(item=self.ask(self.add(code, **extra), person), at=self.at)

    def outside(self, name="Ola Outside", email="ola@example.org"):
        return outside.add(
            study=self.study,
            name=name,
            email=email,
            role=Role.TRANSCRIBER,
            by=self.lou,
            at=self.at,
        )


@pytest.fixture
def desk(db, at):
    return Desk(at)


@pytest.fixture
def as_(clock):  # noqa: F811
    """A browser in which somebody is signed in, at the instant of the story."""

    def browser(person):
        client = Client()
        client.force_login(person)
        return client

    return browser
