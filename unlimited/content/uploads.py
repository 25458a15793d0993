"""Files on their way in: a disk is not to be filled by somebody who only pretends to send a picture."""

from django.core.files.uploadhandler import TemporaryFileUploadHandler

from unlimited.content.pictures import MAX_BYTES

# A little more than is taken, so that the form can still say that it is too much.
MOST_KEPT = MAX_BYTES + 2**20


class BoundedUploadHandler(TemporaryFileUploadHandler):
    """Keeps so much of all the files of one request together, and lets the rest go by."""

    kept = 0

    def receive_data_chunk(self, raw_data, start):
        if self.kept < MOST_KEPT:
            self.kept += len(raw_data)
            super().receive_data_chunk(raw_data, start)
