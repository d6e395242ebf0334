"""How memory is kept in a process that lives for days."""

import ctypes
import gc
from contextlib import suppress

# Numbers of glibc's malloc.h; other C libraries have no mallopt.
TRIM_THRESHOLD, MMAP_THRESHOLD, ARENA_MAX = -1, -3, -8
MEGABYTE = 2**20


def give_back() -> None:
    """Return to the system what large arrays leave, instead of keeping as much as there was at most for each thread.

    A process that matches in a million offers is a twentieth smaller by it (docs/scale.md).
    """
    with suppress(AttributeError, OSError):
        set_option = ctypes.CDLL(None).mallopt
        set_option(TRIM_THRESHOLD, 4 * MEGABYTE)
        set_option(MMAP_THRESHOLD, 8 * MEGABYTE)
        set_option(ARENA_MAX, 1)


def settle() -> None:
    """What is loaded by now stays: looking through it for garbage takes a tenth of a second each time."""
    gc.collect()
    gc.freeze()
