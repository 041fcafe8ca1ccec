"""The web pages of the programme: front door, web chat, and the counselors' work list."""
