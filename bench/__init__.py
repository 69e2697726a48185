"""The bench: how long purenn takes, beside what else there is, and how the time grows.

`python -m bench` measures; the package is no part of purenn and is not installed with it. In reading order:

    contenders/      the same network trained by purenn and by its peers, one short module each
    workload.py      what is trained on
    growth.py        the cost of training against width, share of non-zero inputs and number of samples
    micro.py         each operation of purenn.matrix alone, and of purenn.packed
    ideas.py         the steps of purenn.packed, each done in several ways
    worker.py        a process that measures one of these, one round at a time
    rounds.py        many workers, taking turns
    tables.py        results as tables
    __main__.py      the command
"""
