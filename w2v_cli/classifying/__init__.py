"""Classifiers at work: trained, asked for labels, and tested."""
