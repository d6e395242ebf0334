"""A stand-in for what the site counts: tests say what happened on which day."""

from datetime import date

from projects.knowledge import Figure, Knowledge
from projects.models import Project


class Counted(Knowledge):
    def __init__(self) -> None:
        self.happened: dict[str, list[date]] = {}

    def figures(self, project: Project, first: date, last: date) -> list[Figure]:
        return [
            Figure(key, key.capitalize(), sum(first <= day <= last for day in days), f"What {key} means.")
            for key, days in self.happened.items()
        ]
