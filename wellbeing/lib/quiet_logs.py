"""Addresses that are secrets stay out of the logs."""

import logging
import re
from typing import Any

SECRET = re.compile(r"/cal/[\w-]+\.ics")


class WithoutSecrets(logging.Filter):
    """Writes `/cal/….ics` in place of the address of somebody's feed."""

    def filter(self, record: logging.LogRecord) -> bool:
        said = record.getMessage()
        if SECRET.search(said):
            record.msg, record.args = SECRET.sub("/cal/….ics", said), ()
        return True


def as_settings(level: str) -> dict[str, Any]:
    """Django's LOGGING: one line to standard error each, and never a secret in it."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}
        },
        "filters": {"secrets": {"()": WithoutSecrets}},
        "handlers": {
            "out": {
                "class": "logging.StreamHandler",
                "formatter": "line",
                "filters": ["secrets"],
            }
        },
        "root": {"handlers": ["out"], "level": level},
    }
