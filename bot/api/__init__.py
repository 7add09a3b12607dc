"""`/api/v1`: what HR systems call. Documented by its own OpenAPI; every door needs a key with the right scope."""
