"""Confirmations leave while workers are killed at random; then every message that arrived is held against its row.

``python -m bench.mail_kill --people 5000 --database sqlite`` holds one and prints what came of it.

The workers are forked from a parent that has imported everything, because imports take a second and a worker that is
killed every other second would never work. They run the same loop as ``flask worker``, timetable included. The mail
server accepts a message, keeps a copy, and answers a moment later: a worker that dies in that moment leaves a message
in doubt. With ``--archive`` the copies are what it is settled by.
"""
