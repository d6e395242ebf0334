"""What money demands of a project, held by the database although the table is that of projects."""

import pgtrigger

from funding.models.commitment_states import CURRENT
from funding.models.limits import listed, refuse
from projects.models import Project, ProjectState

NAME = "financed_means_money"


class FinancedProject(Project):
    """A project as money sees it. Carries the rule that none becomes financed without a single commitment.

    It is about the step: a row that is inserted as financed has taken none. What else the financing lacks is for
    config.knowledge.money to say, since it depends on how the years are split.
    """

    class Meta:
        proxy = True
        triggers = [
            pgtrigger.Trigger(
                name=NAME,
                when=pgtrigger.Before,
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(new__state=ProjectState.FINANCED, old__state__df=ProjectState.FINANCED),
                func=f"""
                IF NOT EXISTS (
                    SELECT 1 FROM funding_commitment WHERE project_id = NEW.id AND state IN ({listed(CURRENT)})
                ) THEN {refuse(NAME, "no money is registered")} END IF;
                RETURN NEW;
                """,
            )
        ]
