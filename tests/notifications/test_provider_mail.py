"""Mail by a provider: each answer of its leads to the state that it should."""

from datetime import timedelta

import pytest
import requests
from anymail import exceptions
from django.core.mail.backends.base import BaseEmailBackend
from urllib3.exceptions import NewConnectionError

from notifications import delivery
from notifications.models import ChannelState, Message, State
from tests.notifications.makers import owe
from wellbeing.people.models import Contact

BACKEND = f"{__name__}.Provider"


class Status:
    """What the library leaves on a mail that the provider took."""

    message_id = "its-own-id"


class Provider(BaseEmailBackend):
    """A provider that does what `problem` says, or takes the mail."""

    problem: Exception | None = None
    taken: list[str] = []

    def send_messages(self, email_messages):
        if self.problem is not None:
            raise self.problem
        for mail in email_messages:
            self.taken.append(mail.extra_headers["Message-ID"])
            mail.anymail_status = Status()
        return len(email_messages)


@pytest.fixture
def provider(settings):
    settings.EMAIL_BACKEND = BACKEND
    Provider.problem, Provider.taken[:] = None, []
    yield Provider
    Provider.problem = None


def _answered(status: int) -> Exception:
    return exceptions.AnymailAPIError("said", status_code=status)


def _broken_off(cause: Exception) -> Exception:
    problem = exceptions.AnymailAPIError("no answer")
    problem.__cause__ = cause
    return problem


def _never_connected() -> Exception:
    inner = NewConnectionError(None, "refused")
    wrapped = requests.ConnectionError(type("Outer", (Exception,), {"reason": inner})())
    return _broken_off(wrapped)


def _send(at) -> Message:
    delivery.send_due(clock=lambda: at)
    return Message.objects.get(channel="email")


def test_what_it_took_is_known_by_its_own_id(team, at, provider):
    owe(team.ada, at)
    found = _send(at)
    assert (found.state, found.provider_sid) == (State.ACCEPTED, "its-own-id")
    assert found.tries.get().provider_sid == "its-own-id"


@pytest.mark.parametrize(
    ("problem", "state", "code", "least", "most"),
    [
        (_answered(429), State.RETRY, "429", 8, 12),
        (_answered(500), State.UNCERTAIN, "500", 300, 300),
        (_answered(503), State.UNCERTAIN, "503", 300, 300),
        (_answered(400), State.DEAD, "400", 0, 0),
        (_answered(422), State.DEAD, "422", 0, 0),
        (_answered(401), State.RETRY, "401", 900, 900),
        (_answered(403), State.RETRY, "403", 900, 900),
        (_answered(404), State.RETRY, "404", 900, 900),
        (
            exceptions.AnymailConfigurationError("key"),
            State.RETRY,
            "settings",
            900,
            900,
        ),
        (exceptions.AnymailRecipientsRefused("no"), State.DEAD, "refused", 0, 0),
        (
            exceptions.AnymailSerializationError("no"),
            State.DEAD,
            "AnymailSerializationError",
            0,
            0,
        ),
        (
            _broken_off(requests.ConnectTimeout()),
            State.RETRY,
            "unreachable",
            8,
            12,
        ),
        (_never_connected(), State.RETRY, "unreachable", 8, 12),
        (
            _broken_off(requests.ReadTimeout()),
            State.UNCERTAIN,
            "no-answer",
            300,
            300,
        ),
        (
            _broken_off(requests.ConnectionError("reset")),
            State.UNCERTAIN,
            "no-answer",
            300,
            300,
        ),
    ],
)
def test_each_answer_ends_in_its_state(
    team, at, provider, problem, state, code, least, most
):
    owe(team.ada, at)
    provider.problem = problem
    found = _send(at)
    assert (found.state, found.last_code, provider.taken) == (state, code, [])
    assert found.reason != ""
    assert least <= int((found.next_try - at).total_seconds()) <= most


def test_only_an_address_that_it_turns_down_is_suspended(team, at, provider):
    owe(team.ada, at)
    provider.problem = _answered(400)
    _send(at)
    assert not Contact.objects.filter(person=team.ada).exists()
    owe(team.bem, at, key="another")
    provider.problem = exceptions.AnymailRecipientsRefused("no")
    delivery.send_due(clock=lambda: at)
    assert Contact.objects.get(person=team.bem).email_suspended_at == at


@pytest.mark.parametrize("status", [401, 403])
def test_a_key_that_was_revoked_closes_the_channel_until_it_works_again(
    team, at, provider, status
):
    owe(team.ada, at)
    provider.problem = _answered(status)
    _send(at)
    assert ChannelState.objects.get().closed_until == at + timedelta(minutes=15)
    provider.problem = None
    assert _send(at + timedelta(minutes=14)).state == State.RETRY
    assert _send(at + timedelta(minutes=15)).state == State.ACCEPTED


def test_doubt_is_sent_once_more_under_the_same_id(team, at, provider):
    owe(team.ada, at)
    provider.problem = _answered(502)
    assert _send(at).state == State.UNCERTAIN
    provider.problem = None
    later = at + timedelta(minutes=6)
    delivery.reconcile_uncertain(clock=lambda: later)
    found = _send(later)
    assert (found.state, found.attempts) == (State.ACCEPTED, 2)
    assert provider.taken == [f"<{found.public_id}@testserver>"]


def test_the_words_of_a_provider_stay_out_of_row_and_log(team, at, provider, caplog):
    owe(team.ada, at)
    provider.problem = exceptions.AnymailAPIError(team.ada.email, status_code=400)
    found = _send(at)
    assert team.ada.email not in f"{found.reason}{found.last_code}{caplog.text}"
