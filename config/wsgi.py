"""The door the web server calls."""

import os
from threading import Thread

from django.core.wsgi import get_wsgi_application

from config.allocator import give_back, settle

give_back()
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
os.environ["PATIENT"] = "0"
application = get_wsgi_application()

from brokering.matching import warm  # noqa: E402 - needs the settings


def get_ready() -> None:
    warm()
    settle()


Thread(target=get_ready, daemon=True).start()
