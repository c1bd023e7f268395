import type { Health } from '../core/health.ts'
import { assess, type AppFacts } from './assess.ts'
import type { Finding } from './finding.ts'
import type { KnownCheck } from './unwise-checks.ts'

/**
 * {@link assess} with the checks that a {@link Health} has now. Asks nothing and waits for nothing. Timeouts are not in
 * reports and so not looked at.
 *
 * @param facts names of packages and of environment variables: `Object.keys(process.env)`, never their values.
 */
export function cover<Name extends string>(health: Health<Name>, facts: Omit<AppFacts, 'checks'>): readonly Finding[] {
  const { checks } = health.view('all').report()
  const ready = health.view('ready').report().checks
  const known = Object.entries(checks).map(([name, { impact, kind = name }]): KnownCheck => ({
    name,
    kind,
    ...(impact === undefined ? {} : { impact }),
    probes: name in ready ? ['ready'] : [],
  }))
  return assess({ ...facts, checks: known })
}
