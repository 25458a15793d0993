import django.core.validators
import django.db.models.deletion
import django.db.models.functions.text
import django.utils.timezone
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Municipality',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.CharField(max_length=4, unique=True)),
                ('name', models.CharField(max_length=80)),
                ('county_number', models.CharField(max_length=2)),
                ('county', models.CharField(max_length=80)),
            ],
            options={
                'verbose_name': 'municipality',
                'verbose_name_plural': 'municipalities',
                'ordering': ['number'],
                'constraints': [models.CheckConstraint(condition=models.Q(('number__regex', '^[0-9]{4}$')), name='municipality_number_four_digits')],
            },
        ),
        migrations.CreateModel(
            name='Incubator',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('slug', models.SlugField(unique=True)),
                ('name', models.CharField(max_length=120, verbose_name='Name')),
                ('district', models.CharField(blank=True, max_length=120, verbose_name='District')),
                ('legal_status', models.CharField(choices=[('public', 'Part of the municipality'), ('association', 'Association'), ('cooperative', 'Cooperative'), ('foundation', 'Foundation'), ('company', 'Limited company')], max_length=20, verbose_name='Legal status')),
                ('stage', models.CharField(choices=[('pilot', 'Pilot'), ('adjust', 'Adjusting'), ('established', 'Established')], default='pilot', max_length=20, verbose_name='Stage')),
                ('summary', models.CharField(blank=True, max_length=300, verbose_name='Summary')),
                ('address', models.CharField(blank=True, max_length=200, verbose_name='Address')),
                ('opening_hours', models.CharField(blank=True, max_length=200, verbose_name='Opening hours')),
                ('contact_email', models.EmailField(blank=True, max_length=254, verbose_name='E-mail')),
                ('contact_phone', models.CharField(blank=True, max_length=30, verbose_name='Telephone')),
                ('website', models.URLField(blank=True, verbose_name='Website')),
                ('default_language', models.CharField(choices=[('nb', 'Norwegian Bokmål'), ('nn', 'Norwegian Nynorsk'), ('en', 'English')], default='nb', max_length=2, verbose_name='Language')),
                ('answer_days', models.PositiveSmallIntegerField(default=10, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(60)], verbose_name='Promised answer, in working days')),
                ('emergency_words', models.TextField(blank=True, help_text='Shown after the national numbers, such as the local youth service and its telephone.', max_length=1000, verbose_name='Whom to call')),
                ('is_national_intake', models.BooleanField(default=False, verbose_name='National intake')),
                ('is_active', models.BooleanField(default=True, verbose_name='Active')),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('municipality', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='incubators', to='incubators.municipality', verbose_name='Municipality')),
            ],
            options={
                'verbose_name': 'incubator',
                'verbose_name_plural': 'incubators',
                'ordering': ['name'],
            },
        ),
        migrations.CreateModel(
            name='Invitation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uuid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('email', models.EmailField(max_length=254, verbose_name='E-mail')),
                ('role', models.CharField(choices=[('leader', 'Leader'), ('moderator', 'Moderator'), ('supporter', 'Supporter')], max_length=20, verbose_name='Role')),
                ('status', models.CharField(choices=[('pending', 'Waiting for an answer'), ('accepted', 'Accepted'), ('declined', 'Declined'), ('withdrawn', 'Withdrawn')], default='pending', max_length=20)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('expires_at', models.DateTimeField()),
                ('closed_at', models.DateTimeField(blank=True, null=True)),
                ('incubator', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='invitations', to='incubators.incubator')),
                ('invited_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='sent_invitations', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'invitation',
                'verbose_name_plural': 'invitations',
                'ordering': ['-created_at'],
                'constraints': [models.UniqueConstraint(django.db.models.functions.text.Lower('email'), models.F('incubator'), models.F('role'), condition=models.Q(('status', 'pending')), name='invitation_one_pending'), models.CheckConstraint(condition=models.Q(models.Q(('closed_at', None), ('status', 'pending')), models.Q(models.Q(('status', 'pending'), _negated=True), ('closed_at__isnull', False)), _connector='OR'), name='invitation_closed_at_with_status')],
            },
        ),
        migrations.CreateModel(
            name='Membership',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('role', models.CharField(choices=[('leader', 'Leader'), ('moderator', 'Moderator'), ('supporter', 'Supporter')], max_length=20, verbose_name='Role')),
                ('starts_on', models.DateField(default=django.utils.timezone.localdate, verbose_name='From')),
                ('ends_on', models.DateField(blank=True, null=True, verbose_name='Until')),
                ('incubator', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='memberships', to='incubators.incubator')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='memberships', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'membership',
                'verbose_name_plural': 'memberships',
                'constraints': [models.UniqueConstraint(condition=models.Q(('ends_on', None)), fields=('incubator', 'user', 'role'), name='membership_one_open_per_role'), models.CheckConstraint(condition=models.Q(('ends_on', None), ('ends_on__gte', models.F('starts_on')), _connector='OR'), name='membership_ends_after_start')],
            },
        ),
        migrations.AddConstraint(
            model_name='incubator',
            constraint=models.UniqueConstraint(condition=models.Q(('is_national_intake', True)), fields=('is_national_intake',), name='incubator_one_national_intake'),
        ),
        migrations.AddConstraint(
            model_name='incubator',
            constraint=models.CheckConstraint(condition=models.Q(('is_national_intake', True), ('municipality__isnull', False), _connector='OR'), name='incubator_place_has_municipality'),
        ),
        migrations.AddConstraint(
            model_name='incubator',
            constraint=models.CheckConstraint(condition=models.Q(('answer_days__gte', 1), ('answer_days__lte', 60)), name='incubator_answer_days_1_to_60'),
        ),
    ]
