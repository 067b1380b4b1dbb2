"""A mail server on this machine that accepts everything and notes, a line of JSON each, what it accepted.

Runs in a process of its own: ``python -m bench.rush.sink PORT FILE``. It is spare with the processor, because the
mail worker and the web run beside it.
"""

import asyncio
import json
import re
import sys
from pathlib import Path
from typing import TextIO

_MESSAGE_ID = re.compile(rb"^message-id: *(\S+)", re.IGNORECASE | re.MULTILINE)
END = b"\r\n.\r\n"


async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, accepted: TextIO) -> None:
    recipient = ""
    writer.write(b"220 sink\r\n")
    while line := await reader.readline():
        verb = line[:4].upper()
        if verb == b"DATA":
            writer.write(b"354 go on\r\n")
            content = await reader.readuntil(END)
            _note(accepted, recipient, content)
            writer.write(b"250 accepted\r\n")
        elif verb == b"QUIT":
            writer.write(b"221 goodbye\r\n")
            break
        else:
            if verb == b"RCPT":
                recipient = line.decode("latin-1").partition("<")[2].partition(">")[0]
            writer.write(b"250 sink\r\n")
    writer.close()


def _note(accepted: TextIO, recipient: str, content: bytes) -> None:
    found = _MESSAGE_ID.search(content)
    message_id = found[1].decode("latin-1") if found else ""
    accepted.write(json.dumps({"recipient": recipient, "message_id": message_id}) + "\n")
    accepted.flush()


async def serve(port: int, path: Path) -> None:
    with path.open("a", encoding="utf-8") as accepted:
        server = await asyncio.start_server(
            lambda reader, writer: talk(reader, writer, accepted), "127.0.0.1", port, limit=1 << 24
        )
        await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1]), Path(sys.argv[2])))
