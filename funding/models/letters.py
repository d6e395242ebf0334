"""The letter that tells of a decision: what it says is frozen when it is made, and so it can be seen to be stale."""

from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from funding.models.decisions import Decision
from funding.models.limits.letters import WHAT_WAS_SENT_IS_THE_LAST
from partners.acts import NEVER_CHANGED
from partners.models import User


class LetterQuerySet(models.QuerySet["Letter"]):
    def visible_to(self, user: object) -> "LetterQuerySet":
        """With their decisions: whoever gets one knows of none before it is sent."""
        return self.filter(decision__in=Decision.objects.visible_to(user))


class Letter(models.Model):
    """`data` holds the facts that it was made of (`facts`, to compare with), and every word of it (`paper`)."""

    decision = models.ForeignKey(Decision, on_delete=models.PROTECT, related_name="letters", verbose_name=_("decision"))
    number = models.PositiveSmallIntegerField(_("number"))
    language = models.CharField(_("language"), max_length=2)
    data = models.JSONField(_("what it says"))
    sha256 = models.CharField(_("fingerprint of what it says"), max_length=64)
    made_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("who"))
    made_at = models.DateTimeField(_("when"), default=timezone.now)

    objects = LetterQuerySet.as_manager()

    class Meta:
        verbose_name = _("letter")
        verbose_name_plural = _("letters")
        ordering = ["decision", "-number"]
        constraints = [models.UniqueConstraint(fields=["decision", "number"], name="a_letter_has_its_number")]
        triggers = [NEVER_CHANGED, WHAT_WAS_SENT_IS_THE_LAST]

    def __str__(self) -> str:
        return f"{self.decision} ({self.number})"

    def get_absolute_url(self) -> str:
        return reverse("letter", args=[self.decision_id])
