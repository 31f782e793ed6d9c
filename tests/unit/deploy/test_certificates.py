"""The example of an authority of one's own."""

from pathlib import Path

from deploy.tls.make_certificates import load_authority, make_certificates


def test_making_certificates_again_keeps_the_authority(tmp_path: Path) -> None:
    made = make_certificates(tmp_path, {"mail": ["mail.example"]})
    before, authority = (tmp_path / "mail.pem").read_bytes(), load_authority(tmp_path)
    assert make_certificates(tmp_path, {"mail": ["mail.example"]}) == made
    assert load_authority(tmp_path).certificate == authority.certificate
    assert (tmp_path / "mail.pem").read_bytes() != before
    assert {file.stat().st_mode & 0o077 for file in tmp_path.iterdir() if file.name != "ca.pem"} == {0}
