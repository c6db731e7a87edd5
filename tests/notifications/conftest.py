"""A mail server and a text message service on this machine."""

import pytest

from notifications.channels import sms
from tests.notifications.makers import MailServer
from wellbeing.demo.sms_stand_in import ACCOUNT_SID, AUTH_TOKEN, SERVICE_SID, StandIn


@pytest.fixture
def mail_server(settings):
    server = MailServer()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST = "127.0.0.1"
    settings.EMAIL_PORT = server.port
    settings.EMAIL_TIMEOUT = 2
    yield server
    server.stop()


@pytest.fixture
def sms_settings(settings):
    settings.TWILIO_ACCOUNT_SID = ACCOUNT_SID
    settings.TWILIO_AUTH_TOKEN = AUTH_TOKEN
    settings.TWILIO_AUTH_TOKEN_SECONDARY = ""
    settings.TWILIO_MESSAGING_SERVICE_SID = SERVICE_SID
    return settings


@pytest.fixture
def texts(sms_settings, monkeypatch):
    """The stand-in, with a client that waits only a moment for it."""
    monkeypatch.setattr(sms, "TIMEOUT_SECONDS", 0.3)
    stand_in = StandIn(slow_seconds=0.6).start()
    sms_settings.TWILIO_BASE_URL = stand_in.url
    yield stand_in
    stand_in.stop()
