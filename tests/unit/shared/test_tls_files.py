"""A file for TLS that cannot be used stops a program before it connects anywhere."""

import pytest

from shared.settings import loading
from shared.settings.groups import SettingError
from shared.settings.processes import Settings
from tests.support.certificates import Certificates, make_for_tests

PASSWORD = "correct-horse"


@pytest.fixture(scope="module")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    return make_for_tests(tmp_path_factory.mktemp("certificates"))


@pytest.mark.parametrize(
    ("name", "url", "says"),
    [
        ("ACE_RABBITMQ_URL", "amqps://ace:{0}@broker/?cafile=/none.pem", "No such file or directory"),
        ("ACE_RABBITMQ_URL", "amqp://ace:{0}@broker/?cafile={1}/ca.pem", "which amqp:// does not use"),
        ("ACE_MONGODB_URL", "mongodb://ace:{0}@database/?tls=true&tlsCAFile=/none.pem", "No such file or directory"),
        ("ACE_MONGODB_URL", "mongodb://ace:{0}@database/?tls=true&tlsCertificateKeyFile={1}/ca.pem", "not PEM, or key"),
        ("ACE_SMTP_URL", "smtps://ace:{0}@mail?cafile={1}/ca.pem&certfile={1}/no.pem", "No such file or directory"),
        ("ACE_SMTP_URL", "smtp://mail?cafile={1}/ca.pem", "which smtp:// does not use"),
    ],
)
def test_a_file_that_cannot_be_used_stops_the_program_with_its_name(
    certificates: Certificates, monkeypatch: pytest.MonkeyPatch, name: str, url: str, says: str
) -> None:
    monkeypatch.setenv(name, url.format(PASSWORD, certificates.folder))
    with pytest.raises(SettingError) as refused:
        loading.load(Settings)
    said = str(refused.value)
    assert said.startswith(name)
    assert says in said
    assert PASSWORD not in said
