"""An invitation that is open, and somebody to answer it."""

import re
from datetime import timedelta

import pytest

from checkins import invitations
from checkins.instruments import Answers
from checkins.models import Invitation

BECAUSE = "We ask because you finished an interview yesterday."


@pytest.fixture
def frozen(at, settings):
    """The pages see the same instant as the test."""
    settings.DEMO_AT = at
    return at


@pytest.fixture
def invite(team, at):
    """Invite Ada, a minute ago, for three days, with Dr Jo to choose as a reader."""

    def make(subject="day_after:1", *, person=None, readers=None, **times):
        return invitations.invite(
            **{
                "person": person or team.ada,
                "subject": subject,
                "form": "short",
                "because": BECAUSE,
                "ask_at": at - timedelta(minutes=1),
                "closes_at": at + timedelta(days=3),
                "at": at,
                "readers": [team.jo] if readers is None else readers,
                **times,
            }
        )

    return make


@pytest.fixture
def invitation(invite) -> Invitation:
    return invite()


@pytest.fixture
def said() -> Answers:
    return Answers({"how": ["staying"], "full": ["much"], "help": ["short", "quiet"]})


def same(response) -> bytes:
    """A page without the token that differs on every page."""
    return re.sub(rb'name="csrfmiddlewaretoken" value="\w+"', b"", response.content)
