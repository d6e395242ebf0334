"""A database cluster of the tests' own, so that they run beside a running site; named in pyproject as a plugin."""

import atexit
import os
from contextlib import ExitStack
from pathlib import Path

from config.database import embedded

os.environ.pop("DEMO", None)
if "DATABASE_URL" not in os.environ:
    stack = ExitStack()
    var = Path(__file__).resolve().parent.parent / "var"
    os.environ["DATABASE_URL"] = stack.enter_context(embedded(var / "test-postgres", durable=False))
    atexit.register(stack.close)
