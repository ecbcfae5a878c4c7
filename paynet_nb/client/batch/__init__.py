"""Many calls at once: a table of requests in, the same table with the answers out.

Workers in other processes import `executor` alone, so nothing is imported here.
"""
