"""The money of a commitment by budget year: how firm it is, and how far it has come."""

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

import pghistory
import pgtrigger
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import Case, OuterRef, Q, Subquery, Sum, Value, When
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from funding.models.commitment_states import ACTIVATE, FRAMED, CommitmentState
from funding.models.commitments import Commitment
from funding.models.frames import BudgetFrame, sizes
from funding.models.hindrances import hindrances
from funding.models.limits import (
    event_moves_its_thing,
    events_follow_each_other,
    state_is_of_the_last_event,
    tranches_within_commitment,
    within_limits,
)
from funding.models.limits.frames import TRANCHE_OF_ITS_FRAME, tranches_within_ceiling, tranches_within_frame
from funding.models.limits.payments import tranche_above_payments
from funding.models.limits.people import funder_answers
from funding.models.limits.settlements import paid_money_does_not_lapse, what_is_left_returns
from funding.models.limits.tranches import (
    A_DECISION_MAKES_IT_SO,
    ONLY_DRAFTS_ARE_PUT_RIGHT,
    RELEASE_IS_EARNED,
    amount_is_of_the_last_event,
)
from funding.models.tranche_states import BINDING, MOVES, RELEASED, STRENGTHS, TrancheState, allowed_moves
from partners.acts import NEVER_CHANGED, Event
from partners.models import User
from partners.models.roles import MemberRole
from projects.money import STRENGTH_COLORS, Strength, nok

if TYPE_CHECKING:
    from funding.models.decisions import Decision


class TrancheQuerySet(models.QuerySet["Tranche"]):
    def with_strength(self) -> "TrancheQuerySet":
        """With `sure`, the strength as the property has it; None for what has lapsed."""
        whens = [When(state=state, then=Value(strength.value)) for state, strength in STRENGTHS.items()]
        return self.annotate(sure=Case(*whens, output_field=models.CharField(null=True)))

    def visible_to(self, user: object) -> "TrancheQuerySet":
        return self.filter(commitment__in=Commitment.objects.visible_to(user))

    def with_cover(self) -> "TrancheQuerySet":
        """With `besides`, what binds the frame of each beside itself, and the frame's entries. NOK."""
        others = Tranche.objects.filter(frame=OuterRef("frame"), state__in=BINDING, commitment__state__in=FRAMED)
        bound = others.exclude(pk=OuterRef("pk")).order_by().values("frame").annotate(sum=Sum("amount"))
        besides = Coalesce(Subquery(bound.values("sum")), Decimal(0))
        return self.annotate(besides=besides).select_related("frame__source").prefetch_related("frame__entries")

    def standing(self) -> "TrancheQuerySet":
        """Those that have not lapsed."""
        return self.exclude(state=TrancheState.LAPSED)


@pghistory.track(model_name="TrancheHistory")
class Tranche(models.Model):
    """One budget year of a commitment. Without a year it is what nobody has split on years: the whole, or the rest."""

    commitment = models.ForeignKey(
        Commitment, on_delete=models.CASCADE, related_name="tranches", verbose_name=_("commitment")
    )
    year = models.PositiveSmallIntegerField(_("year"), null=True, blank=True)
    amount = models.DecimalField(_("amount, NOK"), max_digits=14, decimal_places=2, null=True, blank=True)
    state = models.CharField(_("state"), max_length=12, choices=TrancheState, editable=False)
    frame = models.ForeignKey(
        BudgetFrame,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="tranches",
        verbose_name=_("budget frame"),
    )
    decide_by = models.DateField(_("to be decided by"), null=True, blank=True)
    decision = models.ForeignKey(
        "funding.Decision", on_delete=models.PROTECT, null=True, related_name="+", editable=False
    )
    released_at = models.DateTimeField(_("released"), null=True, editable=False)
    decided_on = models.DateField(_("decided on"), null=True, blank=True)
    decided_by = models.CharField(_("decided by"), max_length=200, blank=True)

    objects = TrancheQuerySet.as_manager()

    class Meta:
        verbose_name = _("tranche")
        verbose_name_plural = _("tranches")
        ordering = ["commitment", models.F("year").asc(nulls_last=True)]
        indexes = [models.Index(fields=["frame", "state"], include=["amount"], name="tranche_frame_state")]
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
            models.CheckConstraint(
                condition=Q(
                    state__in=RELEASED,
                    released_at__isnull=False,
                    decision__isnull=False,
                    amount__isnull=False,
                    frame__isnull=False,
                )
                | Q(state__in=[TrancheState.HELD_OUT, TrancheState.CONDITIONAL, TrancheState.FIRM], released_at=None)
                | Q(state=TrancheState.LAPSED),
                name="held_out_is_never_released",
                violation_error_message=_(
                    "Money is decided on, of a known amount and from a frame, before it is released."
                ),
            ),
        ]
        triggers = [
            state_is_of_the_last_event("tranche"),
            tranches_within_commitment("NEW.commitment_id"),
            tranches_within_ceiling("NEW.commitment_id"),
            RELEASE_IS_EARNED,
            amount_is_of_the_last_event("NEW.id"),
            tranche_above_payments(),
            paid_money_does_not_lapse(),
            what_is_left_returns("NEW.id"),
            tranches_within_frame(),
            TRANCHE_OF_ITS_FRAME,
        ]

    def __str__(self) -> str:
        return f"{self.commitment} ({self.year_label})"

    @property
    def year_label(self) -> str:
        return gettext("split on years not stated") if self.year is None else str(self.year)

    @property
    def strength(self) -> Strength | None:
        """How sure it is. None when it has lapsed."""
        return STRENGTHS.get(self.state)

    @property
    def state_color(self) -> str:
        return STRENGTH_COLORS[self.strength] if self.strength else "neutral"

    @property
    def is_firm(self) -> bool:
        return self.strength == Strength.FIRM

    @property
    def facts(self) -> list[tuple[str, object]]:
        return [
            (gettext("Year"), self.year_label),
            (gettext("Amount"), nok(self.amount)),
            (gettext("How sure"), self.get_state_display()),
        ]

    @property
    def may_lapse(self) -> bool:
        return (self.state, TrancheState.LAPSED) in MOVES["lapse"]

    @property
    def surer(self) -> list[TrancheState]:
        """What a decision can make of it."""
        return [one for one in TrancheState if (self.state, one) in MOVES["decide"]]

    @property
    def weaker(self) -> list[TrancheState]:
        """What a correction can make of it."""
        return [one for one in TrancheState if (self.state, one) in MOVES["correct"]]

    def hindrances(self, on: date) -> list[str]:
        """What stands in the way of its release that day, a sentence each."""
        return list(hindrances(self, on))

    def left_of_frame(self, on: date) -> Decimal:
        """What the frame has for this year's money, beside all others that bind it. NOK. No query `with_cover`."""
        if self.frame is None:
            return Decimal(0)
        besides: Decimal = self.__dict__.get("besides", Decimal(-1))
        if besides < 0:
            besides = Tranche.objects.with_cover().get(pk=self.pk).__dict__["besides"]
        return sizes([(entry.on, entry.amount) for entry in self.frame.entries.all()], on)[1] - besides

    @within_limits()
    def release(self, by: User, why: str = "") -> None:
        """From here on it can be paid. The first release makes the commitment active.

        ValidationError with all that is missing, or when the person may not do this.
        """
        self._lock()
        if missing := self.hindrances(timezone.localdate()):
            raise ValidationError(missing)
        self.turn("release", TrancheState.RELEASED, by, why, released_at=timezone.now())
        if self.commitment.state == CommitmentState.ACCEPTED:
            self.commitment.carry_out(ACTIVATE, by)

    @within_limits()
    def lapse(self, by: User | None, why: str, decision: "Decision | None" = None) -> None:
        """It will not be paid: what it hangs on is not met, a decision says so, or the commitment ends."""
        self.turn("lapse", TrancheState.LAPSED, by, why, decision=decision)

    def _lock(self) -> None:
        """The frame first, then the commitment, then this: in one order with all who lock."""
        frames = BudgetFrame.objects.filter(pk=self.frame_id or 0)
        for rows in (frames, Commitment.objects.filter(pk=self.commitment_id), Tranche.objects.filter(pk=self.pk)):
            list(rows.select_for_update(no_key=True).values("pk"))
        self.refresh_from_db()

    def correct(self, state: str, by: User | None, why: str) -> None:
        """Put right what was written down too strong. ValidationError when it would make it stronger."""
        self.turn("correct", state, by, why)

    def amend(self, amount: Decimal | None, by: User | None, why: str = "") -> None:
        """Write down another amount. The state stays."""
        self.turn("amend", self.state, by, why, amount=amount)

    @transaction.atomic
    def turn(
        self,
        act: str,
        to: str,
        by: User | None,
        why: str = "",
        *,
        amount: Decimal | None = None,
        decision: "Decision | None" = None,
        **facts: object,
    ) -> None:
        """Move it by one of MOVES, as it is stored now. An amount of None leaves it, but for `amend`, which sets it.

        ValidationError when the act does not lead from the state as stored now to that one, or lacks its reason.
        """
        now = Tranche.objects.select_for_update(no_key=True).only("state", "amount").get(pk=self.pk)
        if (now.state, to) not in MOVES[act]:
            raise ValidationError(
                _("What is “%(now)s” cannot become “%(then)s” this way."),
                params={"now": now.get_state_display(), "then": TrancheState(to).label},
            )
        if act in ("correct", "lapse") and not why.strip():
            raise ValidationError(_("Say why."))
        then = amount if amount is not None or act == "amend" else now.amount
        self.events.create(act=act, from_state=now.state, to_state=to, by=by, why=why, amount=then, decision=decision)
        stored = {"state": to, "amount": then, **({"decision": decision} if act == "decide" else {}), **facts}
        Tranche.objects.filter(pk=self.pk).update(**stored)
        for name, value in stored.items():
            setattr(self, name, value)


class TrancheEvent(Event):
    """An act on the money of a year, with its amount afterwards: replaying them gives states and totals of any day."""

    tranche = models.ForeignKey(Tranche, on_delete=models.CASCADE, related_name="events")
    amount = models.DecimalField(_("amount, NOK"), max_digits=14, decimal_places=2, null=True)
    decision = models.ForeignKey(
        "funding.Decision", on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("decision")
    )

    class Meta(Event.Meta):
        constraints = [
            models.CheckConstraint(condition=allowed_moves(), name="only_a_decision_makes_money_surer"),
            models.CheckConstraint(condition=~Q(act="decide") | Q(decision__isnull=False), name="a_decision_is_named"),
        ]
        triggers = [
            NEVER_CHANGED,
            events_follow_each_other("tranche"),
            event_moves_its_thing("tranche"),
            funder_answers("tranche", {"decide": (MemberRole.DECIDER,), "release": (MemberRole.CASE_OFFICER,)}),
            ONLY_DRAFTS_ARE_PUT_RIGHT,
            A_DECISION_MAKES_IT_SO,
            amount_is_of_the_last_event("NEW.tranche_id", pgtrigger.Insert),
        ]
        verbose_name = _("event of a tranche")
        verbose_name_plural = _("events of tranches")

    @property
    def label(self) -> str:
        """Where the act led to."""
        return str(TrancheState(self.to_state).label)
