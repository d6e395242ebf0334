"""Imports of offers from files."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('brokering', '0003_schedules'),
        ('partners', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='ImportRun',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField(auto_now_add=True, verbose_name='when')),
                ('file_name', models.CharField(max_length=255, verbose_name='file')),
                ('sha256', models.CharField(max_length=64)),
                ('content', models.BinaryField(help_text='The file, until it is imported or given up.', null=True)),
                ('state', models.CharField(choices=[('checked', 'checked, not imported yet'), ('imported', 'imported'), ('failed', 'could not be read')], max_length=10, verbose_name='state')),
                ('counts', models.JSONField(default=dict, verbose_name='counts')),
                ('rejected', models.JSONField(default=list, verbose_name='rejected records')),
                ('remarks', models.JSONField(default=list, verbose_name='remarks')),
                ('error', models.JSONField(null=True, verbose_name='why it could not be read')),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='who')),
                ('organisation', models.ForeignKey(help_text='Whose offers these are; empty for the national catalogue.', null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='partners.organisation', verbose_name='provider')),
            ],
            options={
                'verbose_name': 'import',
                'verbose_name_plural': 'imports',
                'ordering': ['-at', '-pk'],
                'constraints': [models.CheckConstraint(condition=models.Q(('state__in', ['checked', 'imported', 'failed'])), name='import_state_is_known')],
            },
        ),
    ]
