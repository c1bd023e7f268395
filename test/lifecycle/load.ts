import { Agent, request } from 'node:http'

/** What came of the requests of a load. */
export interface Tally {
  ok: number
  /** What went wrong, by what it was. */
  readonly lost: Map<string, number>
  /** By what the body said. */
  readonly bodies: Map<string, number>
}

/**
 * Asks over kept connections, a few at a time, until told to stop. GET only: a balancer may not repeat a POST whose
 * connection closed under it (RFC 9110, 9.2.2), and of some 13,000 requests nginx did once lose one that way.
 */
export function startLoad(url: string, atOnce: number): { stop(): Promise<Tally> } {
  const agent = new Agent({ keepAlive: true, maxSockets: atOnce })
  const tally: Tally = { ok: 0, lost: new Map(), bodies: new Map() }
  const stop = new AbortController()

  const ask = (): Promise<void> =>
    new Promise((resolve) => {
      const lose = (what: string): void => {
        count(tally.lost, what)
        resolve()
      }
      const sent = request(url, { agent }, (response) => {
        let body = ''
        response.setEncoding('utf8')
        response.on('data', (chunk: string) => (body += chunk))
        response.on('error', (error) => lose(error.message))
        response.on('end', () => {
          if (response.statusCode !== 200) return lose(`HTTP ${response.statusCode}`)
          tally.ok++
          count(tally.bodies, body)
          resolve()
        })
      })
      sent.on('error', (error) => lose(error.message))
      sent.end()
    })

  const worker = async (): Promise<void> => {
    while (!stop.signal.aborted) {
      await ask()
      // Bounded: this machine does other work too.
      await new Promise((resolve) => setTimeout(resolve, 5))
    }
  }
  const workers = Array.from({ length: atOnce }, worker)
  return {
    async stop() {
      stop.abort()
      await Promise.all(workers)
      agent.destroy()
      return tally
    },
  }
}

function count(counts: Map<string, number>, key: string): void {
  counts.set(key, (counts.get(key) ?? 0) + 1)
}
