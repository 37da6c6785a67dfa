"""Ranges of numbers on the command line."""

import math

import click


class FloatRange(click.FloatRange):
    """click's range of numbers, less NaN, which it lets pass as that is neither below nor above."""

    def convert(self, value, param, ctx):
        number = super().convert(value, param, ctx)
        if math.isnan(number):
            self.fail(f"nan is not in the range {self._describe_range()}.", param, ctx)
        return number
