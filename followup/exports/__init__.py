"""What leaves the database as files: rows for analysis, FHIR for other systems, counts for DHIS2.

People appear under pseudonyms that are the same in every export of one installation and lead back to nobody without
its key. Somebody who was erased is in no file, as nothing of them is in the tables. Notes are never exported.
"""
