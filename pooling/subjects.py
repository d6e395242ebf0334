"""What a need is mostly about, for all that counts needs by competence."""

from collections.abc import Iterable

LIKELY = 0.3
"""From which likelihood on a need is counted under a competence."""


def mostly_about(subjects: Iterable[tuple[str, float]]) -> str:
    """The likeliest competence, the first by name of equal ones; empty where none is likely enough.

    >>> mostly_about([("truck", 0.4), ("sveising", 0.9)]), mostly_about([("truck", 0.1)])
    ('sveising', '')
    """
    slug, strength = min(subjects, key=lambda one: (-one[1], one[0]), default=("", 0.0))
    return slug if strength >= LIKELY else ""
