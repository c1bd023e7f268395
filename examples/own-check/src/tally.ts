import { connect } from 'node:net'
import { defineCheck, healthy, resultFromError, unhealthy, type DependencyCheck } from 'hale'

/** Asks a Tally, our counting database, how many entries it holds: one line there, one line back. */
export function tally(host: string, port: number, password: string): DependencyCheck {
  const where = `${host}:${port}`
  return defineCheck({
    kind: 'tally',
    async run({ signal }) {
      const socket = connect({ host, port, signal }).setEncoding('utf8')
      try {
        socket.write(`count ${password}\n`)
        let reply = ''
        for await (const text of socket) if ((reply += text).includes('\n')) break
        const [, entries] = /^ok (\d+)\n/.exec(reply) ?? []
        if (entries === undefined) return unhealthy('PROTOCOL_ERROR', `${where} did not answer like a Tally.`)
        return healthy(undefined, { observed: { value: Number(entries), unit: 'entries' } })
      } catch (error) {
        return resultFromError(error, where)
      } finally {
        socket.destroy()
      }
    },
  })
}
