"""One module a page, in the order in which a person meets them: `start`, `request`, `code`, `details`, `confirmation`.

`waiting` stands between any two of them; `status` is what its script, and others, ask.
"""
