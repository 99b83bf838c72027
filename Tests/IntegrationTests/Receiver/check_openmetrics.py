"""Reads OpenMetrics from standard input with the reference parser; prints what it is, or fails."""
import sys

from prometheus_client.openmetrics.parser import text_string_to_metric_families

families = list(text_string_to_metric_families(sys.stdin.read()))
exemplars = sum(1 for family in families for sample in family.samples if sample.exemplar)
print(len(families), exemplars)
