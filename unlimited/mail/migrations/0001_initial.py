import django.contrib.postgres.indexes
import django.core.serializers.json
import django.db.models.functions.text
import django.utils.timezone
import uuid
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='OutgoingMail',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uuid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('kind', models.CharField(max_length=60, verbose_name='Kind')),
                ('key', models.CharField(help_text='What it tells of: a repeat with this key does nothing.', max_length=400)),
                ('recipient', models.CharField(max_length=320, verbose_name='Recipient')),
                ('language', models.CharField(choices=[('nb', 'Norwegian Bokmål'), ('nn', 'Norwegian Nynorsk'), ('en', 'English')], max_length=2)),
                ('snapshot', models.JSONField(blank=True, default=dict, encoder=django.core.serializers.json.DjangoJSONEncoder)),
                ('is_secret', models.BooleanField(default=False)),
                ('priority', models.PositiveSmallIntegerField()),
                ('order_key', models.CharField(blank=True, max_length=200)),
                ('message_id', models.CharField(max_length=200)),
                ('status', models.CharField(choices=[('queued', 'Waiting'), ('sending', 'Being sent'), ('sent', 'Sent'), ('failed', 'Not delivered'), ('uncertain', 'Perhaps sent'), ('cancelled', 'Cancelled'), ('suppressed', 'Held back')], default='queued', max_length=12, verbose_name='Status')),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('due_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('expires_at', models.DateTimeField(blank=True, null=True)),
                ('attempts', models.PositiveSmallIntegerField(default=0)),
                ('next_attempt_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('claimed_by', models.CharField(blank=True, max_length=100)),
                ('lease_until', models.DateTimeField(blank=True, null=True)),
                ('last_error', models.CharField(blank=True, max_length=500)),
                ('sent_at', models.DateTimeField(blank=True, null=True)),
                ('finished_at', models.DateTimeField(blank=True, null=True)),
            ],
            options={
                'verbose_name': 'mail',
                'verbose_name_plural': 'mails',
                'indexes': [models.Index(condition=models.Q(('status', 'queued')), fields=['priority', 'due_at', 'id'], name='mail_to_send'), models.Index(condition=models.Q(('status', 'sending')), fields=['lease_until'], name='mail_in_hand'), models.Index(condition=models.Q(('status__in', ['queued', 'sending']), models.Q(('order_key', ''), _negated=True)), fields=['order_key', 'id'], name='mail_in_order'), models.Index(condition=models.Q(('snapshot', {}), _negated=True), fields=['finished_at'], name='mail_to_wipe'), models.Index(fields=['status', '-id'], name='mail_by_status'), models.Index(fields=['kind', '-id'], name='mail_by_kind'), models.Index(django.contrib.postgres.indexes.OpClass(django.db.models.functions.text.Lower('recipient'), 'text_pattern_ops'), name='mail_by_recipient')],
                'constraints': [models.UniqueConstraint(fields=('key',), name='mail_key_unique'), models.UniqueConstraint(fields=('message_id',), name='mail_message_id_unique'), models.CheckConstraint(condition=models.Q(models.Q(('key', ''), _negated=True), models.Q(('message_id', ''), _negated=True)), name='mail_key_and_message_id'), models.CheckConstraint(condition=models.Q(models.Q(('sent_at__isnull', False), ('status', 'sent')), models.Q(models.Q(('status', 'sent'), _negated=True), ('sent_at', None)), _connector='OR'), name='mail_sent_has_time'), models.CheckConstraint(condition=models.Q(models.Q(('finished_at', None), ('status__in', ['queued', 'sending'])), models.Q(('finished_at__isnull', False), ('status__in', ['sent', 'failed', 'uncertain', 'cancelled', 'suppressed'])), _connector='OR'), name='mail_finished_has_time'), models.CheckConstraint(condition=models.Q(models.Q(('lease_until__isnull', False), ('status', 'sending'), models.Q(('claimed_by', ''), _negated=True)), models.Q(models.Q(('status', 'sending'), _negated=True), ('claimed_by', ''), ('lease_until', None)), _connector='OR'), name='mail_sending_has_lease'), models.CheckConstraint(condition=models.Q(models.Q(('status__in', ['failed', 'uncertain']), _negated=True), models.Q(('last_error', ''), _negated=True), _connector='OR'), name='mail_failure_has_error'), models.CheckConstraint(condition=models.Q(('is_secret', False), ('finished_at', None), ('snapshot', {}), _connector='OR'), name='mail_secret_wiped'), models.CheckConstraint(condition=models.Q(('is_secret', False), ('expires_at__isnull', False), _connector='OR'), name='mail_secret_expires'), models.CheckConstraint(condition=models.Q(('expires_at', None), ('expires_at__gt', models.F('due_at')), _connector='OR'), name='mail_expires_after_due')],
            },
        ),
        migrations.CreateModel(
            name='Suppression',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('address', models.EmailField(max_length=320)),
                ('reason', models.CharField(max_length=200)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
            ],
            options={
                'verbose_name': 'address that takes no mail',
                'verbose_name_plural': 'addresses that take no mail',
                'constraints': [models.UniqueConstraint(django.db.models.functions.text.Lower('address'), name='suppression_address_unique')],
            },
        ),
    ]
