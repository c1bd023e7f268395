import { METRICS, type NumberSignal } from './signal.ts'

/** One part of a dotted name: a check's name has no other character that StatsD and Graphite give a meaning to. */
function toNode(name: string): string {
  return name.replaceAll('.', '_')
}

/**
 * The dotted name of a signal for systems without labels: the metric's own, with the check's name behind `check`:
 * `hale.check.postgres.age`.
 */
export function toPath(prefix: string, name: string, check: string | undefined): string {
  const dotted = check === undefined ? name : name.replace('hale.check.', `hale.check.${toNode(check)}.`)
  return prefix === '' ? dotted : `${prefix}.${dotted}`
}

/** The name and value of what is a number. */
export function toNumber(signal: NumberSignal): { readonly name: string; readonly value: number } {
  if (signal.type === 'gauge') return { name: METRICS[signal.metric].name, value: signal.value }
  if (signal.type === 'run') return { name: METRICS.duration.name, value: signal.seconds }
  return { name: METRICS.transitions.name, value: 1 }
}

/** What is wrong with a prefix of dotted names. */
export function prefixProblem(prefix: string): string | false {
  return (
    !/^[\w-]*(?:\.[\w-]+)*$/.test(prefix) &&
    `${JSON.stringify(prefix)} is not names of letters, digits, - and _ with dots between`
  )
}

/** What is wrong with where to send to. */
export function addressProblems(host: string, port: number): Record<'host' | 'port', string | false> {
  const isPort = Number.isInteger(port) && port > 0 && port < 65_536
  return {
    host: host === '' && 'must be a name or an address',
    port: !isPort && `${port} is not a port from 1 to 65535`,
  }
}
