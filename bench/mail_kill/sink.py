"""A mail server in a process of its own, which keeps a copy of everything it accepts before it says so."""

import asyncio
import contextlib
import itertools
import random
from pathlib import Path

from bench.rush.sink import END


class ArchivingSink:
    def __init__(self, folder: Path, pause: float) -> None:
        self.folder, self.pause, self.numbers = folder, pause, itertools.count(1)
        for part in ("tmp", "new"):
            (folder / part).mkdir(parents=True, exist_ok=True)

    async def serve(self, port: int) -> None:
        server = await asyncio.start_server(self._talk, "127.0.0.1", port, limit=1 << 24)
        await server.serve_forever()

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError):  # The worker was killed.
            await self._converse(reader, writer)
        writer.close()

    async def _converse(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        recipient = ""
        writer.write(b"220 sink\r\n")
        while line := await reader.readline():
            verb = line[:4].upper()
            if verb == b"RCPT":
                recipient = line.decode("latin-1").partition("<")[2].partition(">")[0]
            if verb == b"DATA":
                writer.write(b"354 go on\r\n")
                await self.take(recipient, await reader.readuntil(END))
            writer.write(b"221 goodbye\r\n" if verb == b"QUIT" else b"250 done\r\n")

    async def take(self, recipient: str, wire: bytes) -> None:
        self._keep(recipient, wire)
        await asyncio.sleep(random.uniform(0, self.pause))

    def _keep(self, recipient: str, wire: bytes) -> None:
        """The recipient stands in the file's name; the bytes are those that came, without the dots of transport."""
        name = f"{next(self.numbers):06}.{recipient}"
        content = wire[: -len(END) + 2].replace(b"\r\n..", b"\r\n.")
        (self.folder / "tmp" / name).write_bytes(content)
        (self.folder / "tmp" / name).rename(self.folder / "new" / name)


def run(port: int, folder: Path, pause: float) -> None:
    asyncio.run(ArchivingSink(folder, pause).serve(port))
