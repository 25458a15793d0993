from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('incubators', '0016_initiative_promises'),
    ]

    operations = [
        migrations.AddField(
            model_name='incubator',
            name='contact_name',
            field=models.CharField(blank=True, default='', max_length=120, verbose_name='Contact person'),
            preserve_default=False,
        ),
    ]
