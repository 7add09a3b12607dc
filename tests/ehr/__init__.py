"""The EHR connector: delivery, mapping, and every adapter through one conformance suite behind a fault proxy."""
