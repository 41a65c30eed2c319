"""A line to a server that is far away: `far_line.py PORT UPSTREAM SECONDS BYTES_PER_SECOND`, until it is killed."""

import asyncio
import sys


async def far_away(port, upstream, seconds, bytes_per_second):
    """Passes bytes on after a while, and not too fast, in both directions of each connection."""

    async def pump(reader, writer):
        queue, loop = asyncio.Queue(maxsize=256), asyncio.get_running_loop()
        free_at = 0

        async def deliver():
            while (item := await queue.get()) is not None:
                due, data = item
                await asyncio.sleep(max(0, due - loop.time()))
                writer.write(data)
                await writer.drain()
            writer.close()

        delivery = asyncio.create_task(deliver())
        try:
            while data := await reader.read(1 << 17):
                free_at = max(free_at, loop.time()) + len(data) / bytes_per_second
                await queue.put((free_at + seconds / 2, data))
        except OSError:
            pass
        await queue.put(None)
        await asyncio.gather(delivery, return_exceptions=True)

    async def connected(reader, writer):
        up_reader, up_writer = await asyncio.open_connection("127.0.0.1", upstream)
        await asyncio.gather(pump(reader, up_writer), pump(up_reader, writer), return_exceptions=True)

    server = await asyncio.start_server(connected, "127.0.0.1", port)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(far_away(int(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3]), float(sys.argv[4])))
