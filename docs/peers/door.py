"""A door to the simulator for programs that only know https://api.hubapi.com."""

import asyncio
import ssl
import subprocess
import threading
from pathlib import Path

HOST = "api.hubapi.com"


def certificates(folder: Path) -> Path:
    """Make an authority and a certificate for HOST, both good for a day, and
    return the file that a client is to trust."""
    new = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1"]
    authority = ["-subj", "/CN=peers", "-keyout", "authority.key", "-out", "authority.pem"]
    host = ["-subj", f"/CN={HOST}", "-addext", f"subjectAltName=DNS:{HOST}",
            "-addext", "basicConstraints=critical,CA:FALSE", "-CA", "authority.pem", "-CAkey", "authority.key",
            "-keyout", "host.key", "-out", "host.pem"]
    for certificate in authority, host:
        subprocess.run(new + certificate, cwd=folder, check=True, capture_output=True)
    return folder / "authority.pem"


class Door:
    """An HTTP proxy on loopback; use it in a with statement.

    It answers CONNECT for HOST and for no other host, so that nothing that a peer
    sends can leave the machine. Behind it a second listener ends TLS and hands the
    bytes to the simulator as they are.
    """

    def __init__(self, folder: Path, port: int):
        """folder holds what certificates made; port is the simulator's."""
        self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._context.load_cert_chain(folder / "host.pem", folder / "host.key")
        self._port = port
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever)
        self._open: set[asyncio.StreamWriter] = set()

    def __enter__(self) -> "Door":
        self._thread.start()
        asyncio.run_coroutine_threadsafe(self._start(), self._loop).result()
        self.url = f"http://127.0.0.1:{_port(self._plain)}"
        return self

    def __exit__(self, *_: object) -> None:
        asyncio.run_coroutine_threadsafe(self._stop(), self._loop).result()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    async def _start(self) -> None:
        self._secure = await asyncio.start_server(self._hand_on, "127.0.0.1", 0, ssl=self._context)
        self._plain = await asyncio.start_server(self._connect, "127.0.0.1", 0)

    async def _stop(self) -> None:
        for server in self._plain, self._secure:
            server.close()
        for writer in self._open:
            writer.transport.abort()
        await asyncio.gather(*(asyncio.all_tasks() - {asyncio.current_task()}))

    async def _connect(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            head = await reader.readuntil(b"\r\n\r\n")
        except asyncio.IncompleteReadError:
            writer.close()
            return
        if head.startswith(f"CONNECT {HOST}:443 ".encode()):
            writer.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
            await self._join(reader, writer, _port(self._secure))
        else:
            writer.write(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
            writer.close()

    async def _hand_on(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await self._join(reader, writer, self._port)

    async def _join(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, port: int) -> None:
        """Pass on both directions of a connection until one side ends it."""
        there = await asyncio.open_connection("127.0.0.1", port)
        self._open |= {writer, there[1]}
        await asyncio.gather(_copy(reader, there[1]), _copy(there[0], writer))
        self._open -= {writer, there[1]}


async def _copy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        while piece := await reader.read(1 << 16):
            writer.write(piece)
            await writer.drain()
    except OSError:
        pass  # one side has gone, as clients do
    finally:
        writer.close()


def _port(server: asyncio.Server) -> int:
    return server.sockets[0].getsockname()[1]
