"""A person in danger is noticed: by the room, by check-ins and by replies alike."""

import os

for _library in (
    "OPENBLAS",
    "OMP",
):  # before anybody brings in numpy: one sentence is too little for two cores
    os.environ.setdefault(f"{_library}_NUM_THREADS", "1")
