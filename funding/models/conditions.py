"""What money hangs on: conditions that bind the recipient, and reservations that the funder has made."""

from decimal import Decimal
from typing import Any

import pghistory
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from funding.models.commitments import Commitment
from funding.models.frames import FundingSource
from funding.models.limits import (
    CONDITION_OF_ITS_COMMITMENT,
    event_moves_its_thing,
    events_follow_each_other,
    state_is_of_the_last_event,
    within_limits,
)
from funding.models.limits.people import funder_answers
from funding.models.tranches import Tranche
from partners.acts import NEVER_CHANGED, Act, Event, move, only_acts
from partners.models import User
from partners.models.roles import COUNTY_ROLES, MemberRole
from projects.models import Agreement, ReportingRequirement


class ConditionKind(models.TextChoices):
    ALLOCATION = "allocation", _("Allocation at least at a baseline")
    PROGRESS = "progress", _("Satisfactory progress")
    AGREEMENT = "agreement", _("Agreement signed")
    CO_FINANCING = "co_financing", _("Co-financing confirmed")
    REPORT = "report", _("Report approved")
    ACCEPTANCE = "acceptance", _("Acceptance of the grant")
    DOCUMENTS = "documents", _("Documents handed in")
    OTHER = "other", _("Other")


class Binds(models.TextChoices):
    """Whom it binds. The words are kept apart: vilkår, and forbehold or forutsetning."""

    CONDITION = "condition", _("Condition for the recipient")
    RESERVATION = "reservation", _("The funder’s reservation")


class ConditionState(models.TextChoices):
    OPEN = "open", _("Not assessed")
    MET = "met", _("Met")
    NOT_MET = "not_met", _("Not met")
    WAIVED = "waived", _("Waived")


_S = ConditionState
MEET = Act("meet", _("Met"), (_S.OPEN, _S.NOT_MET), _S.MET)
FAIL = Act("fail", _("Not met"), (_S.OPEN, _S.MET), _S.NOT_MET)
REGISTER = Act("register", _("Register"), (), _S.OPEN)
WAIVE = Act("waive", _("Waived"), (_S.OPEN, _S.NOT_MET), _S.WAIVED)
REOPEN = Act("reopen", _("Assess again"), (_S.MET, _S.NOT_MET, _S.WAIVED), _S.OPEN)
ACTS = {act.name: act for act in (MEET, FAIL, WAIVE, REOPEN)}
STATE_COLORS: dict[str, str] = {_S.MET: "success", _S.NOT_MET: "danger", _S.WAIVED: "info", _S.OPEN: "neutral"}


class ConditionQuerySet(models.QuerySet["Condition"]):
    def visible_to(self, user: object) -> "ConditionQuerySet":
        return self.filter(commitment__in=Commitment.objects.visible_to(user))

    def unsettled(self) -> "ConditionQuerySet":
        """Those that still stand between the project and the money."""
        return self.filter(state__in=[_S.OPEN, _S.NOT_MET])

    @transaction.atomic
    def register(
        self,
        commitment: Commitment,
        kind: str,
        text: str,
        by: User | None,
        *,
        tranche: Tranche | None,
        binds: str,
        **facts: Any,
    ) -> "Condition":
        """Write one down, not yet assessed, with its first event. Without a tranche it is about all of the money."""
        state = _S.OPEN
        told = {"kind": kind, "text": text, "binds": binds}
        made = self.create(commitment=commitment, tranche=tranche, state=state, **told, **facts)
        made.events.create(act="register", to_state=state, by=by)
        return made


@pghistory.track(model_name="ConditionHistory")
class Condition(models.Model):
    commitment = models.ForeignKey(
        Commitment, on_delete=models.CASCADE, related_name="conditions", verbose_name=_("commitment")
    )
    tranche = models.ForeignKey(
        Tranche, on_delete=models.CASCADE, null=True, blank=True, related_name="conditions", verbose_name=_("year")
    )
    kind = models.CharField(_("kind"), max_length=12, choices=ConditionKind)
    binds = models.CharField(_("whom it binds"), max_length=12, choices=Binds, default=Binds.CONDITION)
    text = models.CharField(_("in words"), max_length=500)
    is_precondition = models.BooleanField(_("nothing is paid before it is met"), default=True)
    due_on = models.DateField(_("due"), null=True, blank=True)
    requirement = models.ForeignKey(
        ReportingRequirement,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("which report"),
    )
    agreement = models.ForeignKey(
        Agreement, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("which agreement")
    )
    supports = models.ForeignKey(
        Commitment,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("which co-financing"),
    )
    source = models.ForeignKey(
        FundingSource,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("allocation of"),
    )
    baseline_year = models.PositiveSmallIntegerField(_("compared with the year"), null=True, blank=True)
    baseline_amount = models.DecimalField(_("at least, NOK"), max_digits=14, decimal_places=2, null=True, blank=True)
    tolerance = models.DecimalField(
        _("may fall by"),
        max_digits=5,
        decimal_places=4,
        default=Decimal(0),
        help_text=_("From 0 to 1: with 0.05 the allocation may fall by 5 %."),
    )
    state = models.CharField(_("state"), max_length=8, choices=ConditionState, default=_S.OPEN, editable=False)

    objects = ConditionQuerySet.as_manager()

    class Meta:
        verbose_name = _("condition")
        verbose_name_plural = _("conditions")
        ordering = ["commitment", "tranche__year", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=ConditionKind.values), name="condition_kind_is_known"),
            models.CheckConstraint(condition=Q(binds__in=Binds.values), name="condition_binds_somebody"),
            models.CheckConstraint(condition=Q(state__in=ConditionState.values), name="condition_state_is_known"),
            models.CheckConstraint(condition=Q(tolerance__gte=0, tolerance__lt=1), name="tolerance_is_a_share"),
            models.CheckConstraint(
                condition=Q(kind=ConditionKind.ALLOCATION)
                | Q(source=None, baseline_year=None, baseline_amount=None, tolerance=0),
                name="a_baseline_is_of_an_allocation",
            ),
        ]
        triggers = [CONDITION_OF_ITS_COMMITMENT, state_is_of_the_last_event("condition")]

    def __str__(self) -> str:
        return self.text

    @property
    def state_color(self) -> str:
        return STATE_COLORS[self.state]

    @property
    def assessment(self) -> "ConditionEvent | None":
        """The last assessment: by whom, when and on what evidence. None while it is open."""
        events = [event for event in self.events.all() if event.act in ACTS]
        return events[-1] if events and self.state != _S.OPEN else None

    @within_limits()
    def carry_out(self, act: Act, by: User, evidence: str, proposed: str = "") -> None:
        """Assess it by one of ACTS; the event keeps the evidence, and the act that the system had `proposed`.

        ValidationError when they are not the funder's.
        """
        if not evidence.strip():
            raise ValidationError(_("Say what the assessment builds on."))
        move(self, act, by, evidence, told={"proposed": proposed})


class ConditionEvent(Event):
    """An assessment: `why` is the evidence, `by` the judge."""

    condition = models.ForeignKey(Condition, on_delete=models.CASCADE, related_name="events")
    proposed = models.CharField(_("what the system proposed"), max_length=8, blank=True)

    class Meta(Event.Meta):
        constraints = [
            models.CheckConstraint(condition=~Q(why="") | Q(act="register"), name="an_assessment_builds_on_something"),
            only_acts(ACTS.values(), "condition_moves_by_its_acts", first=[REGISTER]),
        ]
        triggers = [
            NEVER_CHANGED,
            events_follow_each_other("condition"),
            event_moves_its_thing("condition"),
            funder_answers("condition", {**dict.fromkeys(ACTS, COUNTY_ROLES), WAIVE.name: (MemberRole.DECIDER,)}),
        ]
        verbose_name = _("assessment of a condition")
        verbose_name_plural = _("assessments of conditions")

    @property
    def label(self) -> str:
        """Where the act led to."""
        return str(ConditionState(self.to_state).label)
