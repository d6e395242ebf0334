"""What a line of financing can name: who pays, and what it builds on."""

from typing import NamedTuple

from django.utils.translation import gettext as _

from funding.models import Application, Commitment, PlanVersion
from funding.models.commitment_states import CURRENT
from partners.models import Organisation

# What a line may build on, one of them: the field of FinancingLine.
LINKS = ("commitment", "application", "agreement")
Choices = list[tuple[str, str]]


class Sources(NamedTuple):
    """As choices of a form. Links are written “commitment-5”."""

    organisations: Choices
    links: Choices

    @classmethod
    def of(cls, version: PlanVersion) -> "Sources":
        """Those of the project, and what the version names already. Five queries."""
        project, named = version.project, list(version.financing.all())
        commitments = Commitment.objects.filter(project=project).select_related("funder")
        applications = Application.objects.filter(project=project).exclude(state="withdrawn").select_related("funder")
        held = {name: {getattr(line, f"{name}_id") for line in named} for name in (*LINKS, "organisation")}
        promises = [one for one in commitments.order_by("pk") if one.state in CURRENT or one.pk in held["commitment"]]
        asked = list(applications.order_by("pk"))
        payers = {*held["organisation"], *(one.funder_id for one in promises), *(one.funder_id for one in asked)}
        partners = project.partners.lasting().order_by("pk").values("organisation")
        houses = Organisation.objects.filter(pk__in=partners) | Organisation.objects.filter(pk__in=payers - {None})
        agreements = project.agreements.order_by("pk")
        return cls(
            [("", _("not stated")), *((str(one.pk), one.name) for one in houses.distinct().order_by("name", "pk"))],
            [
                ("", _("nothing yet")),
                *((f"commitment-{one.pk}", _("Commitment: %(what)s") % {"what": one}) for one in promises),
                *((f"application-{one.pk}", _("Application: %(what)s") % {"what": one}) for one in asked),
                *((f"agreement-{one.pk}", _("Agreement: %(what)s") % {"what": one}) for one in agreements),
            ],
        )
