"""Ties a server's life to that of the process which started it.

usage: tied.py -m MODULE [ARGUMENT ...]
       tied.py SCRIPT [ARGUMENT ...]

Runs the module or script in this process, and ends it as soon as standard input closes. The test
kit holds the other end of that pipe: if the JVM is killed, no server stays behind.
"""

import os
import runpy
import sys
import threading


def exit_when_stdin_closes():
    while sys.stdin.buffer.raw.read(4096):
        pass
    os._exit(0)


def main():
    threading.Thread(target=exit_when_stdin_closes, daemon=True).start()
    if sys.argv[1] == "-m":
        sys.argv = sys.argv[2:]
        runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)
    else:
        sys.argv = sys.argv[1:]
        sys.path.insert(0, os.path.dirname(os.path.abspath(sys.argv[0])))
        runpy.run_path(sys.argv[0], run_name="__main__")


if __name__ == "__main__":
    main()
