"""The cast, the clock of the story, and a browser for everybody."""

from datetime import datetime

import pytest
from django.core import mail
from django.test import Client

from notifications import delivery
from tests.scenarios.cast import Cast, london
from tests.words import without_ids
from wellbeing.ticking import tick

# What somebody who coordinates can open of the study.
PAGES = ("/", "/load/", "/plan/", "/people/", "/protocol/", "/studies/")


class Story:
    """It is a moment in London; time passes; people open pages."""

    def __init__(self, settings) -> None:
        self.settings = settings
        self.now: datetime | None = None

    def it_is(self, text: str) -> datetime:
        """The clock shows this in London. Nothing happens by itself."""
        self.now = self.settings.DEMO_AT = london(text)
        return self.now

    def time_passes(self, *until: str) -> None:
        """The clock moves on, and at each of these moments all that is due happens:
        what the protocol owes, and the messages."""
        for text in until:
            at = self.it_is(text)
            tick(at=at)
            delivery.send_due(clock=lambda at=at: at)

    def browser_of(self, person) -> "Browser":
        return Browser(person)


class Browser(Client):
    """A browser in which somebody is signed in."""

    def __init__(self, person) -> None:
        super().__init__()
        self.force_login(person)

    def reads(self, address: str, **query: str) -> str:
        """The words of a page that opens."""
        response = self.get(address, query)
        assert response.status_code == 200
        return words_of(response)

    def logs(self, **answers: object):
        """Fill in the form of an interview as the page shows it, and save."""
        page = self.get("/log/")
        form = page.context["form"]
        given = {
            "submission": form["submission"].value(),
            "slot": page.context["proposal"].slot,
            "study": page.context["study"].public_id,
            "when": "now",
            "which": form["which"].value() or "other",
            "code": "209",
            "mode": "teams",
            "with_whom": "",
        }
        return self.post("/log/", given | answers)


def words_of(response) -> str:
    """What stands on a page, with runs of space made one."""
    return " ".join(
        without_ids(response.content.decode()).replace("\u00a0", " ").split()
    )


@pytest.fixture
def cast(db):
    """The team, with version 1 of its protocol and the second, dated to start."""
    cast = Cast()
    cast.second_version()
    return cast


@pytest.fixture
def story(settings):
    return Story(settings)


@pytest.fixture
def letters():
    """The subjects of the mails that have gone out to a person, oldest first."""

    def to(person) -> list[str]:
        return [one.subject for one in mail.outbox if person.email in one.to]

    return to


def masked(response) -> list[str]:
    """A page without what a form makes up anew each time."""
    return [
        line
        for line in response.content.decode().splitlines()
        if "csrfmiddlewaretoken" not in line and 'name="submission"' not in line
    ]
