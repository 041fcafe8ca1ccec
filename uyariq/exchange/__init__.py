"""Instruments in the forms others use: a workbook in XLSForm's style and a FHIR R4 Questionnaire, out and in."""
