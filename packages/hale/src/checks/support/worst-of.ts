import type { Result } from '../../core/result.ts'
import { severity } from '../../core/status.ts'

/** Of several findings about one thing the worst, the first among equals, with the data of all. */
export function worstOf(first: Result, ...more: readonly (Result | undefined)[]): Result {
  const all = [first, ...more.filter((each) => each !== undefined)]
  const worst = all.reduce((found, each) => (severity(each.status) > severity(found.status) ? each : found))
  const data = Object.assign({}, ...all.map((each) => each.data)) as Record<string, unknown>
  return Object.keys(data).length === 0 ? worst : { ...worst, data }
}
