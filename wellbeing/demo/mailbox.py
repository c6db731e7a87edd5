"""Where the demo's mail goes: one file for each message, in the order it left."""

import itertools
import os
import time
from collections.abc import Sequence
from pathlib import Path

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend

from wellbeing.lib import clock

_number = itertools.count()


class DemoMailbox(BaseEmailBackend):
    """Keeps each message as a file, so that the demo can show it."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        folder = Path(settings.DEMO_MAIL_DIR)
        folder.mkdir(parents=True, exist_ok=True)
        for message in email_messages:
            left = int(clock.now().timestamp() * 1e9)
            name = f"{left}-{time.time_ns()}-{os.getpid()}-{next(_number)}"
            part = folder / f"{name}.part"
            part.write_bytes(message.message().as_bytes())
            # Renamed when whole, so that the inbox never reads half a message.
            part.rename(folder / f"{name}.eml")
        return len(email_messages)
