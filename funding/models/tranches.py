"""The money of a commitment by budget year, and how firm it is."""

from datetime import date
from decimal import Decimal

import pghistory
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from funding.models.commitments import Commitment
from funding.models.limits import (
    event_moves_its_thing,
    events_follow_each_other,
    funder_answers,
    state_is_of_the_last_event,
    tranches_within_ceiling,
    tranches_within_commitment,
    within_limits,
)
from partners.acts import NEVER_CHANGED, Event
from partners.models import User
from partners.models.roles import MemberRole
from projects.money import STRENGTH_COLORS, Strength, nok

_S = Strength
# From where to where an act moves a strength. Stronger only by a decision; a correction only ever makes weaker.
DECIDE = {(_S.HELD_OUT, _S.CONDITIONAL), (_S.HELD_OUT, _S.FIRM), (_S.CONDITIONAL, _S.FIRM)}
CORRECT = {(_S.FIRM, _S.CONDITIONAL), (_S.FIRM, _S.HELD_OUT), (_S.CONDITIONAL, _S.HELD_OUT)}
NOT_SETTLED = _("This is not settled: “%(text)s”. Assess it first, or make the money conditional.")


def _moves(act: str, pairs: set[tuple[_S, _S]]) -> Q:
    allowed = Q()
    for before, after in sorted(pairs):
        allowed |= Q(act=act, from_state=before, to_state=after)
    return allowed


@pghistory.track(model_name="TrancheHistory")
class Tranche(models.Model):
    """One budget year of a commitment. Without a year it is what nobody has split on years: the whole, or the rest."""

    commitment = models.ForeignKey(
        Commitment, on_delete=models.CASCADE, related_name="tranches", verbose_name=_("commitment")
    )
    year = models.PositiveSmallIntegerField(_("year"), null=True, blank=True)
    amount = models.DecimalField(_("amount, NOK"), max_digits=14, decimal_places=2, null=True, blank=True)
    strength = models.CharField(_("how sure"), max_length=12, choices=Strength, editable=False)
    decided_on = models.DateField(_("decided on"), null=True, blank=True)
    decided_by = models.CharField(_("decided by"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("tranche")
        verbose_name_plural = _("tranches")
        ordering = ["commitment", models.F("year").asc(nulls_last=True)]
        constraints = [
            models.UniqueConstraint(
                fields=["commitment", "year"],
                name="a_commitment_has_a_year_once",
                nulls_distinct=False,
                violation_error_message=_("This year is there already."),
            ),
            models.CheckConstraint(
                condition=Q(amount__gt=0),
                name="tranche_is_more_than_nothing",
                violation_error_message=_("An amount is more than 0. Leave it empty when it is not known."),
            ),
            models.CheckConstraint(condition=Q(strength__in=Strength.values), name="strength_is_known"),
        ]
        triggers = [
            state_is_of_the_last_event("tranche", "strength"),
            tranches_within_commitment("NEW.commitment_id"),
            tranches_within_ceiling("NEW.commitment_id"),
        ]

    def __str__(self) -> str:
        return f"{self.commitment} ({self.year_label})"

    @property
    def year_label(self) -> str:
        return gettext("split on years not stated") if self.year is None else str(self.year)

    @property
    def strength_color(self) -> str:
        return STRENGTH_COLORS[self.strength]

    @property
    def is_firm(self) -> bool:
        return self.strength == _S.FIRM

    @property
    def facts(self) -> list[tuple[str, object]]:
        return [
            (gettext("Year"), self.year_label),
            (gettext("Amount"), nok(self.amount)),
            (gettext("How sure"), self.get_strength_display()),
        ]

    @property
    def surer(self) -> list[Strength]:
        """What a decision can make of it."""
        return [one for one in Strength if (_S(self.strength), one) in DECIDE]

    @property
    def weaker(self) -> list[Strength]:
        """What a correction can make of it."""
        return [one for one in Strength if (_S(self.strength), one) in CORRECT]

    @within_limits()
    def decide(
        self,
        strength: str,
        by: User,
        why: str,
        amount: Decimal | None = None,
        decided_on: date | None = None,
        decided_by: str = "",
    ) -> None:
        """Make held out money conditional or firm, or conditional money firm; the amount may be part of the decision.

        ValidationError when it is not made stronger, would be firm while something it hangs on is not settled, passes
        a limit, or the person is not a decider of the funder.
        """
        if strength == _S.FIRM and (open_still := self.unsettled()):
            raise ValidationError([ValidationError(NOT_SETTLED, params={"text": text}) for text in open_still])
        self._turn("decide", DECIDE, strength, by, why)
        self.amount = self.amount if amount is None else amount
        self.decided_on, self.decided_by = decided_on, decided_by
        Tranche.objects.filter(pk=self.pk).update(amount=self.amount, decided_on=decided_on, decided_by=decided_by)

    def unsettled(self) -> list[str]:
        """What it hangs on that is neither met nor waived, in words."""
        conditions = self.commitment.conditions.unsettled().filter(Q(tranche=self) | Q(tranche=None))
        return list(conditions.order_by("pk").values_list("text", flat=True))

    @transaction.atomic
    def correct(self, strength: str, by: User | None, why: str) -> None:
        """Put right what was written down too strong. ValidationError when it would make it stronger."""
        self._turn("correct", CORRECT, strength, by, why)

    def _turn(self, act: str, allowed: set[tuple[_S, _S]], strength: str, by: User | None, why: str) -> None:
        now = Tranche.objects.select_for_update(no_key=True).only("strength").get(pk=self.pk).strength
        if (now, strength) not in allowed:
            raise ValidationError(
                _("What is “%(now)s” cannot become “%(then)s” this way."),
                params={"now": Strength(now).label, "then": Strength(strength).label},
            )
        if not why.strip():
            raise ValidationError(_("Say why."))
        self.events.create(act=act, from_state=now, to_state=strength, by=by, why=why)
        Tranche.objects.filter(pk=self.pk).update(strength=strength)
        self.strength = strength


class TrancheEvent(Event):
    """An act on the money of a year: from_state and to_state are strengths."""

    tranche = models.ForeignKey(Tranche, on_delete=models.CASCADE, related_name="events")

    class Meta(Event.Meta):
        constraints = [
            models.CheckConstraint(
                condition=Q(act="register", from_state="") | _moves("decide", DECIDE) | _moves("correct", CORRECT),
                name="only_a_decision_makes_money_surer",
            ),
        ]
        triggers = [
            NEVER_CHANGED,
            events_follow_each_other("tranche"),
            event_moves_its_thing("tranche", "strength"),
            funder_answers("tranche", ("decide",), (MemberRole.DECIDER,)),
        ]
        verbose_name = _("event of a tranche")
        verbose_name_plural = _("events of tranches")

    @property
    def label(self) -> str:
        """Where the act led to."""
        return str(Strength(self.to_state).label)
