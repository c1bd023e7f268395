# Reads documents by prometheus_client's parsers, of which that of OpenMetrics is the reference: pairs of exposition and text in,
# what each holds out. A document that they refuse ends it with their words.
import json
import sys

from prometheus_client.openmetrics.parser import text_string_to_metric_families as openmetrics
from prometheus_client.parser import text_string_to_metric_families as text

PARSERS = {'openmetrics': openmetrics, 'text': text}


def read(exposition, document):
    return [
        {
            'name': family.name,
            'type': family.type,
            'unit': family.unit,
            'help': family.documentation,
            'samples': [[sample.name, sample.labels, repr(sample.value)] for sample in family.samples],
        }
        for family in PARSERS[exposition](document)
    ]


json.dump([read(*each) for each in json.load(sys.stdin)], sys.stdout)
