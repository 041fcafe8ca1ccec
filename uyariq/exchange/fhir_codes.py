"""Addresses and codes that a FHIR R4 Questionnaire of ours uses, in one place for writing and reading."""

from __future__ import annotations

ORDINAL = "http://hl7.org/fhir/StructureDefinition/ordinalValue"
TRANSLATION = "http://hl7.org/fhir/StructureDefinition/translation"
EXPRESSION = "http://hl7.org/fhir/uv/sdc/StructureDefinition/sdc-questionnaire-calculatedExpression"
LOINC = "http://loinc.org"
OURS = "urn:uyariq:fhir:"
"""Extensions of our own: what FHIR has no place for, so that nothing is lost on the way out and back."""
ANSWERS = "urn:uyariq:answers"
STATUS = {"active": "active", "draft": "draft", "retired": "retired"}
SPANISH, QUECHUA = "es", "qu"
