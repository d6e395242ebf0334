"""A pool fell below its least class size: who brokers it is told, once for each time."""

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django_q.tasks import async_task

from pooling.models.notices import Notice
from pooling.models.pools import Pool


class PoolAlarmQuerySet(models.QuerySet["PoolAlarm"]):
    def standing(self) -> "PoolAlarmQuerySet":
        """Those of pools that still have too few seats."""
        return self.filter(settled_at=None)

    def settle(self) -> None:
        """Nobody is told any more, not even by what waits to be sent."""
        for alarm in self.standing():
            Notice.objects.withdraw(alarm.name)
        self.standing().update(settled_at=timezone.now())

    def sound(self, pool: Pool, seats: int, *, is_news: bool = True) -> None:
        """Tell whoever brokers the pool, once for each number of seats it falls to. The job is stored with it.

        One that stands follows the seats when they are no fewer than they were.
        """
        missing = {"seats": seats, "min_seats": pool.min_seats}
        if self.standing().filter(**missing).exists() or (not is_news and self.standing().update(**missing)):
            return
        self.settle()
        alarm = self.create(pool=pool, **missing)
        async_task("pooling.jobs.tell_of_alarm", alarm.pk)


class PoolAlarm(models.Model):
    """So many seats were left when so many were needed. It stands until there are enough, or the pool is over."""

    pool = models.ForeignKey(Pool, on_delete=models.CASCADE, related_name="alarms", verbose_name=_("pool"))
    seats = models.PositiveIntegerField(_("seats"))
    min_seats = models.PositiveIntegerField(_("least class size"))
    at = models.DateTimeField(_("when"), auto_now_add=True)
    told_at = models.DateTimeField(_("told"), null=True, editable=False)
    settled_at = models.DateTimeField(_("settled"), null=True, editable=False)

    objects = PoolAlarmQuerySet.as_manager()

    class Meta:
        verbose_name = _("alarm of a pool")
        verbose_name_plural = _("alarms of pools")
        ordering = ["at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["pool"], condition=Q(settled_at=None), name="one_alarm_of_a_pool_stands"),
            models.CheckConstraint(condition=Q(seats__lt=F("min_seats")), name="an_alarm_is_of_too_few_seats"),
        ]

    def __str__(self) -> str:
        return f"{self.pool_id}: {self.seats}/{self.min_seats}"

    @property
    def name(self) -> str:
        """How its e-mails begin to be called."""
        return f"pool-alarm-{self.pk}-"

    @property
    def missing(self) -> int:
        return self.min_seats - self.seats
