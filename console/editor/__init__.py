"""The editor of the rules: drafts with a live check, a trial, a drawing, review, publication and history."""
