from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):

    dependencies = [
        ('events', '0007_party_changes'),
    ]

    operations = [
        migrations.AddField(
            model_name='event',
            name='contact_email',
            field=models.EmailField(blank=True, default='', max_length=254, verbose_name='E-mail of the contact person'),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name='event',
            name='contact_name',
            field=models.CharField(blank=True, default='', max_length=120, verbose_name='Contact person'),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name='event',
            name='contact_phone',
            field=models.CharField(
                blank=True, default='', max_length=30, verbose_name='Telephone of the contact person'
            ),
            preserve_default=False,
        ),
        migrations.AddConstraint(
            model_name='event',
            constraint=models.CheckConstraint(
                condition=~Q(contact_email='') | Q(contact_name='', contact_phone=''), name='event_contact_has_address'
            ),
        ),
    ]
