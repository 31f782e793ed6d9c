"""The inbox keeps every email and shows it without running its content."""

import smtplib
from pathlib import Path

from starlette.testclient import TestClient

from deploy.local.inbox.mailbox import Mailbox
from deploy.local.inbox.page import create_app
from embedded_servers import ports

EMAIL = b"To: poc@example.com\r\nSubject: A <b>code</b>\r\n\r\nABCD-EFGH\r\n"


def test_an_email_is_kept_and_shown_as_text(tmp_path: Path) -> None:
    port = ports.pick()
    with TestClient(create_app(Mailbox(tmp_path), "127.0.0.1", port), base_url="http://127.0.0.1") as client:
        with smtplib.SMTP("127.0.0.1", port) as sender:
            sender.sendmail("a@example.com", "poc@example.com", EMAIL)
        [message] = client.get("/api/messages").json()
        assert (message["to"], message["subject"]) == ("poc@example.com", "A <b>code</b>")
        assert "ABCD-EFGH" in message["text"].split("\n")
        assert "A &lt;b&gt;code&lt;/b&gt;" in client.get("/").text
        assert "ABCD-EFGH" in client.get(f"/messages/{message['id']}").text
        assert client.get("/", headers={"Host": "elsewhere.example"}).status_code == 400
    assert [kept.id for kept in Mailbox(tmp_path).list_messages()] == [message["id"]]
