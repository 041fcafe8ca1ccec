"""The follow-up database: who was screened, who is owed a call, what became of it."""
