import type { CheckReport } from '../../core/report.ts'
import { isStatus } from '../../core/status.ts'
import type { Budget } from '../budget.ts'
import { collectChecks } from './collect.ts'
import { defined, firstText } from './fields.ts'
import type { Body, Reader, Reading } from './reader.ts'

/**
 * The text of Kubernetes' own `/healthz`, `/livez` and `/readyz`, when something failed or with `?verbose`:
 * `[+]ping ok`, `[-]etcd failed: reason withheld`, and at the end `healthz check passed`. Without, it is `ok`.
 *
 * @see https://kubernetes.io/docs/reference/using-api/health-checks/
 */
export const kubernetesReader: Reader = { name: 'kubernetes', read }

const CHECK = /^(?:\[\+\](.+?) (ok|excluded: ok)|\[-\](.+?) failed: (.*))$/
const END = /^\S.* check (passed|failed)$/

function read({ text }: Body, budget: Budget): Reading | undefined {
  if (!/^(?:\[[+-]\]|warn: |\S[^\n]* check (?:passed|failed)$)/m.test(text)) return undefined
  const entries: [name: string, check: CheckReport][] = []
  let passed: boolean | undefined
  for (const line of text.split(/\r?\n/)) {
    const [, passing, good, failing, why] = CHECK.exec(line) ?? []
    const name = passing ?? failing
    const end = END.exec(line)
    if (name !== undefined) entries.push([name, toCheck(good, why)])
    else if (end !== null) passed = end[1] === 'passed'
    else if (line !== '' && !line.startsWith('warn: ')) return undefined
  }
  if (entries.length === 0 && passed === undefined) return undefined
  const failed = passed === undefined ? entries.some(([, { status }]) => status === 'unhealthy') : !passed
  const checks = collectChecks(entries, budget, (check) => check)
  return {
    certainty: passed === undefined ? 'likely' : 'certain',
    report: { status: failed ? 'unhealthy' : 'healthy', checks },
  }
}

function toCheck(good: string | undefined, why: string | undefined): CheckReport {
  if (good !== undefined) return { status: good === 'ok' ? 'healthy' : 'skipped' }
  if (isStatus(why)) return { status: why }
  // Kubernetes says nothing more. Hale says a code before the message.
  const [, code, said] = /^(?:([A-Z][A-Z0-9_]{1,63})(?:: |$))?(.*)$/.exec(why ?? '') ?? []
  const message = said === 'reason withheld' ? undefined : firstText(said)
  return defined<CheckReport>({ status: 'unhealthy', code, message })
}
