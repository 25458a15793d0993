import django.contrib.postgres.fields
import django.core.validators
import django.db.models.deletion
import django.db.models.functions.text
import django.utils.timezone
import events.models.programme
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('incubators', '0002_reference_data'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Participant',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uuid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('name', models.CharField(max_length=120, verbose_name='Name')),
                ('email', models.EmailField(blank=True, max_length=254, verbose_name='E-mail')),
                ('role', models.CharField(blank=True, max_length=100, verbose_name='Role')),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
            ],
            options={
                'verbose_name': 'participant',
                'verbose_name_plural': 'participants',
            },
        ),
        migrations.CreateModel(
            name='Event',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uuid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('slug', models.SlugField(max_length=80, unique=True, verbose_name='Address on the web')),
                ('title', models.CharField(max_length=150, verbose_name='Title')),
                ('summary', models.CharField(blank=True, max_length=300, verbose_name='In short')),
                ('body', models.TextField(blank=True, max_length=10000, verbose_name='About the event')),
                ('audience', models.CharField(blank=True, max_length=200, verbose_name='Who it is for')),
                ('language', models.CharField(choices=[('nb', 'Norwegian Bokmål'), ('nn', 'Norwegian Nynorsk'), ('en', 'English')], default='nb', max_length=2, verbose_name='Language')),
                ('starts_at', models.DateTimeField(verbose_name='Begins')),
                ('ends_at', models.DateTimeField(verbose_name='Ends')),
                ('venue', models.CharField(max_length=120, verbose_name='Venue')),
                ('street_address', models.CharField(blank=True, max_length=120, verbose_name='Street address')),
                ('postcode', models.CharField(blank=True, max_length=4, validators=[django.core.validators.RegexValidator('^\\d{4}\\Z', 'A postcode has four digits.')], verbose_name='Postcode')),
                ('city', models.CharField(blank=True, max_length=60, verbose_name='Town')),
                ('online_url', models.URLField(blank=True, max_length=500, verbose_name='Link for those who join online')),
                ('organisers', models.TextField(blank=True, max_length=600, verbose_name='Organisers, one a line')),
                ('hosts', models.TextField(blank=True, max_length=600, verbose_name='Hosts to thank, one a line')),
                ('partners', models.TextField(blank=True, max_length=600, verbose_name='Partners, one a line')),
                ('capacity', models.PositiveIntegerField(blank=True, null=True, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(20000)], verbose_name='Seats')),
                ('seats_taken', models.PositiveIntegerField(default=0, editable=False)),
                ('has_waitlist', models.BooleanField(default=True, verbose_name='Waitlist when it is full')),
                ('registration_opens_at', models.DateTimeField(blank=True, null=True, verbose_name='Registration opens')),
                ('registration_closes_at', models.DateTimeField(blank=True, null=True, verbose_name='Registration closes')),
                ('reminder_days', django.contrib.postgres.fields.ArrayField(base_field=models.PositiveSmallIntegerField(), blank=True, default=events.models.programme.default_reminder_days, size=4, verbose_name='Remind people, days before')),
                ('is_published', models.BooleanField(default=False, verbose_name='Published')),
                ('cancelled_at', models.DateTimeField(blank=True, editable=False, null=True)),
                ('cancel_reason', models.CharField(blank=True, editable=False, max_length=600)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('cancelled_by', models.ForeignKey(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='events_cancelled', to=settings.AUTH_USER_MODEL)),
                ('incubator', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='events', to='incubators.incubator', verbose_name='Incubator')),
            ],
            options={
                'verbose_name': 'event',
                'verbose_name_plural': 'events',
                'ordering': ['starts_at', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='Announcement',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uuid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('subject', models.CharField(max_length=120, verbose_name='Subject')),
                ('body', models.TextField(max_length=5000, verbose_name='Message')),
                ('sent_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('recipients', models.PositiveIntegerField()),
                ('sent_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='announcements', to=settings.AUTH_USER_MODEL)),
                ('event', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='announcements', to='events.event')),
            ],
            options={
                'verbose_name': 'announcement',
                'verbose_name_plural': 'announcements',
                'ordering': ['-sent_at'],
            },
        ),
        migrations.CreateModel(
            name='NeedsLookup',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField(default=django.utils.timezone.now)),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='needs_lookups', to=settings.AUTH_USER_MODEL)),
                ('event', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='needs_lookups', to='events.event')),
            ],
            options={
                'verbose_name': 'lookup of needs',
                'verbose_name_plural': 'lookups of needs',
                'ordering': ['-at'],
            },
        ),
        migrations.CreateModel(
            name='Needs',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('diet', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(choices=[('vegetarian', 'Vegetarian'), ('vegan', 'Vegan'), ('halal', 'Halal'), ('no_gluten', 'No gluten'), ('no_milk', 'No milk'), ('no_nuts', 'No nuts')], max_length=20), blank=True, default=list, size=None)),
                ('diet_details', models.CharField(blank=True, max_length=200, verbose_name='Other food needs')),
                ('access', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(choices=[('wheelchair', 'Room for a wheelchair'), ('hearing_loop', 'Hearing loop'), ('sign_language', 'Sign language interpreter'), ('companion', 'A companion comes along')], max_length=20), blank=True, default=list, size=None)),
                ('access_details', models.CharField(blank=True, max_length=300, verbose_name='Other access needs')),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('participant', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='needs', to='events.participant')),
            ],
            options={
                'verbose_name': 'needs',
                'verbose_name_plural': 'needs',
            },
        ),
        migrations.CreateModel(
            name='Registration',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uuid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('form_token', models.UUIDField(unique=True)),
                ('kind', models.CharField(choices=[('myself', 'Only me'), ('municipality', 'A municipality'), ('district', 'A district'), ('organisation', 'Another organisation')], default='myself', max_length=20, verbose_name='Who is coming?')),
                ('district', models.CharField(blank=True, max_length=120, verbose_name='District')),
                ('organisation', models.CharField(blank=True, max_length=150, verbose_name='Organisation')),
                ('organisation_number', models.CharField(blank=True, max_length=9, verbose_name='Organisation number')),
                ('contact_name', models.CharField(blank=True, max_length=120, verbose_name='Name')),
                ('contact_email', models.EmailField(blank=True, max_length=254, verbose_name='E-mail')),
                ('language', models.CharField(choices=[('nb', 'Norwegian Bokmål'), ('nn', 'Norwegian Nynorsk'), ('en', 'English')], max_length=2, verbose_name='Language of the e-mails')),
                ('wish', models.CharField(choices=[('each', 'Either one: give us what is free, and a place in line for the rest'), ('all', 'Both or nothing: wait for both, and hold neither')], default='each', max_length=4)),
                ('fewest', models.PositiveSmallIntegerField(default=1)),
                ('holds_unnamed', models.BooleanField(default=False, verbose_name='Keep the seats without a name')),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('municipality', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='registrations', to='incubators.municipality', verbose_name='Municipality')),
                ('user', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='registrations', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'registration',
                'verbose_name_plural': 'registrations',
            },
        ),
        migrations.AddField(
            model_name='participant',
            name='registration',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='participants', to='events.registration'),
        ),
        migrations.CreateModel(
            name='Seat',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uuid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('place', models.PositiveSmallIntegerField()),
                ('email', models.EmailField(blank=True, max_length=254)),
                ('status', models.CharField(choices=[('seated', 'Has a seat'), ('waiting', 'On the waitlist'), ('offered', 'Has been offered a seat'), ('cancelled', 'Cancelled'), ('attended', 'Attended')], max_length=10)),
                ('rank', models.BigIntegerField(blank=True, null=True)),
                ('offered_at', models.DateTimeField(blank=True, null=True)),
                ('offer_expires_at', models.DateTimeField(blank=True, null=True)),
                ('seated_at', models.DateTimeField(blank=True, null=True)),
                ('cancelled_at', models.DateTimeField(blank=True, null=True)),
                ('cancel_reason', models.CharField(blank=True, choices=[('given_back', 'Given back'), ('declined', 'Said no to the offer'), ('expired', 'The offer ran out'), ('released', 'Had no name in time'), ('event', 'The event was cancelled'), ('staff', 'Cancelled by the organiser')], max_length=12)),
                ('calendar_sequence', models.PositiveSmallIntegerField(default=0)),
                ('reminded', models.CharField(blank=True, max_length=60)),
                ('names_asked', models.PositiveSmallIntegerField(default=0)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('event', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='seats', to='events.event')),
                ('participant', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='seats', to='events.participant')),
                ('registration', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='seats', to='events.registration')),
            ],
            options={
                'verbose_name': 'seat',
                'verbose_name_plural': 'seats',
            },
        ),
        migrations.CreateModel(
            name='Series',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('slug', models.SlugField(max_length=80, unique=True, verbose_name='Address on the web')),
                ('title', models.CharField(max_length=150, verbose_name='Title')),
                ('summary', models.CharField(blank=True, max_length=300, verbose_name='In short')),
                ('body', models.TextField(blank=True, max_length=10000, verbose_name='About the series')),
                ('language', models.CharField(choices=[('nb', 'Norwegian Bokmål'), ('nn', 'Norwegian Nynorsk'), ('en', 'English')], default='nb', max_length=2, verbose_name='Language')),
                ('is_published', models.BooleanField(default=False, verbose_name='Published')),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('incubator', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='series', to='incubators.incubator', verbose_name='Incubator')),
            ],
            options={
                'verbose_name': 'series',
                'verbose_name_plural': 'series',
                'ordering': ['title'],
            },
        ),
        migrations.AddField(
            model_name='event',
            name='series',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='events', to='events.series', verbose_name='Series'),
        ),
        migrations.CreateModel(
            name='Speaker',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uuid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('name', models.CharField(max_length=120, verbose_name='Name')),
                ('organisation', models.CharField(blank=True, max_length=150, verbose_name='Organisation')),
                ('about', models.TextField(blank=True, max_length=1000, verbose_name='About the speaker')),
                ('picture', models.ImageField(blank=True, upload_to='speakers/', verbose_name='Picture')),
                ('picture_alt', models.CharField(blank=True, max_length=200, verbose_name='What the picture shows')),
                ('has_picture_consent', models.BooleanField(default=False, verbose_name='The person has agreed to the picture')),
                ('event', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='speakers', to='events.event')),
            ],
            options={
                'verbose_name': 'speaker',
                'verbose_name_plural': 'speakers',
                'ordering': ['name', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='Session',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uuid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('starts_at', models.DateTimeField(verbose_name='Begins')),
                ('ends_at', models.DateTimeField(verbose_name='Ends')),
                ('title', models.CharField(max_length=150, verbose_name='Title')),
                ('summary', models.TextField(blank=True, max_length=2000, verbose_name='What it is about')),
                ('room', models.CharField(blank=True, max_length=80, verbose_name='Room')),
                ('has_speakers_to_come', models.BooleanField(default=False, verbose_name='More speakers to come')),
                ('event', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='sessions', to='events.event')),
                ('speakers', models.ManyToManyField(blank=True, related_name='sessions', to='events.speaker', verbose_name='Speakers')),
            ],
            options={
                'verbose_name': 'session',
                'verbose_name_plural': 'sessions',
                'ordering': ['starts_at', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='Material',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uuid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('title', models.CharField(max_length=150, verbose_name='Title')),
                ('url', models.URLField(blank=True, max_length=500, verbose_name='Link')),
                ('file', models.FileField(blank=True, upload_to='materials/', verbose_name='File (PDF)')),
                ('position', models.PositiveSmallIntegerField(default=0)),
                ('event', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='materials', to='events.event')),
            ],
            options={
                'verbose_name': 'material',
                'verbose_name_plural': 'material',
                'ordering': ['position', 'pk'],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('url', ''), models.Q(('file', ''), _negated=True)), models.Q(models.Q(('url', ''), _negated=True), ('file', '')), _connector='OR'), name='material_link_or_file')],
            },
        ),
        migrations.AddIndex(
            model_name='registration',
            index=models.Index(django.db.models.functions.text.Lower('contact_email'), name='registration_by_contact'),
        ),
        migrations.AddConstraint(
            model_name='registration',
            constraint=models.CheckConstraint(condition=models.Q(('fewest__gte', 1)), name='registration_fewest_positive'),
        ),
        migrations.AddConstraint(
            model_name='registration',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('kind', 'municipality'), _negated=True), ('municipality__isnull', False), _connector='OR'), name='registration_municipality_named'),
        ),
        migrations.AddIndex(
            model_name='participant',
            index=models.Index(django.db.models.functions.text.Lower('email'), name='participant_by_email'),
        ),
        migrations.AddIndex(
            model_name='seat',
            index=models.Index(fields=['event', 'status', 'rank'], name='seat_by_status'),
        ),
        migrations.AddIndex(
            model_name='seat',
            index=models.Index(condition=models.Q(('status', 'offered')), fields=['offer_expires_at'], name='seat_offers'),
        ),
        migrations.AddConstraint(
            model_name='seat',
            constraint=models.UniqueConstraint(django.db.models.functions.text.Lower('email'), models.F('event'), condition=models.Q(models.Q(('email', ''), _negated=True), models.Q(('status', 'cancelled'), _negated=True)), name='seat_one_per_address'),
        ),
        migrations.AddConstraint(
            model_name='seat',
            constraint=models.UniqueConstraint(condition=models.Q(('status', 'cancelled'), _negated=True), fields=('registration', 'event', 'place'), name='seat_one_per_place'),
        ),
        migrations.AddConstraint(
            model_name='seat',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('status__in', ['waiting', 'offered']), _negated=True), ('rank__isnull', False), _connector='OR'), name='seat_in_line_has_rank'),
        ),
        migrations.AddConstraint(
            model_name='seat',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('offer_expires_at__isnull', False), ('status', 'offered')), models.Q(models.Q(('status', 'offered'), _negated=True), ('offer_expires_at', None)), _connector='OR'), name='seat_offer_has_end'),
        ),
        migrations.AddConstraint(
            model_name='seat',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('cancelled_at__isnull', False), ('status', 'cancelled'), models.Q(('cancel_reason', ''), _negated=True)), models.Q(models.Q(('status', 'cancelled'), _negated=True), ('cancel_reason', ''), ('cancelled_at', None)), _connector='OR'), name='seat_cancelled_with_reason'),
        ),
        migrations.AddConstraint(
            model_name='seat',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('status__in', ['seated', 'attended']), _negated=True), ('seated_at__isnull', False), _connector='OR'), name='seat_seated_has_time'),
        ),
        migrations.AddConstraint(
            model_name='seat',
            constraint=models.CheckConstraint(condition=models.Q(('place__gte', 1)), name='seat_place_positive'),
        ),
        migrations.AddIndex(
            model_name='event',
            index=models.Index(fields=['ends_at'], name='event_by_end'),
        ),
        migrations.AddIndex(
            model_name='event',
            index=models.Index(condition=models.Q(('is_published', True)), fields=['starts_at'], name='event_public_by_start'),
        ),
        migrations.AddConstraint(
            model_name='event',
            constraint=models.CheckConstraint(condition=models.Q(('ends_at__gt', models.F('starts_at'))), name='event_ends_after_start'),
        ),
        migrations.AddConstraint(
            model_name='event',
            constraint=models.CheckConstraint(condition=models.Q(('capacity', None), ('capacity__gte', 1), _connector='OR'), name='event_capacity_positive'),
        ),
        migrations.AddConstraint(
            model_name='event',
            constraint=models.CheckConstraint(condition=models.Q(('seats_taken', 0), ('seats_taken__lte', models.F('capacity')), _connector='OR'), name='event_never_oversold'),
        ),
        migrations.AddConstraint(
            model_name='event',
            constraint=models.CheckConstraint(condition=models.Q(('capacity__isnull', False), ('seats_taken', 0), _connector='OR'), name='event_seats_need_capacity'),
        ),
        migrations.AddConstraint(
            model_name='event',
            constraint=models.CheckConstraint(condition=models.Q(('registration_opens_at', None), ('registration_closes_at', None), ('registration_closes_at__gt', models.F('registration_opens_at')), _connector='OR'), name='event_closes_after_opening'),
        ),
        migrations.AddConstraint(
            model_name='event',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('cancel_reason', ''), ('cancelled_at', None)), models.Q(('cancelled_at__isnull', False), models.Q(('cancel_reason', ''), _negated=True)), _connector='OR'), name='event_cancelled_with_reason'),
        ),
        migrations.AddConstraint(
            model_name='speaker',
            constraint=models.CheckConstraint(condition=models.Q(('picture', ''), ('has_picture_consent', True), _connector='OR'), name='speaker_picture_needs_consent'),
        ),
        migrations.AddConstraint(
            model_name='session',
            constraint=models.CheckConstraint(condition=models.Q(('ends_at__gt', models.F('starts_at'))), name='session_ends_after_start'),
        ),
    ]
