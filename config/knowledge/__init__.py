"""What the site knows of a project beyond projects/: its courses and needs (brokering), its money (funding)."""

from projects.knowledge import Knowledge


class Site(Knowledge):
    """Answers for the whole site; see projects.knowledge.Knowledge."""
