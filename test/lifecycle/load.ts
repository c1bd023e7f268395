import { Agent, request } from 'node:http'

/** What came of the requests of a load. */
export interface Tally {
  ok: number
  /** What went wrong, by what it was. */
  readonly lost: Map<string, number>
  /** By what the body said. */
  readonly bodies: Map<string, number>
}

/** Asks over kept connections, a few at a time, GET and POST in turn, until told to stop. */
export function startLoad(url: string, atOnce: number): { stop(): Promise<Tally> } {
  const agent = new Agent({ keepAlive: true, maxSockets: atOnce })
  const tally: Tally = { ok: 0, lost: new Map(), bodies: new Map() }
  const stop = new AbortController()

  const ask = (method: string): Promise<void> =>
    new Promise((resolve) => {
      const lose = (what: string): void => {
        count(tally.lost, `${method}: ${what}`)
        resolve()
      }
      const sent = request(url, { agent, method }, (response) => {
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
      sent.end(method === 'POST' ? 'an order' : undefined)
    })

  const worker = async (index: number): Promise<void> => {
    for (let i = index; !stop.signal.aborted; i++) {
      await ask(i % 4 === 0 ? 'POST' : 'GET')
      // Bounded: this machine does other work too.
      await new Promise((resolve) => setTimeout(resolve, 5))
    }
  }
  const workers = Array.from({ length: atOnce }, (_, index) => worker(index))
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
