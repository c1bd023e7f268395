/** Who somebody is to the health endpoints, least first. */
export type Tier = 'public' | 'detail' | 'admin'

export const TIERS: readonly Tier[] = ['public', 'detail', 'admin']

/** What can be asked of them. */
export type Right =
  /** The status code and the status word. */
  | 'status'
  /** The whole report: checks, codes, messages, data, ages. */
  | 'report'
  /** What changes something, such as maintenance. */
  | 'control'

/** The least tier that may. This is the whole table: each tier may what those before it may. */
const LEAST_TIER: Readonly<Record<Right, Tier>> = { status: 'public', report: 'detail', control: 'admin' }

/** Whether a tier has a right. */
export function may(tier: Tier, right: Right): boolean {
  return TIERS.indexOf(tier) >= TIERS.indexOf(LEAST_TIER[right])
}

/** The higher of two. */
export function higher(a: Tier, b: Tier): Tier {
  return TIERS.indexOf(a) >= TIERS.indexOf(b) ? a : b
}
