import { show } from '../../core/misuse.ts'
import { isFilled, isText, isWhole, optional, type Rule, type Rules } from '../../core/rules.ts'
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

/** A prefix of dotted names. */
export const prefixRule: Rule = (prefix) =>
  prefix !== undefined &&
  !(isText(prefix) && /^[\w-]*(?:\.[\w-]+)*$/.test(prefix)) &&
  `${show(prefix)} is not names of letters, digits, - and _ with dots between`

/** Where to send to. */
export const ADDRESS_RULES: Rules<{ readonly host?: string; readonly port?: number }> = {
  host: optional('a name or an address', isFilled),
  port: optional('a port from 1 to 65535', (port) => isWhole(port, 1, 65_535)),
}
