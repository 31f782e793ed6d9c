"""Style sheets, scripts, fonts and images: served from memory, compressed, at addresses with a checksum.

One checksum covers all files, so browsers may cache each file forever, and relative paths in style sheets keep working.
For another checksum (a page of the previous version, during a rollout), the current file is served and cached for a
minute.
"""

import gzip
import hashlib
import mimetypes
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from shared.web import css_pruning

SHARED = Path(__file__).parent / "static"
"""The frame of every page."""

PRUNED = "uswds/css/uswds.min.css"
"""The style sheet that is pruned to what our pages and scripts can need."""

Packages = Mapping[str, tuple[str, tuple[str, ...]]]
"""What is served from each package: its folder in `node_modules`, and the files that pages use."""

DESIGN_SYSTEM: Packages = {
    "uswds": (
        "@uswds/uswds/dist",
        (
            "css/uswds.min.css",
            "js/uswds.min.js",
            "fonts/*/*.woff2",
            "img/*.svg",
            "img/usa-icons*/*.svg",
        ),
    ),
}

COMPRESSED = {"text/css", "text/javascript", "image/svg+xml", "application/json"}
FOR_EVER = "public, max-age=31536000, immutable"
FOR_A_MINUTE = "public, max-age=60"


@dataclass(frozen=True)
class AssetSources:
    """Where the assets of a site come from, besides `SHARED`."""

    views: Path
    """The folder with the site's own files in `static`, and its `templates`, which name what they use."""
    packages: Packages

    @property
    def own(self) -> tuple[Path, ...]:
        """The folders with our own files."""
        return (SHARED, self.views / "static")


class MissingPackages(Exception):
    """The frontend's packages are missing. The message says what to do."""


@dataclass(frozen=True)
class Asset:
    """A file as it is served."""

    content: bytes
    compressed: bytes | None
    type: str

    @classmethod
    def make(cls, name: str, content: bytes) -> "Asset":
        """Derives the type from the name, and compresses text."""
        type = "font/woff2" if name.endswith(".woff2") else mimetypes.guess_type(name)[0] or "application/octet-stream"
        type = "text/javascript" if type.endswith("/javascript") else type
        return cls(content, gzip.compress(content, 9, mtime=0) if type in COMPRESSED else None, type)


class Assets:
    """All assets, read once."""

    def __init__(self, packages: Path, sources: AssetSources) -> None:
        """`packages` is the folder `node_modules`. Raises `MissingPackages`."""
        contents = dict(sorted([*_read_own(sources), *_read_packages(packages, sources.packages)]))
        contents[PRUNED] = css_pruning.prune(contents[PRUNED].decode(), _find_components(sources)).encode()
        digest = hashlib.sha256()
        for name, content in contents.items():
            digest.update(f"{name}\0{len(content)}\0".encode() + content)
        self.checksum = digest.hexdigest()[:16]
        self._assets = {name: Asset.make(name, content) for name, content in contents.items()}

    def make_url(self, name: str) -> str:
        """The address of a file. Raises `KeyError` for an unknown name, so that no page can use one."""
        if name not in self._assets:
            raise KeyError(name)
        return f"/static/{self.checksum}/{name}"

    def route(self) -> Route:
        """The route that serves all assets."""
        return Route("/static/{checksum}/{name:path}", self._serve)

    async def _serve(self, request: Request) -> Response:
        asset = self._assets.get(request.path_params["name"])
        if asset is None:
            raise HTTPException(404)
        current = request.path_params["checksum"] == self.checksum
        headers = {"Cache-Control": FOR_EVER if current else FOR_A_MINUTE}
        content = asset.content
        if asset.compressed is not None:
            headers["Vary"] = "Accept-Encoding"
            if "gzip" in request.headers.get("accept-encoding", ""):
                headers["Content-Encoding"] = "gzip"
                content = asset.compressed
        return Response(content, headers=headers, media_type=asset.type)


def make_sources(views: Path, packages: Packages) -> AssetSources:
    """The sources of a site that uses the design system and these packages."""
    return AssetSources(views, {**DESIGN_SYSTEM, **packages})


def _find_components(sources: AssetSources) -> set[str]:
    folders = (*sources.own, sources.views / "templates")
    files = (file for folder in folders for file in folder.rglob("*") if file.is_file())
    return css_pruning.find_components(file.read_text() for file in files)


def _read_own(sources: AssetSources) -> Iterator[tuple[str, bytes]]:
    for folder in sources.own:
        for file in folder.rglob("*"):
            if file.is_file():
                yield file.relative_to(folder).as_posix(), file.read_bytes()


def _read_packages(folder: Path, packages: Packages) -> Iterator[tuple[str, bytes]]:
    for name, (path, patterns) in packages.items():
        dist = folder / path
        for pattern in patterns:
            files = sorted(dist.glob(pattern))
            if not files:
                raise MissingPackages(f"{dist / pattern} is missing: run deploy/local/bootstrap.sh, or npm ci")
            for file in files:
                yield f"{name}/{file.relative_to(dist)}", file.read_bytes()
