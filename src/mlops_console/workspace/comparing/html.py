"""A comparison as one HTML page."""

from typing import TYPE_CHECKING, Final

from mlops_console.documents.page import page
from mlops_console.workspace.comparing.contents import contents
from mlops_console.workspace.comparing.plots import plot

if TYPE_CHECKING:
    from mlops_console.workspace.comparing.report import Report

_MAKER: Final = "compare"


def html(report: "Report") -> str:
    """The whole report; everything that runs said is escaped."""
    return page(contents(report), report.sentence, _MAKER, lambda picture: plot(report, picture))
