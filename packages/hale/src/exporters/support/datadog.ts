import { show } from '../../core/misuse.ts'
import { textsRule } from '../../core/rules.ts'
import { severity, type Status } from '../../core/status.ts'
import type { Signal, TransitionSignal } from './signal.ts'

/** What Datadog calls a status: 0 OK, 1 warning, 2 critical, 3 unknown. */
export function toServiceCheckStatus(status: Status): 0 | 1 | 2 | 3 {
  if (status === 'unhealthy') return 2
  if (status === 'unknown') return 3
  return status === 'degraded' ? 1 : 0
}

/** What a service check is called: of the whole, or of one check by its tag. */
export function serviceCheckName(check: string | undefined): string {
  return check === undefined ? 'hale.status' : 'hale.check.status'
}

/** `name:value`, the user's own after ours. */
export function toTags(signal: Signal, own: readonly string[]): string[] {
  const { type, check } = signal
  return [
    ...(check === undefined ? [] : [`check:${check}`]),
    ...(type === 'run' ? [`kind:${signal.kind}`, `status:${signal.status}`] : []),
    ...(type === 'transition' ? [`from:${signal.from}`, `to:${signal.to}`] : []),
    ...own,
  ]
}

export interface DatadogEvent {
  readonly title: string
  readonly text: string
  readonly alertType: 'error' | 'warning' | 'success' | 'info'
  /** Joins what happens to one check. */
  readonly key: string
}

/** What a transition reads like in Datadog's event stream. */
export function toEvent({ check, code, from, message, reason, to }: TransitionSignal): DatadogEvent {
  const what = [code, message].filter((part) => part !== undefined).join(': ')
  const isOff = to === 'maintenance' || to === 'skipped'
  return {
    title: `Check ${check} is ${to}`,
    text: `It was ${from}: ${reason}.${what === '' ? '' : `\n${what}`}`,
    alertType: isOff ? 'info' : ((['success', 'warning', 'warning', 'error'] as const)[severity(to)] ?? 'info'),
    key: `hale.${check}`,
  }
}

/** What is wrong with tags that the user adds to everything. */
export function tagsRule(tags: unknown): string | false {
  const problem = textsRule(tags)
  if (problem !== false) return problem
  const wrong = Object.entries((tags ?? {}) as Readonly<Record<string, string>>).find(
    ([name, value]) => !/^[A-Za-z][\w./-]{0,63}$/.test(name) || !/^[^\s,|#]{1,150}$/.test(value),
  )
  return wrong !== undefined && `${show(wrong)} is not a name and a value without spaces, commas, "|" and "#"`
}
