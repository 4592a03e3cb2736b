"""Traded follows: groups of silent mutual ties that no friendship explains, and how firmly accounts belong to them."""
