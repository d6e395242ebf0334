"""For those who run the site. States move by acts on the pages only, so here they are seen, not set."""

from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.postgres.forms import SimpleArrayField
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from brokering.models import (
    Competence,
    CompetenceArea,
    CompetenceNeed,
    CourseOffer,
    CourseRun,
    Match,
    NeedEvent,
    Proposal,
    ProposalEvent,
    Verdict,
    Visit,
)
from brokering.models.choices import Mode
from partners.admin import ReadOnly, ReadOnlyInline


def lines() -> SimpleArrayField:
    """One a line, since the texts have commas."""
    return SimpleArrayField(forms.CharField(), delimiter="\n", widget=forms.Textarea, required=False)


class CompetenceForm(forms.ModelForm):  # type: ignore[type-arg]  # not subscriptable at run time
    synonyms, jargon, sentences = lines(), lines(), lines()


class WithModes(forms.ModelForm):  # type: ignore[type-arg]  # not subscriptable at run time
    """What has several ways of being held."""

    modes = forms.MultipleChoiceField(
        label=_("How it is held"), choices=Mode.choices, widget=forms.CheckboxSelectMultiple, required=False
    )


class OfferForm(WithModes):
    outcomes = lines()


class NeedEvents(ReadOnlyInline):
    model = NeedEvent
    fields = ("at", "act", "from_state", "to_state", "by", "why")


class ProposalEvents(ReadOnlyInline):
    model = ProposalEvent
    fields = ("at", "act", "from_state", "to_state", "by", "why")


class Runs(admin.StackedInline):  # type: ignore[type-arg]  # not subscriptable at run time
    model = CourseRun
    extra = 0
    autocomplete_fields = ("municipality",)


@admin.register(CompetenceArea)
class CompetenceAreaAdmin(admin.ModelAdmin):  # type: ignore[type-arg]  # not subscriptable at run time
    list_display = ("name_nb", "name_nn", "name_en", "name_se")
    search_fields = ("name_nb", "name_nn", "name_en", "name_se")


@admin.register(Competence)
class CompetenceAdmin(admin.ModelAdmin):  # type: ignore[type-arg]  # not subscriptable at run time
    form = CompetenceForm
    list_display = ("name_nb", "area")
    list_select_related = ("area",)
    list_filter = ("area",)
    search_fields = ("name_nb", "name_nn", "name_en", "name_se", "synonyms", "jargon")


@admin.register(CourseOffer)
class CourseOfferAdmin(admin.ModelAdmin):  # type: ignore[type-arg]  # not subscriptable at run time
    form = OfferForm
    inlines = (Runs,)
    autocomplete_fields = ("provider", "municipalities", "competences")
    readonly_fields = ("source", "source_id", "withdrawn_at", "refreshed_on", "is_demo")
    list_display = ("title", "provider", "level", "is_published", "withdrawn_at", "source")
    list_select_related = ("provider",)
    list_filter = ("is_published", "level", "source", "is_demo")
    search_fields = ("title", "provider__name")


@admin.register(CompetenceNeed)
class CompetenceNeedAdmin(admin.ModelAdmin):  # type: ignore[type-arg]  # not subscriptable at run time
    form = WithModes
    inlines = (NeedEvents,)
    autocomplete_fields = ("employer", "handled_by", "municipality", "competences")
    readonly_fields = ("state", "created_by", "created_at", "updated_at", "matched_at", "is_demo")
    list_display = ("__str__", "employer", "handled_by", "state", "created_at")
    list_select_related = ("employer", "handled_by")
    list_filter = ("state", "source", "is_demo")
    search_fields = ("text", "employer__name")

    def has_add_permission(self, request: HttpRequest) -> bool:
        """A need begins with the one who wrote it: on the pages."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Its events are never deleted, so neither is the need: it is withdrawn."""
        return False


@admin.register(Visit)
class VisitAdmin(admin.ModelAdmin):  # type: ignore[type-arg]  # not subscriptable at run time
    """Only what may have to be deleted is changed here: what was said, and who was met."""

    readonly_fields = ("firm", "handled_by", "project", "on", "next_follow_up", "by", "created_at", "is_demo")
    list_display = ("firm", "on", "handled_by", "by")
    list_select_related = ("firm", "handled_by", "by")
    list_filter = ("is_demo",)
    search_fields = ("firm__name",)

    def has_add_permission(self, request: HttpRequest) -> bool:
        """A visit is logged by the one who made it: on the pages."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """The needs that were found on it stay, and so does it."""
        return False


@admin.register(Match)
class MatchAdmin(ReadOnly):
    list_display = ("need", "offer", "rank", "score", "band", "engine", "computed_at")
    list_select_related = ("need", "offer")
    list_filter = ("band", "engine")


@admin.register(Verdict)
class VerdictAdmin(ReadOnly):
    list_display = ("need", "offer", "fits", "reason", "by", "at")
    list_select_related = ("need", "offer", "by")
    list_filter = ("fits", "reason")


@admin.register(Proposal)
class ProposalAdmin(ReadOnly):
    """The token, with which the employer answers, is not shown."""

    inlines = (ProposalEvents,)
    fields = ("need", "offer", "run", "message", "reason", "comment", "state", "proposed_by", "created_at")
    list_display = ("need", "offer", "state", "created_at")
    list_select_related = ("need", "offer")
    list_filter = ("state",)
