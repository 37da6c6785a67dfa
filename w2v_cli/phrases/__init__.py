"""Phrases: words that stand together more often than by chance, found and joined to one word."""
