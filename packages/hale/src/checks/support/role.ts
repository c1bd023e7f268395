import { healthy, unhealthy, type Result } from '../../core/result.ts'
import { oneOf, type Rule } from '../../core/rules.ts'

/** What a server of a replicated store is: the one that takes writes, or one that follows it. */
export type Role = 'primary' | 'replica'

/** A role that a server must have. */
export const roleRule: Rule = oneOf('primary', 'replica')

/** Judges the role that a server has. Undefined wanted: any is right. */
export function judgeRole(is: Role, wanted: Role | undefined, place: string): Result {
  const data = { role: is }
  if (wanted === undefined || wanted === is) return healthy(undefined, { data })
  const message = `${place} is a ${is}, expected a ${wanted}. See whether it failed over, and where the app is sent.`
  return unhealthy('WRONG_ROLE', message, { observed: { value: is }, data })
}
