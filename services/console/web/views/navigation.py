"""The console's pages, in the order of the navigation."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Destination:
    """An entry of the navigation. Pages below its path belong to it."""

    name: str
    path: str

    def holds(self, path: str) -> bool:
        """Whether the page at this path belongs to it."""
        return path == self.path or (self.path != "/" and path.startswith(f"{self.path}/"))


NAVIGATION = (
    Destination("Overview", "/"),
    Destination("Queues", "/queues"),
    Destination("Dead letters", "/dead-letters"),
    Destination("Applications", "/applications"),
    Destination("Importers", "/importers"),
    Destination("Reports", "/reports"),
    Destination("Audit", "/audit"),
    Destination("Services", "/services"),
)
