import { createServer } from 'node:net'

/**
 * Below those that the system gives to connections, which come and go all the time: nobody takes one of these unless by its
 * number. https://docs.kernel.org/networking/ip-sysctl.html, ip_local_port_range.
 */
const [FIRST, LAST] = [10_000, 32_000]

/** Test files run side by side, in processes of their own: each begins somewhere else, and gives none twice. */
let next = FIRST + Math.floor(Math.random() * (LAST - FIRST))

/** A port of loopback that nobody listens on, for who cannot choose one by listening on 0. */
export function freePort(): Promise<number> {
  return freePorts(1)
}

/** The first of so many such ports in a row. */
export async function freePorts(count: number): Promise<number> {
  for (;;) {
    if (next + count > LAST) next = FIRST
    const first = next
    next += count
    const free = await Promise.all(Array.from({ length: count }, (_, at) => isFree(first + at)))
    if (free.every(Boolean)) return first
  }
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer()
    server.once('error', () => resolve(false))
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)))
  })
}
