"""A Bot API server of our own on loopback, built from what the real one's source and reference say.

Order by chat, buttons in a queue of their own, repeats with growing pauses, 409 and 429, long poll, files with
the 20 MB limit, the limits on texts, captions and buttons, the secret header. Written without a look at the bot it tests.
"""
