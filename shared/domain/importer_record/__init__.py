"""The content of a CBP Form 5106 record, and how it compares with what people type."""
