"""Searches that a person wants to come back to."""

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from partners.models import User


class SavedSearch(models.Model):
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="saved_searches")
    name = models.CharField(_("name"), max_length=100)
    query = models.CharField(_("search"), max_length=2000)
    created_at = models.DateTimeField(_("saved"), auto_now_add=True)

    class Meta:
        verbose_name = _("saved search")
        verbose_name_plural = _("saved searches")
        ordering = ["-created_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "query"],
                name="a_search_is_saved_once",
                violation_error_message=_("You have already saved this search."),
            )
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return f"{reverse('offer-list')}?{self.query}"
