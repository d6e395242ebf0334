"""Ask whether measures that were never compared with the courses exist in their place already."""

from typing import Any

from django.core.management.base import BaseCommand

from projects.models import Activity


class Command(BaseCommand):
    help = "Compare measures that never were with the courses, some 50 ms for each measure and municipality."

    def handle(self, *args: Any, **options: Any) -> None:
        for activity in Activity.objects.never_compared().for_listing():
            activity.ask()
