"""Reading JSON leaves nothing behind: pydantic's parser otherwise keeps some 16,000 short texts of what it read."""

import pytest
from pydantic import BaseModel

from services.gateway.journey.session import Session
from shared.contracts.message import Message
from shared.contracts.sealed import SealedContent
from shared.storage.sealed_documents import Content


@pytest.mark.parametrize("kind", [Message, SealedContent, Content, Session])
def test_no_name_address_or_code_stays_in_the_parser_s_cache(kind: type[BaseModel]) -> None:
    read_alike = [kind, *kind.__subclasses__()]
    assert {each.model_config.get("cache_strings") for each in read_alike} == {"keys"}
