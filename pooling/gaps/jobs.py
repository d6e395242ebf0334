"""What the worker does every night. It may be done again without harm."""

from pooling.gaps.reckoning import reckon


def nightly() -> None:
    """After the needs were matched with the courses as they are now."""
    reckon()
