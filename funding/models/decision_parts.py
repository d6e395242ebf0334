"""What a decision says of each year's money, and the conditions that it sets. Written while it is a draft."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from funding.models.conditions import Binds, ConditionKind
from funding.models.decisions import Decision
from funding.models.frames import BudgetFrame
from funding.models.limits.cases import of_a_draft
from funding.models.tranche_states import TrancheState
from funding.models.tranches import Tranche


class DecisionItem(models.Model):
    """What a decision makes of one year's money. Without a state or an amount it leaves that as it is."""

    decision = models.ForeignKey(Decision, on_delete=models.CASCADE, related_name="items")
    tranche = models.ForeignKey(Tranche, on_delete=models.PROTECT, related_name="items", verbose_name=_("year"))
    to_state = models.CharField(_("becomes"), max_length=12, choices=TrancheState, blank=True)
    amount = models.DecimalField(_("amount, NOK"), max_digits=14, decimal_places=2, null=True, blank=True)
    frame = models.ForeignKey(
        BudgetFrame, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("budget frame")
    )

    class Meta:
        verbose_name = _("item of a decision")
        verbose_name_plural = _("items of decisions")
        ordering = ["decision", "tranche__year", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["decision", "tranche"], name="a_decision_has_a_year_once"),
            models.CheckConstraint(
                condition=Q(to_state__in=["conditional", "firm", "lapsed"]) | Q(to_state="", amount__isnull=False),
                name="an_item_makes_money_surer_or_ends_it",
            ),
            models.CheckConstraint(condition=Q(amount__gt=0), name="decided_more_than_nothing"),
        ]
        triggers = [of_a_draft("items")]

    def __str__(self) -> str:
        return f"{self.tranche}: {self.get_to_state_display() or self.amount}"


class DecisionCondition(models.Model):
    """A condition as the draft of a decision words it. The commitment has it from the day of the decision."""

    decision = models.ForeignKey(Decision, on_delete=models.CASCADE, related_name="conditions")
    tranche = models.ForeignKey(
        Tranche, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("year")
    )
    kind = models.CharField(_("kind"), max_length=12, choices=ConditionKind)
    binds = models.CharField(_("whom it binds"), max_length=12, choices=Binds, default=Binds.CONDITION)
    text = models.CharField(_("in words"), max_length=500)
    is_precondition = models.BooleanField(_("nothing is paid before it is met"), default=True)
    due_on = models.DateField(_("due"), null=True, blank=True)

    class Meta:
        verbose_name = _("condition of a decision")
        verbose_name_plural = _("conditions of decisions")
        ordering = ["decision", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=ConditionKind.values), name="decided_condition_is_known"),
            models.CheckConstraint(condition=Q(binds__in=Binds.values), name="decided_condition_binds_somebody"),
        ]
        triggers = [of_a_draft("conditions")]

    def __str__(self) -> str:
        return self.text
