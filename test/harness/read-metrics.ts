import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'

/** A family as prometheus_client's parsers understand it. */
export interface ReadFamily {
  readonly name: string
  readonly type: string
  readonly unit: string
  readonly help: string
  readonly samples: readonly (readonly [name: string, labels: Readonly<Record<string, string>>, value: number])[]
}

export type MetricsDocument = readonly [exposition: 'text' | 'openmetrics', text: string]

/**
 * Reads documents by the parsers of Debian's python3-prometheus-client: that of OpenMetrics is the reference, and refuses what
 * promtool does not look at. All in one go, for the process costs more than they do.
 *
 * @throws {Error} the parser's words, when it refuses one.
 */
export function readMetrics(documents: readonly MetricsDocument[]): ReadFamily[][] {
  const program = fileURLToPath(new URL('read-metrics.py', import.meta.url))
  // Debian's own: another Python before it on the path has no modules of Debian's.
  const { error, status, stderr, stdout } = spawnSync('/usr/bin/python3', [program], {
    input: JSON.stringify(documents),
    encoding: 'utf8',
    env: { PYTHONIOENCODING: 'utf-8' },
    maxBuffer: 256 * 1_024 * 1_024,
  })
  if (status !== 0) throw new Error(`prometheus_client refuses it: ${stderr}`, { cause: error })
  const read = JSON.parse(stdout) as (Omit<ReadFamily, 'samples'> & {
    samples: [string, Record<string, string>, string][]
  })[][]
  return read.map((families) =>
    families.map((family) => ({
      ...family,
      samples: family.samples.map(([name, labels, value]) => [name, labels, toNumber(value)]),
    })),
  )
}

/** As Python writes a float. */
function toNumber(text: string): number {
  return text === 'inf' ? Infinity : text === '-inf' ? -Infinity : Number(text)
}
