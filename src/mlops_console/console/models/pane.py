"""The panes of the Models view, and what they find around them."""

from typing import TYPE_CHECKING, Protocol, TypeAlias

from mlops_console.console.widgets import pane

if TYPE_CHECKING:
    from mlops_console.console.models.state import Held
    from mlops_console.journal.registry import Version


class Place(pane.Place, Protocol):
    """What a pane finds around it."""

    @property
    def held(self) -> "Held | None":
        """The model that is looked at."""

    @property
    def version(self) -> "Version | None":
        """Its version that is looked at."""

    @property
    def alias(self) -> str:
        """The alias whose gates are asked."""


Pane: TypeAlias = pane.Pane[Place]
