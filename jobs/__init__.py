"""The worker: sends what is owed, sweeps what has expired. It knows no web."""
