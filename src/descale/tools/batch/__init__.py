"""Cleaning whole directories: every core, resumable, nothing lost.

The way of the data: `listing` finds the inputs, `plan` cuts them into numbered shards, `run` hands
the shards to workers (`pool` watches them, `worker` is what they run), `outputs` writes, `state`
remembers what is finished, `summary` and `progress` say what happened.

The shards depend on the inputs alone, never on the number of workers, so the output does not either.
"""
