"""What a CBP Form 5106 record holds, and how it compares with what people type."""
