"""What the matching found for a need, what people said of it, and what was proposed to the employer."""

import secrets
from collections.abc import Sequence

import pghistory
from django.db import models, transaction
from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from brokering.models.needs import CompetenceNeed
from brokering.models.offers import CourseOffer
from brokering.models.runs import CourseRun
from partners.acts import NEVER_CHANGED, Act, Event, move
from partners.models import User


class Band(models.TextChoices):
    """How well an offer fits a need; components/band.html says it in the same words."""

    STRONG = "strong", _("Fits well")
    POSSIBLE = "possible", _("May fit")
    NEAR = "near", _("Does not fit as it is")


class MatchQuerySet(models.QuerySet["Match"]):
    def best(self) -> "MatchQuerySet":
        """Those that fit, the best first."""
        return self.exclude(band=Band.NEAR).order_by("rank")

    def sure(self) -> "MatchQuerySet":
        """Strong ones, and those that somebody has said fit. The best first."""
        said = Verdict.objects.filter(need=OuterRef("need"), offer=OuterRef("offer"), fits=True)
        return self.best().filter(Q(band=Band.STRONG) | Exists(said))

    def not_refused(self) -> "MatchQuerySet":
        """Those nobody has said no to."""
        refused = Verdict.objects.filter(need=OuterRef("need"), offer=OuterRef("offer"), fits=False)
        return self.exclude(Exists(refused))


class Match(models.Model):
    """A need and an offer as the matching saw them: the parts and gates kept here are the explanation."""

    need = models.ForeignKey(CompetenceNeed, on_delete=models.CASCADE, related_name="matches")
    offer = models.ForeignKey(CourseOffer, on_delete=models.CASCADE, related_name="matches")
    run = models.ForeignKey(CourseRun, on_delete=models.SET_NULL, null=True, related_name="+", verbose_name=_("run"))
    rank = models.PositiveIntegerField(_("rank"))
    score = models.FloatField(_("score"))
    band = models.CharField(_("band"), max_length=10, choices=Band)
    parts = models.JSONField(_("parts"), default=dict)
    gates = models.JSONField(_("gates that failed"), default=list)
    engine = models.CharField(_("version of the matching"), max_length=40)
    computed_at = models.DateTimeField(_("computed"), default=timezone.now)

    # What people have said of it, set by the page that shows it.
    verdict: "Verdict | None" = None
    proposal: "Proposal | None" = None
    # A run that meets the filters of the page, where `run`, which was judged, does not.
    other_run: CourseRun | None = None
    # Matches of near-identical offers, none of them better.
    others: "Sequence[Match]" = ()

    objects = MatchQuerySet.as_manager()

    class Meta:
        verbose_name = _("match")
        verbose_name_plural = _("matches")
        ordering = ["need", "rank"]
        constraints = [models.UniqueConstraint(fields=["need", "offer"], name="a_need_meets_an_offer_once")]

    def __str__(self) -> str:
        return f"{self.need_id} – {self.offer_id}: {self.score:.2f}"

    @property
    def is_refused(self) -> bool:
        return bool(self.verdict and not self.verdict.fits)


class Reason(models.TextChoices):
    """Why an offer does not fit. The reason decides which part of the score learns from it."""

    SUBJECT = "subject", _("Wrong subject")
    LEVEL = "level", _("Wrong level")
    FAR = "far", _("Too far away")
    TIME = "time", _("Wrong time")
    MODE = "mode", _("Held in the wrong way")
    PRICE = "price", _("Too expensive")
    FULL = "full", _("No seats")
    OTHER = "other", _("Something else")


@pghistory.track(model_name="VerdictHistory")
class Verdict(models.Model):
    """A person's yes or no to an offer for a need; the last word counts, earlier ones are in the history."""

    need = models.ForeignKey(CompetenceNeed, on_delete=models.CASCADE, related_name="verdicts")
    offer = models.ForeignKey(CourseOffer, on_delete=models.CASCADE, related_name="verdicts")
    by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+", verbose_name=_("who"))
    fits = models.BooleanField(_("fits"))
    reason = models.CharField(_("reason"), max_length=10, choices=Reason, blank=True)
    comment = models.CharField(_("comment"), max_length=300, blank=True)
    seen = models.JSONField(
        _("what the score saw"), default=dict, help_text=_("The match when it was judged; empty where there was none.")
    )
    at = models.DateTimeField(_("when"), auto_now=True)

    class Meta:
        verbose_name = _("verdict")
        verbose_name_plural = _("verdicts")
        constraints = [
            models.UniqueConstraint(fields=["need", "offer"], name="one_verdict_a_match"),
            models.CheckConstraint(
                condition=models.Q(fits=True) | ~models.Q(reason=""),
                name="a_no_has_a_reason",
                violation_error_message=_("Say why it does not fit."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.need_id} – {self.offer_id}: {'yes' if self.fits else self.reason}"

    @transaction.atomic
    def take_back(self, by: User) -> None:
        """As if nothing had been said, but for the need's history."""
        state = self.need.state
        self.need.events.create(act="take_back", from_state=state, to_state=state, by=by, why=str(self.offer))
        self.delete()


class ProposalState(models.TextChoices):
    PROPOSED = "proposed", _("Proposed")
    SENT = "sent", _("Sent")
    SEEN = "seen", _("Seen")
    INTERESTED = "interested", _("Interested")
    DECLINED = "declined", _("Declined")
    AGREED = "agreed", _("Agreed")
    COMPLETED = "completed", _("Completed")
    ABSENT = "absent", _("Did not attend")


_P = ProposalState
SEND = Act("send", _("Send"), (_P.PROPOSED,), _P.SENT)
SEE = Act("see", _("Open the proposal"), (_P.SENT,), _P.SEEN)
ACCEPT = Act("accept", _("Yes, we are interested"), (_P.SENT, _P.SEEN, _P.DECLINED), _P.INTERESTED)
DECLINE = Act("decline", _("No, thank you"), (_P.SENT, _P.SEEN, _P.INTERESTED), _P.DECLINED)
AGREE = Act("agree", _("Agreed with the provider"), (_P.INTERESTED,), _P.AGREED)
COMPLETE = Act("complete", _("Completed"), (_P.AGREED,), _P.COMPLETED)
MISS = Act("miss", _("Did not attend"), (_P.AGREED,), _P.ABSENT)
PROPOSAL_ACTS = {act.name: act for act in (SEND, SEE, ACCEPT, DECLINE, AGREE, COMPLETE, MISS)}


class ProposalQuerySet(models.QuerySet["Proposal"]):
    def visible_to(self, user: object) -> "ProposalQuerySet":
        """Those of needs one may see."""
        return self.filter(need__in=CompetenceNeed.objects.visible_to(user))

    def waiting_for_answer(self) -> "ProposalQuerySet":
        return self.filter(state__in=[ProposalState.SENT, ProposalState.SEEN])

    def for_listing(self) -> "ProposalQuerySet":
        return self.select_related("need__employer", "need__municipality", "offer__provider", "run__municipality")


class Proposal(models.Model):
    need = models.ForeignKey(CompetenceNeed, on_delete=models.CASCADE, related_name="proposals")
    offer = models.ForeignKey(CourseOffer, on_delete=models.PROTECT, related_name="proposals")
    run = models.ForeignKey(CourseRun, on_delete=models.SET_NULL, null=True, blank=True, related_name="proposals")
    message = models.TextField(_("message to the employer"), blank=True, max_length=2000)
    reason = models.CharField(_("reason"), max_length=10, choices=Reason, blank=True)
    comment = models.CharField(_("comment"), max_length=300, blank=True)
    state = models.CharField(_("state"), max_length=12, choices=ProposalState, default=ProposalState.PROPOSED)
    token = models.CharField(max_length=64, unique=True, default=secrets.token_urlsafe, editable=False)
    proposed_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(_("proposed"), auto_now_add=True)

    objects = ProposalQuerySet.as_manager()

    class Meta:
        verbose_name = _("proposal")
        verbose_name_plural = _("proposals")
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["need", "offer"],
                name="an_offer_is_proposed_once",
                violation_error_message=_("This course is already proposed for this need."),
            ),
            models.CheckConstraint(condition=models.Q(state__in=ProposalState.values), name="proposal_state_is_known"),
        ]

    def __str__(self) -> str:
        return f"{self.need_id} – {self.offer_id}"

    def get_absolute_url(self) -> str:
        return reverse("proposal", args=[self.token])

    @property
    def may_be_answered(self) -> bool:
        return ACCEPT.possible_from(self.state) or DECLINE.possible_from(self.state)

    @property
    def is_answered(self) -> bool:
        return self.state in {ProposalState.INTERESTED, ProposalState.DECLINED}

    @property
    def facts(self) -> list[tuple[str, object]]:
        """What the employer has to know to decide, as pairs to show; of the chosen run where there is one."""
        run = self.run
        known = [
            (gettext("Provider"), self.offer.provider),
            (gettext("When"), run.dates if run else ""),
            (gettext("Where"), run.where if run else ""),
            (gettext("Registration deadline"), run.deadline_label if run else ""),
            (gettext("Free seats"), run.seats_left if run else None),
            (gettext("Price a person"), (run.price_label if run else "") or self.offer.price_label),
            (gettext("Level"), self.offer.get_level_display() if self.offer.level else ""),
        ]
        return [(term, fact) for term, fact in known if fact not in ("", None)]

    def carry_out(self, act: Act, by: User | None, why: str = "") -> None:
        """Move the proposal by one of PROPOSAL_ACTS; an event says who and why."""
        move(self, act, by, why)


class ProposalEvent(Event):
    proposal = models.ForeignKey(Proposal, on_delete=models.CASCADE, related_name="events")

    class Meta(Event.Meta):
        triggers = [NEVER_CHANGED]
        verbose_name = _("event of a proposal")
        verbose_name_plural = _("events of proposals")
