"""Runs a command on a new pseudo-terminal: terminal.py COLUMNS PATTERN COMMAND...

Copies what the command writes to standard output. Once that matches PATTERN it types Ctrl-C; an empty PATTERN types
nothing. Ends with the command's exit code, 128 + its number after a signal.
"""
import fcntl
import os
import pty
import re
import signal
import struct
import sys
import termios
import time

columns, pattern, command = int(sys.argv[1]), sys.argv[2], sys.argv[3:]
child, terminal = pty.fork()
if child == 0:
    time.sleep(0.1)  # for its size
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # what a build in the background was started without
    os.execvp(command[0], command)
fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 40, columns, 0, 0))
signal.signal(signal.SIGALRM, lambda *_: os.kill(child, signal.SIGKILL))
signal.alarm(240)
seen = b""
while True:
    try:
        data = os.read(terminal, 65536)
    except OSError:  # Linux's way to say that the other side is closed
        break
    if not data:
        break
    sys.stdout.buffer.write(data)
    sys.stdout.buffer.flush()
    seen += data
    if pattern and re.search(pattern.encode(), seen):
        pattern = ""
        os.write(terminal, b"\x03")
status = os.waitpid(child, 0)[1]
sys.exit(os.WEXITSTATUS(status) if os.WIFEXITED(status) else 128 + os.WTERMSIG(status))
