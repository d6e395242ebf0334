"""What the site knows of a project beyond projects/: its courses and needs (brokering), its money (funding)."""

from datetime import date

from config.knowledge import figures, money
from projects.knowledge import Figure, Knowledge, MoneyLine
from projects.models import Project


class Site(Knowledge):
    """Answers for the whole site; see projects.knowledge.Knowledge."""

    def figures(self, project: Project, first: date, last: date) -> list[Figure]:
        return figures.figures(project, first, last)

    def money(self, project: Project) -> list[MoneyLine]:
        return money.money(project)

    def missing_money(self, project: Project) -> list[str]:
        return money.missing_money(project)
