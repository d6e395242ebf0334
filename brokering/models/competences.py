"""The tree of competences that firms and providers recognise; its codes stay hidden."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from partners.ordering import Norwegian


class InFourLanguages(models.Model):
    slug = models.SlugField(_("slug"), max_length=60, primary_key=True)
    name_nb = models.CharField(_("name in bokmål"), max_length=120)
    name_nn = models.CharField(_("name in nynorsk"), max_length=120)
    name_en = models.CharField(_("name in English"), max_length=120)
    name_se = models.CharField(_("name in Northern Sámi"), max_length=120)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return str(getattr(self, f"name_{get_language() or 'nb'}", self.name_nb))


class CompetenceArea(InFourLanguages):
    class Meta:
        verbose_name = _("competence area")
        verbose_name_plural = _("competence areas")
        ordering = [Norwegian("name_nb")]


class CompetenceQuerySet(models.QuerySet["Competence"]):
    def grouped(self) -> list[tuple[str, list[tuple[str, str]]]]:
        """Choices for a form: areas, and in each its competences, in alphabetical order."""
        areas: dict[str, list[tuple[str, str]]] = {}
        for leaf in self.select_related("area").order_by(Norwegian("area__name_nb"), Norwegian("name_nb")):
            areas.setdefault(str(leaf.area), []).append((leaf.pk, str(leaf)))
        return list(areas.items())


class Competence(InFourLanguages):
    """A leaf of the tree."""

    area = models.ForeignKey(
        CompetenceArea, on_delete=models.PROTECT, related_name="competences", verbose_name=_("area")
    )
    description = models.TextField(_("description"))
    synonyms = ArrayField(models.CharField(max_length=120), verbose_name=_("synonyms"), default=list)
    jargon = ArrayField(models.CharField(max_length=120), verbose_name=_("words of the trade"), default=list)
    sentences = ArrayField(models.TextField(), verbose_name=_("typical sentences"), default=list)
    codes = models.JSONField(_("codes"), default=dict, help_text=_("STYRK-08, NUS2000, SN2025 and ESCO, never shown."))

    objects = CompetenceQuerySet.as_manager()

    class Meta:
        verbose_name = _("competence")
        verbose_name_plural = _("competences")
        ordering = [Norwegian("name_nb")]
