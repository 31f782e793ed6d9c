"""One module a page, in the order in which a person meets them: `start`, `request`, `code`, `details`, `confirmation`.

`waiting` stands between any two of them. Scripts ask `status` where the person stands, and `checking` about fields.
"""
