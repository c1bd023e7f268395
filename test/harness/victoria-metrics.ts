import { freePort } from './ports.ts'
import { startServer, type RealServer } from './server.ts'

export interface VictoriaMetrics extends RealServer {
  /** Where it listens as Graphite does. */
  readonly graphitePort: number
  /** Every sample of the series that match, oldest first. */
  samples(match: string): Promise<readonly Series[]>
}

export interface Series {
  readonly metric: Readonly<Record<string, string>>
  readonly values: readonly number[]
  /** Milliseconds since 1970. */
  readonly timestamps: readonly number[]
}

/** Starts a private VictoriaMetrics, which takes what Graphite, Datadog and others are sent. */
export async function startVictoriaMetrics(): Promise<VictoriaMetrics> {
  const graphitePort = await freePort()
  const server = await startServer({
    binary: 'victoria-metrics',
    args: ({ folder, host, port }) => [
      `-storageDataPath=${folder}/data`,
      `-httpListenAddr=${host}:${port}`,
      `-graphiteListenAddr=${host}:${graphitePort}`,
      '-memory.allowedBytes=64MiB',
    ],
    ready: /starting http server at/,
    url: ({ host, port }) => `http://${host}:${port}`,
  })
  return Object.assign(server, {
    graphitePort,
    async samples(match: string) {
      // What was just taken is searched only once it is flushed.
      await fetch(`${server.url}/internal/force_flush`)
      const answer = await fetch(`${server.url}/api/v1/export?match[]=${encodeURIComponent(match)}`)
      const text = await answer.text()
      return text
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => JSON.parse(line) as Series)
    },
  })
}
