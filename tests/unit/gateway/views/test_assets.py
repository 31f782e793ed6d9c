import re
import shutil
from pathlib import Path

import httpx
import pytest

from services.gateway.views.assets import SOURCES
from services.gateway.views.rendering import HERE
from shared.web.assets import Assets, MissingPackages
from tests.support.scripted_form import Form

PACKAGES = Path("node_modules")
STYLES = "uswds/css/uswds.min.css"


@pytest.fixture
def assets(form: Form) -> Assets:
    found: Assets = form.app.state.dependencies.assets
    return found


async def fetched(form: Form, url: str, encoding: str = "gzip") -> httpx.Response:
    return await form.browser.client.get(url, headers={"Accept-Encoding": encoding})


async def test_an_asset_is_kept_for_ever_under_the_checksum_of_today(form: Form, assets: Assets) -> None:
    answer = await fetched(form, assets.make_url(STYLES))
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert answer.headers["Content-Type"].startswith("text/css")


async def test_an_asset_under_a_former_checksum_is_served_but_not_kept(form: Form) -> None:
    answer = await fetched(form, f"/static/0123456789abcdef/{STYLES}")
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "public, max-age=60"


async def test_text_is_compressed_for_those_who_can_read_it(form: Form, assets: Assets) -> None:
    small, plain = [await fetched(form, assets.make_url(STYLES), encoding) for encoding in ("gzip", "identity")]
    assert small.headers["Content-Encoding"] == "gzip"
    assert int(small.headers["Content-Length"]) < len(plain.content) / 5
    assert small.content == plain.content
    assert "Content-Encoding" not in plain.headers


async def test_what_is_not_served_is_not_found(form: Form, assets: Assets) -> None:
    for path in ("../app.py", "%2e%2e/app.py", "uswds/package.json", "", "uswds/css/"):
        answer = await fetched(form, f"/static/{assets.checksum}/{path}")
        assert answer.status_code == 404, path


def test_another_content_is_another_checksum(tmp_path: Path, assets: Assets) -> None:
    (tmp_path / "@uswds").symlink_to((PACKAGES / "@uswds").absolute())
    shutil.copytree(PACKAGES / "altcha/dist", tmp_path / "altcha/dist")
    assert Assets(tmp_path, SOURCES).checksum == assets.checksum
    (tmp_path / "altcha/dist/external/altcha.css").write_text("altcha-widget { color: red }")
    assert Assets(tmp_path, SOURCES).checksum != assets.checksum


def test_without_the_packages_it_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(MissingPackages, match=r"bootstrap\.sh"):
        Assets(tmp_path, SOURCES)


def test_every_file_that_a_style_sheet_names_is_served(assets: Assets) -> None:
    content = (PACKAGES / "@uswds/uswds/dist/css/uswds.min.css").read_text()
    named = {name for name in re.findall(r"url\(\.\./([^)]+)\)", content) if not name.endswith(".jpg")}
    assert len(named) > 30
    for name in named:
        assets.make_url(f"uswds/{name}")


async def test_of_the_design_system_only_what_the_pages_name_is_served(form: Form, assets: Assets) -> None:
    served = (await fetched(form, assets.make_url(STYLES))).text
    assert ".usa-button--outline" in served  # in a template
    assert ".usa-combo-box__list-option" in served  # in a script
    assert ".usa-card" not in served


def test_no_script_of_ours_looks_behind_which_safari_before_16_4_cannot_read() -> None:
    assert not [
        script.name
        for folder in SOURCES.own
        for script in folder.rglob("*.js")
        if re.search(r"\(\?<[=!]", script.read_text())
    ]


def test_every_asset_that_a_template_names_is_served(assets: Assets) -> None:
    for template in (HERE / "templates").iterdir():
        for name in re.findall(r'asset\("([^"]+)"\)', template.read_text()):
            assets.make_url(name)
