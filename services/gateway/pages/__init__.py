"""One module for each page, in order: `start`, `request`, `code`, `details`, `confirmation`.

`waiting` comes between any two of them. Scripts ask `status` where the person is, and `field_checks` about fields.
"""
