"""Runs one of the notifier's programs: ``python -m services.notifier code`` or ``... general``."""

import sys

from services.notifier.app import wire_code_mailer, wire_general_mailer
from shared.settings.processes import CodeMailerSettings, GeneralMailerSettings
from shared.worker import run

if sys.argv[1:] == ["code"]:
    run("code-mailer", CodeMailerSettings, wire_code_mailer)
elif sys.argv[1:] == ["general"]:
    run("general-mailer", GeneralMailerSettings, wire_general_mailer)
else:
    sys.exit("usage: python -m services.notifier code|general")
