"""Groups of demand and supply, the figure with its history, and the job that reckons them every night."""

from datetime import timedelta

import django.core.validators
import django.db.models.deletion
from django.db import migrations, models
from django.utils import timezone


def plan(apps, schema_editor):
    """An hour after the needs were matched anew, which is planned when the tables are made."""
    apps.get_model("django_q", "Schedule").objects.update_or_create(
        name="gaps",
        defaults={
            "func": "pooling.gaps.jobs.nightly",
            "schedule_type": "D",
            "next_run": timezone.now() + timedelta(hours=1),
        },
    )


def unplan(apps, schema_editor):
    apps.get_model("django_q", "Schedule").objects.filter(name="gaps").delete()


class Migration(migrations.Migration):

    dependencies = [
        ('django_q', '0018_task_success_index'),
        ('brokering', '0012_needs_in_pools'),
        ('partners', '0005_plan'),
        ('pooling', '0004_requests'),
    ]

    operations = [
        migrations.CreateModel(
            name='NeedStanding',
            fields=[
                ('need', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='standing', serialize=False, to='brokering.competenceneed')),
                ('unmet_since', models.DateField(null=True, verbose_name='without a seat since')),
            ],
            options={
                'verbose_name': 'how a need stands',
                'verbose_name_plural': 'how needs stand',
            },
        ),
        migrations.CreateModel(
            name='Gap',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('is_met', models.BooleanField(verbose_name='has a seat within reach')),
                ('firms', models.PositiveIntegerField(validators=[django.core.validators.MinValueValidator(3)], verbose_name='firms')),
                ('people', models.PositiveIntegerField(verbose_name='people')),
                ('person_days', models.PositiveBigIntegerField(default=0, help_text='Added up over the people; 0 for those who have a seat.', verbose_name='days waited')),
                ('reach_km', models.PositiveIntegerField(verbose_name='longest travel, km')),
                ('takes_on_site', models.BooleanField(verbose_name='can meet in a place')),
                ('takes_online', models.BooleanField(verbose_name='can take part online')),
                ('farther_km', models.PositiveIntegerField(help_text='Empty where no course is only too far away.', null=True, verbose_name='kilometres short of a course')),
                ('area', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='gaps', to='brokering.competencearea', verbose_name='competence area')),
                ('competence', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='gaps', to='brokering.competence', verbose_name='competence')),
                ('county', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='gaps', to='partners.county', verbose_name='county')),
                ('municipality', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='gaps', to='partners.municipality', verbose_name='municipality')),
                ('only_in', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='partners.municipality', verbose_name='the only place of their courses')),
                ('region', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='gaps', to='partners.region', verbose_name='region')),
            ],
            options={
                'verbose_name': 'gap',
                'verbose_name_plural': 'gaps',
                'ordering': ['pk'],
            },
        ),
        migrations.CreateModel(
            name='GapNeed',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('people', models.PositiveIntegerField(validators=[django.core.validators.MinValueValidator(1)], verbose_name='people')),
                ('gap', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='parts', to='pooling.gap')),
                ('need', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='gap_parts', to='brokering.competenceneed')),
            ],
            options={
                'verbose_name': 'need behind a gap',
                'verbose_name_plural': 'needs behind gaps',
            },
        ),
        migrations.AddField(
            model_name='gap',
            name='needs',
            field=models.ManyToManyField(related_name='gaps', through='pooling.GapNeed', to='brokering.competenceneed', verbose_name='the needs behind it'),
        ),
        migrations.CreateModel(
            name='Balance',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('on', models.DateField(verbose_name='day')),
                ('wanted', models.PositiveIntegerField(verbose_name='people who want a seat')),
                ('met', models.PositiveIntegerField(verbose_name='of them with one within reach')),
                ('is_demo', models.BooleanField(default=False, editable=False, verbose_name='demonstration data')),
                ('competence', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='balances', to='brokering.competence', verbose_name='competence')),
                ('county', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='balances', to='partners.county', verbose_name='county')),
            ],
            options={
                'verbose_name': 'match of supply and demand',
                'verbose_name_plural': 'matches of supply and demand',
                'ordering': ['county', 'on'],
                'constraints': [models.UniqueConstraint(fields=('county', 'on', 'competence'), name='one_balance_a_day_and_subject', nulls_distinct=False), models.CheckConstraint(condition=models.Q(('met__lte', models.F('wanted'))), name='no_more_are_met_than_want')],
            },
        ),
        migrations.AddConstraint(
            model_name='gapneed',
            constraint=models.UniqueConstraint(fields=('gap', 'need'), name='a_need_is_in_a_gap_once'),
        ),
        migrations.AddConstraint(
            model_name='gapneed',
            constraint=models.CheckConstraint(condition=models.Q(('people__gte', 1)), name='a_need_in_a_gap_is_of_somebody'),
        ),
        migrations.AddConstraint(
            model_name='gap',
            constraint=models.CheckConstraint(condition=models.Q(('firms__gte', 3)), name='a_gap_is_of_three_firms_or_more', violation_error_message='Fewer than three firms are not shown.'),
        ),
        migrations.AddConstraint(
            model_name='gap',
            constraint=models.CheckConstraint(condition=models.Q(('people__gte', models.F('firms'))), name='every_firm_of_a_gap_has_somebody'),
        ),
        migrations.AddConstraint(
            model_name='gap',
            constraint=models.CheckConstraint(condition=models.Q(('region', None), ('municipality', None), _connector='OR'), name='a_gap_has_one_place'),
        ),
        migrations.AddConstraint(
            model_name='gap',
            constraint=models.CheckConstraint(condition=models.Q(('competence', None), ('area', None), _connector='OR'), name='a_gap_has_one_subject'),
        ),
        migrations.RunPython(plan, unplan),
    ]
