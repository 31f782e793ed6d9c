"""What developers run: generators of documents and previews. No part of the product imports it."""
