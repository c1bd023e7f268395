import { writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { connect } from 'node:net'
import { join } from 'node:path'
import { freePort } from './ports.ts'
import { startServer, type RealServer } from './server.ts'

export interface Statsd extends RealServer {
  /** What it holds of one kind, by name: asked over its management port. */
  ask(what: 'counters' | 'gauges' | 'timers'): Promise<Readonly<Record<string, unknown>>>
}

// It is of an older Node's time: `util.log` has since gone.
const SHIM = 'data:text/javascript,import util from "node:util"; util.log = console.log'

/** Starts a private StatsD, the original one, from npm. It keeps what it is told until it stops. */
export async function startStatsd(): Promise<Statsd> {
  const managementPort = await freePort()
  const program = createRequire(import.meta.url).resolve('statsd/stats.js')
  const server = await startServer({
    binary: 'node',
    async prepare({ folder, host, port }) {
      const config = { port, address: host, mgmt_port: managementPort, mgmt_address: host, flushInterval: 3_600_000 }
      await writeFile(join(folder, 'config.js'), JSON.stringify({ ...config, backends: ['./backends/console'] }))
    },
    args: ({ folder }) => ['--import', SHIM, program, join(folder, 'config.js')],
    ready: /server is up/,
    url: ({ host, port }) => `udp://${host}:${port}`,
  })
  const ask = async (what: string): Promise<Readonly<Record<string, unknown>>> => {
    const socket = connect(managementPort, server.host)
    // One command at a time: it reads no second line.
    socket.write(what)
    let text = ''
    for await (const chunk of socket) {
      text += String(chunk)
      if (text.includes('END')) break
    }
    return JSON.parse(toJson(text.slice(0, text.indexOf('END')))) as Record<string, unknown>
  }
  return Object.assign(server, { ask })
}

/** It answers as `util.inspect` or JSON shows an object, by version. */
function toJson(text: string): string {
  return text.replaceAll(/'([^']*)'/g, '"$1"').replaceAll(/([{,]\s*)([\w.]+):/g, '$1"$2":')
}
