import django.db.models.deletion
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
            name='AccessibilityFeedback',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uuid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('page', models.CharField(blank=True, max_length=300, verbose_name='Which page is it about?')),
                ('text', models.TextField(max_length=4000, verbose_name='What was difficult?')),
                ('email', models.EmailField(blank=True, max_length=254, verbose_name='Your e-mail')),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('handled_at', models.DateTimeField(blank=True, null=True)),
                ('handled_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='handled_feedback', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'word about accessibility',
                'verbose_name_plural': 'words about accessibility',
                'ordering': ['-created_at'],
                'constraints': [models.CheckConstraint(condition=models.Q(('text', ''), _negated=True), name='feedback_says_something'), models.CheckConstraint(condition=models.Q(('handled_by', None), ('handled_at__isnull', False), _connector='OR'), name='feedback_handled_at_a_time')],
            },
        ),
    ]
