"""What the database holds as FHIR R4 resources: plain dictionaries, ready for JSON.

Systems that HL7 or LOINC do not name are ours (`urn:uyariq:…`); no code of another terminology is guessed.
"""
