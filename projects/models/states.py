"""The states of a project, the acts between them, and what else it is one of."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from partners.acts import Act


class ProjectState(models.TextChoices):
    IDEA = "idea", _("Idea")
    PLANNED = "planned", _("Planned")
    FINANCED = "financed", _("Financed")
    RUNNING = "running", _("Running")
    CLOSING = "closing", _("Being closed")
    CLOSED = "closed", _("Closed")
    PAUSED = "paused", _("Paused")
    CANCELLED = "cancelled", pgettext_lazy("project", "Cancelled")


class TargetGroup(models.TextChoices):
    EMPLOYERS = "employers", _("Employers")
    UNEMPLOYED = "unemployed", _("Unemployed people")
    YOUNG = "young", _("Young people without completed education")
    OUTSIDE = "outside", _("People outside working life")
    TRAINING_OFFICES = "training_offices", _("Training offices")


class LeaderPosition(models.TextChoices):
    SOUGHT = "sought", _("Being sought")
    HIRED = "hired", _("Hired")


_S = ProjectState
PLAN = Act("plan", _("Mark as planned"), (_S.IDEA,), _S.PLANNED)
FINANCE = Act("finance", _("Mark as financed"), (_S.PLANNED,), _S.FINANCED)
START = Act("start", _("Start"), (_S.FINANCED,), _S.RUNNING)
WIND_UP = Act("wind_up", _("Begin to close"), (_S.RUNNING,), _S.CLOSING)
CLOSE = Act("close", _("Close"), (_S.CLOSING,), _S.CLOSED)
PAUSE = Act("pause", _("Pause"), (_S.RUNNING,), _S.PAUSED)
RESUME = Act("resume", _("Resume"), (_S.PAUSED,), _S.RUNNING)
REPLAN = Act("replan", _("Back to planning"), (_S.FINANCED,), _S.PLANNED)
CANCEL = Act("cancel", _("Cancel the project"), (_S.IDEA, _S.PLANNED, _S.FINANCED, _S.RUNNING, _S.PAUSED), _S.CANCELLED)
# Nothing more is done in it.
ENDED = (_S.CLOSED, _S.CANCELLED)
ACTS = {act.name: act for act in (PLAN, FINANCE, START, WIND_UP, CLOSE, PAUSE, RESUME, REPLAN, CANCEL)}
# What is done only with a reason.
WITH_REASON = frozenset({PAUSE.name, REPLAN.name, CANCEL.name})
STATE_COLORS: dict[str, str] = {
    _S.FINANCED: "info",
    _S.RUNNING: "success",
    _S.CLOSING: "info",
    _S.PAUSED: "warning",
    _S.CANCELLED: "danger",
}
