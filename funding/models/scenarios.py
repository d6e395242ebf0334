"""Scenarios: what somebody asked of the money on a day, and what was answered. They read, and change no money."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models import F
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from funding.scenarios.answers import Answer, as_json, from_json
from funding.scenarios.engine import evaluate
from funding.scenarios.facts import Facts, Inputs
from partners.acts import NEVER_CHANGED
from partners.models import Organisation, User
from partners.models.roles import COUNTY_ROLES

if TYPE_CHECKING:
    from datetime import date


class ScenarioQuerySet(models.QuerySet["Scenario"]):
    def visible_to(self, user: User) -> "ScenarioQuerySet":
        """Those of the organisations whose cases the person works with."""
        return self.filter(owner__in=[one.organisation_id for one in user.standings if one.role in COUNTY_ROLES])

    def for_listing(self) -> "ScenarioQuerySet":
        """Without their answers, which can be long; what a list says of them is `brief`."""
        return self.select_related("owner", "created_by").annotate(told=F("answer__brief")).defer("answer")

    def ask(
        self, owner: Organisation, inputs: Inputs, facts: Facts, by: User | None, name: str = "", **more: Any
    ) -> "Scenario":
        """Reckon it and keep the answer. ValueError when the factor is none."""
        answer = evaluate(facts, inputs)
        brief = {"names": _few(facts), "reckoned": len(facts.tranches), "risk": as_json(answer)["at_risk"]}
        brief |= {"fallen": len(answer.fallen), "hit": len({one.project for one in answer.fallen})}
        return self.create(
            owner=owner,
            name=name,
            inputs=inputs.as_json(),
            answer=as_json(answer) | {"names": _names(facts, answer), "brief": brief},
            facts_sha256=facts.sha256(),
            engine=answer.engine,
            created_by=by,
            **more,
        )


class Scenario(models.Model):
    """The keys in its questions and answers are no foreign keys: what they name may go, the answer stands."""

    OF_OTHERS = frozenset({"answer"})

    owner = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="scenarios", verbose_name=_("who asks")
    )
    name = models.CharField(_("what it is called"), max_length=200, blank=True)
    inputs = models.JSONField(_("what was asked"))
    answer = models.JSONField(_("what was answered"))
    facts_sha256 = models.CharField(_("fingerprint of the money"), max_length=64)
    engine = models.PositiveSmallIntegerField(_("version of the reckoning"))
    created_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("asked by")
    )
    created_at = models.DateTimeField(_("asked"), default=timezone.now)
    is_demo = models.BooleanField(_("demonstration data"), default=False, editable=False)

    objects = ScenarioQuerySet.as_manager()

    class Meta:
        verbose_name = _("scenario")
        verbose_name_plural = _("scenarios")
        ordering = ["-created_at", "-pk"]
        triggers = [NEVER_CHANGED]

    def __str__(self) -> str:
        return self.name or f"{self._meta.verbose_name} {self.pk}"

    def get_absolute_url(self) -> str:
        return reverse("scenario", args=[self.pk])

    @cached_property
    def asked(self) -> Inputs:
        return Inputs.from_json(self.inputs)

    @cached_property
    def answered(self) -> Answer:
        return from_json(self.answer)

    @property
    def brief(self) -> dict[str, Any]:
        """The answer in short: `fallen` tranches of those `reckoned`, in `hit` projects; `risk`; some `names`."""
        found: dict[str, Any] = getattr(self, "told", None) or self.answer["brief"]
        return found

    @property
    def names(self) -> Mapping[str, str]:
        """What things were called that day, by kind and key: “project:7”."""
        names: dict[str, str] = self.answer["names"]
        return names

    @property
    def day(self) -> "date":
        return timezone.localdate(self.created_at)


FEW = ("frame:", "scheme:", "source:", "funder:")


def _few(facts: Facts) -> dict[str, str]:
    """What can be chosen, of which there is not much."""
    return {key: name for key, name in facts.names.items() if key.startswith(FEW)}


def _names(facts: Facts, answer: Answer) -> dict[str, str]:
    """And of what the answer is about."""
    wanted = {f"project:{one.project}" for one in answer.projects}
    wanted |= {f"commitment:{one.commitment}" for one in answer.outcomes}
    about = [cause.of[0] for one in answer.fallen for cause in one.causes if cause.of]
    wanted |= {f"{kind}:{key}" for kind in ("commitment", "condition") for key in about}
    return _few(facts) | {key: facts.names[key] for key in wanted if key in facts.names}
