"""The letter that tells of a decision: what it says is frozen when it is made, and so it can be seen to be stale."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from funding.models.decisions import Decision
from partners.acts import NEVER_CHANGED
from partners.models import User


class Letter(models.Model):
    decision = models.ForeignKey(Decision, on_delete=models.PROTECT, related_name="letters", verbose_name=_("decision"))
    number = models.PositiveSmallIntegerField(_("number"))
    language = models.CharField(_("language"), max_length=2)
    data = models.JSONField(_("what it says"))
    sha256 = models.CharField(_("fingerprint of what it says"), max_length=64)
    made_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("who"))
    made_at = models.DateTimeField(_("when"), default=timezone.now)

    class Meta:
        verbose_name = _("letter")
        verbose_name_plural = _("letters")
        ordering = ["decision", "-number"]
        constraints = [models.UniqueConstraint(fields=["decision", "number"], name="a_letter_has_its_number")]
        triggers = [NEVER_CHANGED]

    def __str__(self) -> str:
        return f"{self.decision} ({self.number})"
