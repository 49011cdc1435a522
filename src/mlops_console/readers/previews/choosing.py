"""Which preview a file gets: by its first bytes, and by its name where they don't tell."""

import contextlib
from dataclasses import replace

from mlops_console import display
from mlops_console.beneath import file_stat, read_range, reading, why_not
from mlops_console.readers.previews import archives, documents, raw, texts
from mlops_console.readers.previews.folders import folder
from mlops_console.readers.previews.kinds import kind_of_name
from mlops_console.readers.previews.model import Preview, nothing
from mlops_console.readers.previews.opened import HEAD, Opened

_PICTURES = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"GIF87a", b"GIF89a", b"BM")
_JSON_LINES = (".jsonl", ".ndjson")


def shown(root: str, path: str, width: int, height: int) -> Preview:
    """A file as it can be looked at; what is wrong with it is said in the preview."""
    try:
        with reading(root, path) as fd:
            head = read_range(fd, 0, HEAD)
            return _of_bytes(Opened(root, path, fd, file_stat(fd), head, width, height))
    except OSError as error:
        with contextlib.suppress(OSError):
            return folder(root, path)
        return nothing(path.rpartition("/")[2], f"The file {why_not(error)}.")


def _of_bytes(file: Opened) -> Preview:
    head, kind = file.head, kind_of_name(file.name)
    if head.startswith(_PICTURES) or (head[:4] == b"RIFF" and head[8:12] == b"WEBP"):
        from mlops_console.readers.previews.images import picture

        return picture(file)
    if head.startswith((b"PAR1", b"ARROW1")):
        from mlops_console.readers.previews.tables import columnar

        return columnar(file)
    if head.startswith(b"\x93NUMPY") or (file.name.lower().endswith(".npz") and head[:2] == b"PK"):
        from mlops_console.readers.previews.arrays import array, arrays

        return array(file) if head.startswith(b"\x93NUMPY") else arrays(file)
    if kind == "model" or _is_model(file):
        from mlops_console.readers.previews.models import model

        return model(file)
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return archives.zipped(file)
    if archives.is_tar(head):
        return archives.tarred(file)
    if archives.packing(head):
        return _packed(file)
    return _text(file, kind)


def _text(file: Opened, kind: str) -> Preview:
    if texts.is_binary(file.head):
        note = f"It is called {file.name[-5:]}, but is no picture." if kind == "image" else ""
        return raw.binary(file, note=display.safe_text(note))
    if kind == "json":
        lines = file.name.lower().endswith(_JSON_LINES)
        return documents.json_lines(file) if lines else documents.json_document(file)
    if kind == "yaml":
        return documents.yaml_document(file)
    if kind == "table":
        from mlops_console.readers.previews.tables import delimited

        return delimited(file)
    return texts.text(file, kind if kind in ("html", "log") else "text")


def _packed(file: Opened) -> Preview:
    preview, head = archives.packed(file)
    if preview is not None:
        return preview
    # What is in it is shown as the head of a file that goes on: nobody knows how long it is.
    inner = replace(file, head=head, path=file.path.rpartition(".")[0] or file.path)
    found = _text(inner, kind_of_name(inner.name))
    facts = file.facts(("packed", str(archives.packing(file.head))))
    note = (
        found.note if found.kind == "binary" else f"The begin of what is packed in it. {found.note}".strip()
    )
    return Preview(found.kind, file.name, facts, found.rows, note)


def _is_model(file: Opened) -> bool:
    from mlops_console.readers.modelfiles import identify

    return identify(file.root, file.path, file.stat) is not None
