import { createHash } from 'node:crypto'
import { Agent, request } from 'node:http'

/** What came of the requests of a load. */
export interface Tally {
  ok: number
  /** What went wrong, by what it was. */
  readonly lost: Map<string, number>
  /** Answers, by who gave them. */
  readonly servedBy: Map<string, number>
}

/** Says that a body is what was sent. */
export function digest(body: string): string {
  return createHash('sha256').update(body).digest('hex')
}

/**
 * Asks over kept connections, a few at a time, until told to stop: GET and POST in turn. A POST must be answered with its
 * own body; its header `x-id` is its alone.
 */
export function startLoad(url: string, atOnce: number): { stop(): Promise<Tally> } {
  const agent = new Agent({ keepAlive: true, maxSockets: atOnce })
  const tally: Tally = { ok: 0, lost: new Map(), servedBy: new Map() }
  const stop = new AbortController()
  let asked = 0

  const ask = (): Promise<void> =>
    new Promise((resolve) => {
      const id = asked++
      const method = id % 2 === 0 ? 'GET' : 'POST'
      const body = method === 'POST' ? `order ${id} `.repeat(1 + (id % 300)) : ''
      const headers = { 'x-digest': digest(body), 'x-id': `${url}/${id}`, 'content-length': Buffer.byteLength(body) }
      const lose = (what: string): void => {
        count(tally.lost, `${method}: ${what}`)
        resolve()
      }
      const sent = request(url, { agent, method, headers }, (response) => {
        let answer = ''
        response.setEncoding('utf8')
        response.on('data', (chunk: string) => (answer += chunk))
        response.on('error', (error) => lose(error.message))
        response.on('end', () => {
          if (response.statusCode !== 200) return lose(`HTTP ${response.statusCode}`)
          if (answer !== `${method} ${body}`) return lose('another answer than it asked for')
          tally.ok++
          count(tally.servedBy, String(response.headers['x-served-by']))
          resolve()
        })
      })
      sent.on('error', (error) => lose(error.message))
      sent.end(body)
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
