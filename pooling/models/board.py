"""What providers say to the demand they see: that they could run a course; and the key to its feed."""

import secrets
from collections.abc import Iterable

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from brokering.models import Competence
from partners.models import County, Municipality, Organisation, User
from partners.models.roles import OFFER_KEEPERS
from pooling.models.pools import Pool


class CouldRunQuerySet(models.QuerySet["CouldRun"]):
    def standing(self) -> "CouldRunQuerySet":
        """Those that were not taken back."""
        return self.filter(withdrawn_at=None)

    def about(
        self, competences: Iterable[str], place: Municipality | None, pool: int | None = None
    ) -> "CouldRunQuerySet":
        """Said of this very pool, or of one of the competences there or anywhere."""
        near = Q(municipality=None, county=None)
        if place:
            near |= Q(municipality=place) | Q(county=place.county_id)
        about = Q(competence__in=competences, pool=None) & near
        return self.filter(about | Q(pool=pool) if pool else about)

    def by_provider(self) -> "CouldRunQuerySet":
        """For a list: what each said first, by name."""
        first = self.order_by("provider__name", "provider_id", "pk").distinct("provider__name", "provider_id")
        return first.select_related("provider")

    def of_people(self, user: User) -> "CouldRunQuerySet":
        """Those of providers whose courses the person keeps."""
        return self.filter(provider__in=Organisation.objects.with_role(user, *OFFER_KEEPERS).providers())


class CouldRun(models.Model):
    """A provider says that it could run a course: for a pool, or in a competence, in some place or anywhere."""

    provider = models.ForeignKey(
        Organisation, on_delete=models.CASCADE, related_name="could_run", verbose_name=_("provider")
    )
    competence = models.ForeignKey(
        Competence, on_delete=models.CASCADE, related_name="could_run", verbose_name=_("competence")
    )
    pool = models.ForeignKey(Pool, on_delete=models.CASCADE, null=True, blank=True, related_name="could_run")
    municipality = models.ForeignKey(
        Municipality, on_delete=models.PROTECT, null=True, blank=True, related_name="could_run"
    )
    county = models.ForeignKey(County, on_delete=models.PROTECT, null=True, blank=True, related_name="could_run")
    note = models.CharField(_("what you could offer"), max_length=500, blank=True)
    by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+", verbose_name=_("who"))
    at = models.DateTimeField(_("when"), default=timezone.now)
    withdrawn_at = models.DateTimeField(_("taken back"), null=True, editable=False)

    objects = CouldRunQuerySet.as_manager()

    class Meta:
        verbose_name = _("provider that could run a course")
        verbose_name_plural = _("providers that could run a course")
        ordering = ["-at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["provider", "competence", "pool", "municipality", "county"],
                condition=Q(withdrawn_at=None),
                nulls_distinct=False,
                name="a_provider_says_it_once",
                violation_error_message=_("You have said so already."),
            ),
            models.CheckConstraint(
                condition=Q(municipality=None) | Q(county=None),
                name="it_is_for_a_municipality_or_for_a_county",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.provider_id}: {self.competence_id}"


class BoardKeyQuerySet(models.QuerySet["BoardKey"]):
    def renew(self, user: User) -> "BoardKey":
        """A new secret in place of the old one, whose address answers no more."""
        key, _created = self.update_or_create(user=user, defaults={"token": secrets.token_urlsafe(32)})
        return key


class BoardKey(models.Model):
    """Opens the feed of demand to a program that cannot log in, as long as the person may see the demand."""

    user = models.OneToOneField(User, on_delete=models.CASCADE, related_name="board_key")
    token = models.CharField(max_length=64, unique=True, default=secrets.token_urlsafe, editable=False)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)

    objects = BoardKeyQuerySet.as_manager()

    class Meta:
        verbose_name = _("key to the feed of demand")
        verbose_name_plural = _("keys to the feed of demand")

    def __str__(self) -> str:
        return str(self.user)

    def get_absolute_url(self) -> str:
        return reverse("demand-feed", args=[self.token])
