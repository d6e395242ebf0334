"""Pools that the system proposes, what brokers say of them, and what is remembered of it."""

from collections.abc import Iterable
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Count, Exists, F, OuterRef, Q, Subquery, Sum, Value
from django.db.models.functions import Concat, Trim
from django.urls import reverse
from django.utils.translation import gettext as now
from django.utils.translation import gettext_lazy as _

from brokering.models import Competence, CompetenceNeed
from brokering.models.choices import Level, Mode, TeachingLanguage
from brokering.names import competence_names
from partners.acts import NEVER_CHANGED, Act, Event, move, only_acts
from partners.models import Municipality, Organisation, User
from partners.models.memberships import BROKERING_ROLES
from pooling.models.pools import Pool


class ProposedState(models.TextChoices):
    OPEN = "open", _("Proposed")
    ACCEPTED = "accepted", _("Accepted")
    REJECTED = "rejected", _("Rejected")
    LAPSED = "lapsed", _("Lapsed")


class Reason(models.TextChoices):
    """Why a broker wants no such pool."""

    SUBJECT = "subject", _("They need different courses")
    LEVEL = "level", _("They are at different levels")
    PLACE = "place", _("They cannot meet in one place")
    TIME = "time", _("The time does not fit")
    COMPETITORS = "competitors", _("The firms do not want to take a course together")
    COVERED = "covered", _("There is a course already")
    OTHER = "other", _("Another reason")


_S = ProposedState
PROPOSE = Act("propose", _("Proposed"), (), _S.OPEN)
ACCEPT = Act("accept", _("Make a pool of it"), (_S.OPEN,), _S.ACCEPTED)
REJECT = Act("reject", _("Reject"), (_S.OPEN,), _S.REJECTED, with_reason=True)
LAPSE = Act("lapse", _("Lapsed"), (_S.OPEN,), _S.LAPSED)
SPLIT = Act("split", _("Taken apart"), (_S.OPEN,), _S.OPEN)
MERGE = Act("merge", _("Put together with another"), (_S.OPEN,), _S.OPEN)
PROPOSAL_ACTS = {act.name: act for act in (ACCEPT, REJECT, LAPSE, SPLIT, MERGE)}


class PoolProposalQuerySet(models.QuerySet["PoolProposal"]):
    def open(self) -> "PoolProposalQuerySet":
        return self.filter(state=_S.OPEN)

    def rejected(self) -> "PoolProposalQuerySet":
        return self.filter(state=_S.REJECTED)

    def having(self, needs: Iterable[int]) -> "PoolProposalQuerySet":
        """Those with any of these needs."""
        return self.filter(pk__in=ProposedNeed.objects.filter(need__in=needs).values("proposal"))

    def lapse(self) -> None:
        """What is proposed no more, all at once."""
        gone = list(self.open().values_list("pk", flat=True))
        moved: dict[str, Any] = {"act": LAPSE.name, "from_state": _S.OPEN, "to_state": LAPSE.target}
        PoolProposalEvent.objects.bulk_create([PoolProposalEvent(proposal_id=pk, **moved) for pk in gone])
        self.filter(pk__in=gone).update(state=LAPSE.target)

    def handled_for(self, user: object) -> "PoolProposalQuerySet":
        """Those of the needs that the person brokers; nobody else sees them."""
        if not isinstance(user, User):
            return self.none()
        return self.filter(handled_by__in=Organisation.objects.with_role(user, *BROKERING_ROLES))

    def beside(self, proposal: "PoolProposal") -> "PoolProposalQuerySet":
        """Those it could be put together with."""
        others = self.open().filter(handled_by=proposal.handled_by_id).exclude(pk=proposal.pk)
        return others.select_related("municipality").order_by("pk")

    def with_sums(self) -> "PoolProposalQuerySet":
        """Annotates `seats` and `firms`. The fullest and surest first."""
        counted = self.annotate(seats=Sum("parts__seats"), firms=Count("parts__need__employer", distinct=True))
        return counted.order_by(-F("seats"), "-sure", "pk")

    def with_judge(self) -> "PoolProposalQuerySet":
        """Annotates `judged` (somebody has said that needs of it belong together), and `judged_by`, if still known."""
        of_it = {"first__proposed_in__proposal": OuterRef("pk"), "second__proposed_in__proposal": OuterRef("pk")}
        said = PairVerdict.objects.filter(together=True, **of_it).order_by("-at")
        name = Trim(Concat("by__first_name", Value(" "), "by__last_name"))
        return self.annotate(judged=Exists(said), judged_by=Subquery(said.values(name=name)[:1]))

    def for_listing(self) -> "PoolProposalQuerySet":
        return self.with_sums().with_judge().select_related("municipality", "handled_by", "pool")


class PoolProposal(models.Model):
    """Needs that one course could meet, as the system sees it. It follows the needs until somebody decides."""

    handled_by = models.ForeignKey(
        Organisation, on_delete=models.CASCADE, related_name="pool_proposals", verbose_name=_("brokered by")
    )
    competence = models.ForeignKey(
        Competence, on_delete=models.SET_NULL, null=True, related_name="+", verbose_name=_("competence")
    )
    level = models.CharField(_("level"), max_length=20, choices=Level, blank=True)
    language = models.CharField(_("language"), max_length=2, choices=TeachingLanguage, blank=True)
    modes = ArrayField(
        models.CharField(max_length=10, choices=Mode), verbose_name=_("how it may be held"), default=list, blank=True
    )
    municipality = models.ForeignKey(
        Municipality, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("municipality")
    )
    places = models.JSONField(
        _("places"),
        default=list,
        help_text="Within everyone's reach, best first: number, person-km, farthest km.",
    )
    earliest_start = models.DateField(_("earliest start"), null=True, blank=True)
    latest_start = models.DateField(_("latest start"), null=True, blank=True)
    sure = models.FloatField(_("how sure"), validators=[MinValueValidator(0), MaxValueValidator(1)])
    state = models.CharField(_("state"), max_length=12, choices=ProposedState, default=_S.OPEN, editable=False)
    reason = models.CharField(_("reason"), max_length=12, choices=Reason, blank=True, editable=False)
    pool = models.OneToOneField(
        Pool, on_delete=models.PROTECT, null=True, editable=False, related_name="proposal", verbose_name=_("pool")
    )
    needs = models.ManyToManyField(
        CompetenceNeed, through="ProposedNeed", related_name="pool_proposals", verbose_name=_("needs")
    )
    created_at = models.DateTimeField(_("proposed"), auto_now_add=True)
    updated_at = models.DateTimeField(_("changed"), auto_now=True)

    objects = PoolProposalQuerySet.as_manager()

    class Meta:
        verbose_name = _("proposal of a pool")
        verbose_name_plural = _("proposals of pools")
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=ProposedState.values), name="pool_proposal_state_is_known"),
            models.CheckConstraint(condition=Q(sure__gte=0, sure__lte=1), name="pool_proposal_is_sure_by_a_share"),
            models.CheckConstraint(condition=Q(modes__contained_by=Mode.values), name="pool_proposal_modes_are_known"),
            models.CheckConstraint(
                condition=Q(latest_start__gte=F("earliest_start")),
                name="pool_proposal_latest_start_is_not_before_earliest",
            ),
            models.CheckConstraint(
                condition=Q(reason__in=Reason.values, state=_S.REJECTED) | (Q(reason="") & ~Q(state=_S.REJECTED)),
                name="a_rejected_pool_proposal_says_why",
            ),
            models.CheckConstraint(
                condition=Q(state=_S.ACCEPTED, pool__isnull=False) | (~Q(state=_S.ACCEPTED) & Q(pool=None)),
                name="an_accepted_pool_proposal_has_its_pool",
            ),
        ]
        indexes = [models.Index(fields=["handled_by", "state"], name="pool_proposal_handled_state")]

    def __str__(self) -> str:
        subject = competence_names().get(self.competence_id or "", "") or now("Course")
        place = str(self.municipality) if self.municipality else now("online")
        return now("%(subject)s, %(place)s") % {"subject": subject, "place": place}

    def get_absolute_url(self) -> str:
        return reverse("pool-proposal", args=[self.pk])

    @property
    def is_online(self) -> bool:
        """Whether all of them would take the course online too."""
        return Mode.ONLINE in self.modes

    def carry_out(self, act: Act, by: User | None, why: str = "", **facts: Any) -> None:
        """Move the proposal by one of PROPOSAL_ACTS; an event says who and why."""
        move(self, act, by, why, **facts)


class ProposedNeed(models.Model):
    """A need in a proposal, with the seats its firm asks for."""

    proposal = models.ForeignKey(PoolProposal, on_delete=models.CASCADE, related_name="parts")
    need = models.ForeignKey(CompetenceNeed, on_delete=models.CASCADE, related_name="proposed_in")
    seats = models.PositiveIntegerField(_("seats"))

    class Meta:
        verbose_name = _("need in a proposal")
        verbose_name_plural = _("needs in proposals")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["proposal", "need"], name="a_need_is_in_a_proposal_once"),
            models.CheckConstraint(condition=Q(seats__gte=1), name="a_proposed_need_wants_a_seat"),
        ]

    def __str__(self) -> str:
        return f"{self.proposal_id} – {self.need_id}"


class PoolProposalEvent(Event):
    proposal = models.ForeignKey(PoolProposal, on_delete=models.CASCADE, related_name="events")

    class Meta(Event.Meta):
        triggers = [NEVER_CHANGED]
        verbose_name = _("event of a proposal")
        verbose_name_plural = _("events of proposals")
        constraints = [
            only_acts(PROPOSAL_ACTS.values(), "pool_proposal_moves_by_its_acts", first=[PROPOSE]),
        ]

    @property
    def label(self) -> str:
        """An act that leaves the state as it was says itself what was done."""
        is_same = self.from_state == self.to_state
        return str(PROPOSAL_ACTS[self.act].label if is_same else ProposedState(self.to_state).label)


class PairVerdictQuerySet(models.QuerySet["PairVerdict"]):
    def among(self, needs: Iterable[int]) -> "PairVerdictQuerySet":
        return self.filter(Q(first__in=needs) | Q(second__in=needs))

    def say(self, ones: Iterable[int], others: Iterable[int], by: User, *, together: bool, why: str = "") -> None:
        """Of every one with every other; what was said before gives way."""
        there = list(others)
        pairs = sorted({(min(one, other), max(one, other)) for one in ones for other in there if one != other})
        self.bulk_create(
            [self.model(first_id=a, second_id=b, together=together, by=by, why=why) for a, b in pairs],
            update_conflicts=True,
            unique_fields=["first", "second"],
            update_fields=["together", "by", "why", "at"],
        )


class PairVerdict(models.Model):
    """What a broker has said of two needs by splitting or merging proposals: they belong together, or do not."""

    first = models.ForeignKey(CompetenceNeed, on_delete=models.CASCADE, related_name="+")
    second = models.ForeignKey(CompetenceNeed, on_delete=models.CASCADE, related_name="+")
    together = models.BooleanField(_("belong together"))
    by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+", verbose_name=_("who"))
    why = models.TextField(_("why"), blank=True)
    at = models.DateTimeField(_("when"), auto_now=True)

    objects = PairVerdictQuerySet.as_manager()

    class Meta:
        verbose_name = _("verdict on two needs")
        verbose_name_plural = _("verdicts on two needs")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["first", "second"], name="two_needs_have_one_verdict"),
            models.CheckConstraint(condition=Q(first__lt=F("second")), name="the_lesser_need_of_two_comes_first"),
        ]

    def __str__(self) -> str:
        return f"{self.first_id} {'=' if self.together else '≠'} {self.second_id}"


class PoolIndex(models.Model):
    """Where a need stood when proposals were last made, so that a change concerns only what it hangs together with."""

    need = models.OneToOneField(CompetenceNeed, on_delete=models.CASCADE, primary_key=True, related_name="pool_index")
    component = models.BigIntegerField(help_text="The least need that one group could take from.", db_index=True)
    subjects = ArrayField(models.CharField(max_length=60), help_text="Slugs of what it may be about.")
    matched_at = models.DateTimeField(null=True, help_text="When the need had been matched,")
    changed_at = models.DateTimeField(help_text="and changed, as it was then.")

    class Meta:
        indexes = [GinIndex(fields=["subjects"], name="pool_index_subjects")]

    def __str__(self) -> str:
        return str(self.need_id)
