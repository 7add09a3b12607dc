"""Benchmarks, run by `make bench`. They measure the product beside a bare reference, never by themselves."""
