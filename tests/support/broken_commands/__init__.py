"""Commands as other gateways' authors send them by mistake, each with the reason that its refusal names."""
