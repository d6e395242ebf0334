"""What the matching has learnt from verdicts, version by version, and which matches were shown to those who judge."""

from collections.abc import Iterable
from datetime import datetime, timedelta

import pgtrigger
from django.db import models
from django.db.models import Count, OuterRef, Q, Subquery
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from brokering.models.matches import Band, Match, Verdict
from brokering.models.needs import CompetenceNeed
from brokering.models.offers import CourseOffer
from partners.acts import NEVER_CHANGED, Act, Event, move, only_acts
from partners.models import User


class ScoreState(models.TextChoices):
    LEARNT = "learnt", _("Passed the check")
    REFUSED = "refused", _("Did not pass the check")
    CURRENT = "current", _("In use")
    EARLIER = "earlier", _("Was in use")


_S = ScoreState
LEARN = Act("learn", _("Learn"), (), _S.LEARNT)
REFUSE = Act("refuse", _("Refuse"), (), _S.REFUSED)
USE = Act("use", _("Take into use"), (_S.LEARNT, _S.EARLIER), _S.CURRENT, with_reason=True)
RETIRE = Act("retire", _("Go back to the program’s own weights"), (_S.CURRENT,), _S.EARLIER, with_reason=True)
SCORE_ACTS = {act.name: act for act in (USE, RETIRE)}
TOLD = {
    "learn": _("learnt"),
    "refuse": _("did not pass the check"),
    "use": _("taken into use"),
    "retire": _("taken out of use"),
}


class ScoreVersionQuerySet(models.QuerySet["ScoreVersion"]):
    def current(self) -> "ScoreVersionQuerySet":
        """The one in use, or none: then the program's own constants are."""
        return self.filter(state=ScoreState.CURRENT)

    def for_listing(self) -> "ScoreVersionQuerySet":
        return self.prefetch_related(models.Prefetch("events", ScoreEvent.objects.select_related("by")))


class ScoreVersion(models.Model):
    """Weights learnt from verdicts, with what they were learnt from and how they did on needs that were held out.

    Only its state ever changes, and since when it is in use: going back is one act. brokering.matching.versions carries
    the acts out; brokering.matching.score knows what the weights mean, and .learning what the figures do.
    """

    state = models.CharField(_("state"), max_length=10, choices=ScoreState)
    weights = models.JSONField(_("weights"))
    instead_of = models.JSONField(_("weights they were held against"))
    program = models.CharField(_("the program’s own weights"), max_length=8, help_text=_("Those it started from."))
    learnt_from = models.CharField(_("fingerprint of the verdicts"), max_length=64)
    counts = models.JSONField(_("how many verdicts, needs and people"))
    before = models.JSONField(_("figures before"))
    after = models.JSONField(_("figures after"))
    note = models.CharField(_("note"), max_length=300, blank=True)
    learnt_at = models.DateTimeField(_("learnt"), default=timezone.now)
    active_from = models.DateTimeField(_("in use since"), null=True)

    objects = ScoreVersionQuerySet.as_manager()

    class Meta:
        verbose_name = _("version of the score")
        verbose_name_plural = _("versions of the score")
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=_S.values), name="score_state_is_known"),
            models.UniqueConstraint(fields=["state"], condition=Q(state="current"), name="one_score_is_in_use"),
            models.CheckConstraint(
                condition=~Q(state="current") | Q(active_from__isnull=False), name="a_score_in_use_says_since_when"
            ),
            models.UniqueConstraint(fields=["learnt_from", "program"], name="the_same_verdicts_teach_once"),
            models.CheckConstraint(
                condition=Q(weights__has_keys=["with_meaning", "without_meaning", "parts"]),
                name="a_score_has_all_its_weights",
            ),
        ]
        triggers = [
            pgtrigger.ReadOnly(
                name="what_was_learnt_stays",
                fields=[
                    *("weights", "instead_of", "program", "learnt_from", "counts"),
                    *("before", "after", "note", "learnt_at"),
                ],
            ),
            pgtrigger.Protect(name="never_deleted", operation=pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """As it stands in the version of the matching that is kept with each match."""
        return f"v{self.pk}"

    def carry_out(self, act: Act, by: User | None, why: str) -> None:
        """Move by one of SCORE_ACTS."""
        move(self, act, by, why, active_from=timezone.now() if act is USE else self.active_from)


class ScoreEvent(Event):
    version = models.ForeignKey(ScoreVersion, on_delete=models.PROTECT, related_name="events")

    class Meta(Event.Meta):
        triggers = [NEVER_CHANGED]
        verbose_name = _("event of a version of the score")
        verbose_name_plural = _("events of versions of the score")
        constraints = [only_acts((USE, RETIRE), "scores_move_by_their_acts", first=(LEARN, REFUSE))]

    @property
    def label(self) -> str:
        return str(TOLD[self.act])


class ImpressionQuerySet(models.QuerySet["Impression"]):
    def log(self, matches: Iterable[Match]) -> None:
        """That these are shown; what was shown before, with the same version of the matching, is passed over."""
        self.bulk_create(
            [
                Impression(
                    need_id=match.need_id,
                    offer_id=match.offer_id,
                    engine=match.engine,
                    rank=match.rank,
                    band=match.band,
                    score=match.score,
                )
                for match in matches
            ],
            ignore_conflicts=True,
        )

    def older_than(self, days: int, at: datetime) -> "ImpressionQuerySet":
        return self.filter(at__lt=at - timedelta(days=days))

    def by_band(self) -> list[tuple[str, int, int, int]]:
        """Of each band: its name, how many matches were shown, and how many of them got a yes and a no."""
        latest = self.order_by("need_id", "offer_id", "-at").distinct("need_id", "offer_id")
        answer = Verdict.objects.filter(need=OuterRef("need"), offer=OuterRef("offer")).values("fits")
        counted = (
            Impression.objects.filter(pk__in=latest.values("pk"))
            .annotate(answer=Subquery(answer))
            .values("band")
            .annotate(shown=Count("pk"), yes=Count("pk", filter=Q(answer=True)), no=Count("pk", filter=Q(answer=False)))
        )
        rows = {row["band"]: (str(Band(row["band"]).label), row["shown"], row["yes"], row["no"]) for row in counted}
        return [rows[band] for band in Band.values if band in rows]


class Impression(models.Model):
    """That a match was on a page of a need, for somebody who may judge it: how well it ranked then. Not who saw it."""

    # Found by the index of the constraint.
    need = models.ForeignKey(CompetenceNeed, on_delete=models.CASCADE, related_name="+", db_index=False)
    offer = models.ForeignKey(CourseOffer, on_delete=models.CASCADE, related_name="+")
    engine = models.CharField(_("version of the matching"), max_length=40)
    rank = models.PositiveIntegerField(_("rank"))
    band = models.CharField(_("band"), max_length=10, choices=Band)
    score = models.FloatField(_("score"))
    at = models.DateTimeField(_("when"), default=timezone.now)

    objects = ImpressionQuerySet.as_manager()

    class Meta:
        verbose_name = _("match that was shown")
        verbose_name_plural = _("matches that were shown")
        constraints = [models.UniqueConstraint(fields=["need", "offer", "engine"], name="shown_once_a_version")]
        indexes = [models.Index("at", name="impressions_by_age")]

    def __str__(self) -> str:
        return f"{self.need_id} – {self.offer_id}: {self.rank}"
