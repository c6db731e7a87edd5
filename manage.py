#!/usr/bin/env python
"""Run Alongside's commands."""

import os
import sys

from django.core.management import execute_from_command_line

from wellbeing.env import BadSetting

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "wellbeing.settings")
    try:
        execute_from_command_line(sys.argv)
    except BadSetting as problem:
        sys.exit(f"Alongside cannot start. {problem}")
