"""What the site knows of a project beyond projects/: its courses and needs (brokering), its money (funding)."""

from config.knowledge import money
from projects.knowledge import Knowledge, MoneyLine
from projects.models import Project


class Site(Knowledge):
    """Answers for the whole site; see projects.knowledge.Knowledge."""

    def money(self, project: Project) -> list[MoneyLine]:
        return money.money(project)

    def missing_money(self, project: Project) -> list[str]:
        return money.missing_money(project)
