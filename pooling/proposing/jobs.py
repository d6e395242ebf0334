"""What the worker does for the proposals. Each job may be done again without harm."""

from pooling.proposing import keeping


def keep_proposals() -> None:
    """Every minute: take up the needs that came, went or changed."""
    keeping.keep()


def propose_all() -> None:
    """Every night: what was in time yesterday may be too late today."""
    keeping.propose_all()
