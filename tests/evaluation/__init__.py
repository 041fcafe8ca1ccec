"""`make evaluate`: how well messages are understood, measured on sentences that nothing was made from."""
