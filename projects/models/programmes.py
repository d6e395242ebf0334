"""National initiatives that projects are part of."""

import pghistory
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from partners.models import Organisation
from partners.ordering import Norwegian


@pghistory.track(model_name="ProgrammeHistory")
class Programme(models.Model):
    name = models.CharField(_("name"), max_length=200, unique=True)
    about = models.TextField(_("about"), blank=True)
    owner = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("on behalf of")
    )
    manager = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("managed by")
    )
    wants_new = models.BooleanField(
        _("asks for measures that do not exist locally"),
        default=False,
        help_text=_("Its projects then show how many of their measures are new to the place."),
    )
    is_demo = models.BooleanField(_("demonstration data"), default=False, editable=False)

    class Meta:
        verbose_name = _("programme")
        verbose_name_plural = _("programmes")
        ordering = [Norwegian("name"), "pk"]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("programme", args=[self.pk])
