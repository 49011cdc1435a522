"""A comparison as Markdown, for a pull request."""

from typing import TYPE_CHECKING

from mlops_console.documents import markdown as documents
from mlops_console.workspace.comparing.contents import contents

if TYPE_CHECKING:
    from mlops_console.workspace.comparing.report import Report


def markdown(report: "Report") -> str:
    """The whole report; everything that runs said is escaped."""
    return documents.markdown(contents(report))
