import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.contrib.postgres.search
import django.db.models.deletion
import django.db.models.functions.text
import django.utils.timezone
import uuid
from django.conf import settings
from django.contrib.postgres.operations import TrigramExtension
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('incubators', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        # By hand, before the indexes that stand on it.
        TrigramExtension(),
        migrations.CreateModel(
            name='Theme',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('slug', models.SlugField(unique=True)),
                ('name_nb', models.CharField(max_length=80, verbose_name='Name in Bokmål')),
                ('name_nn', models.CharField(max_length=80, verbose_name='Name in Nynorsk')),
                ('name_en', models.CharField(max_length=80, verbose_name='Name in English')),
                ('position', models.PositiveSmallIntegerField(default=0, verbose_name='Position')),
                ('is_active', models.BooleanField(default=True, verbose_name='Active')),
            ],
            options={
                'verbose_name': 'theme',
                'verbose_name_plural': 'themes',
                'ordering': ['position', 'slug'],
            },
        ),
        migrations.CreateModel(
            name='Idea',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uuid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('slug', models.SlugField(blank=True, db_index=False, editable=False, max_length=90)),
                ('draft_key', models.CharField(blank=True, editable=False, help_text="Hash of the browser's secret, until someone logs in.", max_length=64)),
                ('need', models.TextField(blank=True, max_length=4000, verbose_name='What is missing in your neighbourhood?')),
                ('proposal', models.TextField(blank=True, max_length=8000, verbose_name='What would you like to do?')),
                ('title', models.CharField(blank=True, max_length=80, verbose_name='A name for the idea')),
                ('audience', models.TextField(blank=True, max_length=2000, verbose_name='Who is it for?')),
                ('joiners', models.TextField(blank=True, max_length=2000, verbose_name='Who could join in?')),
                ('help_needed', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(choices=[('place', 'A place to be'), ('equipment', 'Equipment'), ('skills', 'Someone who knows how'), ('people', 'More people'), ('money', 'Money')], max_length=20), blank=True, default=list, size=None, verbose_name='What do you need help with?')),
                ('help_details', models.TextField(blank=True, max_length=2000, verbose_name='Tell us more about the help you need')),
                ('neighbourhood', models.CharField(blank=True, max_length=120, verbose_name='Which neighbourhood?')),
                ('picture', models.ImageField(blank=True, upload_to='ideas/', verbose_name='Picture')),
                ('picture_alt', models.CharField(blank=True, max_length=200, verbose_name='What does the picture show?')),
                ('language', models.CharField(choices=[('nb', 'Norwegian Bokmål'), ('nn', 'Norwegian Nynorsk'), ('en', 'English')], default='nb', max_length=2, verbose_name='Which language is it written in?')),
                ('status', models.CharField(choices=[('draft', 'Draft'), ('submitted', 'Received'), ('changes_requested', 'Needs changes'), ('accepted', 'Taken in'), ('declined', 'Declined, with a reason'), ('paused', 'On hold'), ('ended', 'Ended'), ('withdrawn', 'Withdrawn'), ('merged', 'Merged with another idea')], default='draft', max_length=20)),
                ('step', models.CharField(blank=True, choices=[('try', 'Try it'), ('do', 'Do it'), ('build', 'Build it')], max_length=10)),
                ('is_hidden', models.BooleanField(default=False)),
                ('hidden_reason', models.TextField(blank=True, max_length=2000)),
                ('may_publish', models.BooleanField(default=False, verbose_name='May be published')),
                ('age_band', models.CharField(blank=True, choices=[('under_13', 'Under 13'), ('13_14', '13 to 14'), ('15_17', '15 to 17'), ('18_25', '18 to 25'), ('26_plus', '26 or older')], max_length=10, verbose_name='Your age')),
                ('revision', models.PositiveIntegerField(default=1, help_text='Raised by each change; a form carries the one it was read in.')),
                ('submitted_at', models.DateTimeField(blank=True, help_text='The latest submission: the answer clock.', null=True)),
                ('answer_due_on', models.DateField(blank=True, null=True)),
                ('answered_at', models.DateTimeField(blank=True, help_text="A person's answer to that submission.", null=True)),
                ('taken_at', models.DateTimeField(blank=True, null=True)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('search', models.GeneratedField(db_persist=True, expression=django.contrib.postgres.search.CombinedSearchVector(django.contrib.postgres.search.CombinedSearchVector(django.contrib.postgres.search.CombinedSearchVector(django.contrib.postgres.search.SearchVector('title', config='norwegian', weight='A'), '||', django.contrib.postgres.search.SearchVector('need', config='norwegian', weight='B'), django.contrib.postgres.search.SearchConfig('norwegian')), '||', django.contrib.postgres.search.SearchVector('proposal', config='norwegian', weight='B'), django.contrib.postgres.search.SearchConfig('norwegian')), '||', django.contrib.postgres.search.SearchVector('neighbourhood', config='norwegian', weight='C'), django.contrib.postgres.search.SearchConfig('norwegian')), output_field=django.contrib.postgres.search.SearchVectorField())),
                ('search_text', models.GeneratedField(db_persist=True, expression=django.db.models.functions.text.Lower(django.db.models.functions.text.Concat('title', models.Value('\n'), 'neighbourhood', models.Value('\n'), 'need', models.Value('\n'), 'proposal', output_field=models.TextField())), output_field=models.TextField())),
                ('author', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='ideas', to=settings.AUTH_USER_MODEL)),
                ('incubator', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='ideas', to='incubators.incubator')),
                ('taken_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='taken_ideas', to=settings.AUTH_USER_MODEL)),
                ('themes', models.ManyToManyField(blank=True, related_name='ideas', to='ideas.theme', verbose_name='Themes')),
            ],
            options={
                'verbose_name': 'idea',
                'verbose_name_plural': 'ideas',
            },
        ),
        migrations.CreateModel(
            name='Transition',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('submitted', 'Sent in'), ('taken', 'Took the case'), ('released', 'Put the case back'), ('changes_requested', 'Asked for changes'), ('accepted', 'Took the idea in'), ('declined', 'Declined, with a reason'), ('paused', 'Put on hold'), ('resumed', 'Started again'), ('ended', 'Ended'), ('step_changed', 'Moved to another step'), ('hidden', 'Hidden from the public pages'), ('shown', 'Shown on the public pages again'), ('withdrawn', 'Withdrawn by the author')], max_length=20)),
                ('revision', models.PositiveIntegerField(help_text="The idea's revision after this change.")),
                ('from_status', models.CharField(choices=[('draft', 'Draft'), ('submitted', 'Received'), ('changes_requested', 'Needs changes'), ('accepted', 'Taken in'), ('declined', 'Declined, with a reason'), ('paused', 'On hold'), ('ended', 'Ended'), ('withdrawn', 'Withdrawn'), ('merged', 'Merged with another idea')], max_length=20)),
                ('to_status', models.CharField(choices=[('draft', 'Draft'), ('submitted', 'Received'), ('changes_requested', 'Needs changes'), ('accepted', 'Taken in'), ('declined', 'Declined, with a reason'), ('paused', 'On hold'), ('ended', 'Ended'), ('withdrawn', 'Withdrawn'), ('merged', 'Merged with another idea')], max_length=20)),
                ('step', models.CharField(blank=True, choices=[('try', 'Try it'), ('do', 'Do it'), ('build', 'Build it')], max_length=10)),
                ('at', models.DateTimeField(default=django.utils.timezone.now)),
                ('went_well', models.TextField(blank=True, max_length=2000, verbose_name='What was good')),
                ('reason', models.TextField(blank=True, help_text='The author reads this.', max_length=4000, verbose_name='Reason')),
                ('way_on', models.TextField(blank=True, help_text='The author reads this.', max_length=2000, verbose_name='A way on')),
                ('internal_note', models.TextField(blank=True, max_length=4000, verbose_name='Note to colleagues')),
                ('by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='idea_transitions', to=settings.AUTH_USER_MODEL)),
                ('idea', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='transitions', to='ideas.idea')),
            ],
            options={
                'verbose_name': 'change of an idea',
                'verbose_name_plural': 'changes of ideas',
                'ordering': ['at', 'id'],
            },
        ),
        migrations.CreateModel(
            name='Version',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveSmallIntegerField()),
                ('texts', models.JSONField(help_text='Idea.TEXT_FIELDS and `picture` by name, and `themes` as a list of slugs.')),
                ('created_at', models.DateTimeField()),
                ('idea', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='versions', to='ideas.idea')),
            ],
            options={
                'verbose_name': 'version',
                'verbose_name_plural': 'versions',
                'ordering': ['idea', 'number'],
            },
        ),
        migrations.CreateModel(
            name='Note',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uuid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('audience', models.CharField(choices=[('author', 'The author and the incubator'), ('staff', "Only the incubator's staff")], max_length=20)),
                ('body', models.TextField(max_length=4000, verbose_name='Text')),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('author', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='idea_notes', to=settings.AUTH_USER_MODEL)),
                ('idea', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='notes', to='ideas.idea')),
            ],
            options={
                'verbose_name': 'note',
                'verbose_name_plural': 'notes',
                'ordering': ['created_at', 'id'],
                'indexes': [models.Index(fields=['idea', 'created_at'], name='note_by_idea')],
                'constraints': [models.CheckConstraint(condition=models.Q(('body', ''), _negated=True), name='note_not_empty')],
            },
        ),
        migrations.AddIndex(
            model_name='idea',
            index=models.Index(models.OrderBy(models.F('submitted_at'), descending=True), models.OrderBy(models.F('id'), descending=True), condition=models.Q(('is_hidden', False), ('may_publish', True), ('status__in', ['accepted', 'paused', 'ended'])), name='idea_public_newest'),
        ),
        migrations.AddIndex(
            model_name='idea',
            index=models.Index(fields=['incubator', 'status', 'answer_due_on', 'id'], name='idea_queue'),
        ),
        migrations.AddIndex(
            model_name='idea',
            index=models.Index(fields=['status', 'answer_due_on', 'id'], name='idea_queue_of_many'),
        ),
        migrations.AddIndex(
            model_name='idea',
            index=models.Index(condition=models.Q(('status', 'draft'), _negated=True), fields=['answer_due_on', 'id'], name='idea_queue_of_all'),
        ),
        migrations.AddIndex(
            model_name='idea',
            index=models.Index(condition=models.Q(('draft_key', ''), _negated=True), fields=['draft_key'], name='idea_draft_key'),
        ),
        migrations.AddIndex(
            model_name='idea',
            index=django.contrib.postgres.indexes.GinIndex(fields=['search'], name='idea_search'),
        ),
        migrations.AddIndex(
            model_name='idea',
            index=django.contrib.postgres.indexes.GinIndex(fields=['search_text'], name='idea_text_trigrams', opclasses=['gin_trgm_ops']),
        ),
        migrations.AddIndex(
            model_name='idea',
            index=django.contrib.postgres.indexes.GinIndex(django.contrib.postgres.indexes.OpClass(django.db.models.functions.text.Lower('title'), 'gin_trgm_ops'), name='idea_title_trigrams'),
        ),
        migrations.AddConstraint(
            model_name='idea',
            constraint=models.UniqueConstraint(condition=models.Q(('slug', ''), _negated=True), fields=('slug',), name='idea_slug_unique'),
        ),
        migrations.AddConstraint(
            model_name='idea',
            constraint=models.CheckConstraint(condition=models.Q(('status', 'draft'), models.Q(('answer_due_on__isnull', False), ('incubator__isnull', False), ('submitted_at__isnull', False), models.Q(('slug', ''), _negated=True)), _connector='OR'), name='idea_submitted_is_complete'),
        ),
        migrations.AddConstraint(
            model_name='idea',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('status__in', ['draft', 'submitted', 'changes_requested', 'declined']), ('step', '')), models.Q(('status__in', ['accepted', 'paused', 'ended']), models.Q(('step', ''), _negated=True)), ('status__in', ['withdrawn', 'merged']), _connector='OR'), name='idea_step_while_taken_in'),
        ),
        migrations.AddConstraint(
            model_name='idea',
            constraint=models.CheckConstraint(condition=models.Q(('is_hidden', False), models.Q(('hidden_reason', ''), _negated=True), _connector='OR'), name='idea_hidden_has_reason'),
        ),
        migrations.AddConstraint(
            model_name='idea',
            constraint=models.CheckConstraint(condition=models.Q(('may_publish', False), models.Q(('age_band', ''), _negated=True), _connector='OR'), name='idea_publish_needs_age'),
        ),
        migrations.AddConstraint(
            model_name='idea',
            constraint=models.CheckConstraint(condition=models.Q(('status', 'draft'), ('draft_key', ''), _connector='OR'), name='idea_key_only_on_draft'),
        ),
        migrations.AddConstraint(
            model_name='idea',
            constraint=models.CheckConstraint(condition=models.Q(('taken_by', None), ('taken_at__isnull', False), _connector='OR'), name='idea_taken_at_a_time'),
        ),
        migrations.AddConstraint(
            model_name='idea',
            constraint=models.CheckConstraint(condition=models.Q(('picture', ''), ('status', 'draft'), models.Q(('picture_alt', ''), _negated=True), _connector='OR'), name='idea_picture_has_alt'),
        ),
        migrations.AddIndex(
            model_name='transition',
            index=models.Index(fields=['idea', 'at'], name='transition_by_idea'),
        ),
        migrations.AddConstraint(
            model_name='transition',
            constraint=models.UniqueConstraint(fields=('idea', 'revision'), name='transition_one_per_revision'),
        ),
        migrations.AddConstraint(
            model_name='transition',
            constraint=models.CheckConstraint(condition=models.Q(('kind', ''), _negated=True), name='transition_has_kind'),
        ),
        migrations.AddConstraint(
            model_name='transition',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('to_status', 'declined'), _negated=True), ('from_status', 'declined'), models.Q(models.Q(('reason', ''), _negated=True), models.Q(('way_on', ''), _negated=True)), _connector='OR'), name='transition_no_has_reason_and_way_on'),
        ),
        migrations.AddConstraint(
            model_name='transition',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('to_status__in', ['changes_requested', 'paused', 'ended']), _negated=True), ('from_status', models.F('to_status')), models.Q(('reason', ''), _negated=True), _connector='OR'), name='transition_has_reason'),
        ),
        migrations.AddConstraint(
            model_name='transition',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('kind', 'hidden'), _negated=True), models.Q(('reason', ''), _negated=True), _connector='OR'), name='transition_hiding_has_reason'),
        ),
        migrations.AddConstraint(
            model_name='version',
            constraint=models.UniqueConstraint(fields=('idea', 'number'), name='version_number_unique'),
        ),
    ]
