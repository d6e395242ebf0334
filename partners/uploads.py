"""Refuses a request body that is too big before any of it is stored."""

from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadhandler import FileUploadHandler

MEGABYTE = 1024 * 1024
# The largest file that any form takes; a form may take less.
LARGEST_UPLOAD = 20 * MEGABYTE
# What a form with one file of that size may have besides.
BESIDES = MEGABYTE


class BoundedUploadHandler(FileUploadHandler):
    """First of FILE_UPLOAD_HANDLERS; leaves the file itself to those that follow."""

    def handle_raw_input(
        self,
        input_data: Any,
        META: dict[str, Any],  # noqa: N803 - Django's own name
        content_length: int,
        boundary: Any,
        encoding: Any = None,
    ) -> None:
        if content_length > LARGEST_UPLOAD + BESIDES:
            raise RequestDataTooBig

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        return raw_data

    def file_complete(self, file_size: int) -> None:
        return None
