/** Most checks that are read of one document; what is beyond is not looked at (S9). */
export const MAX_CHECKS = 1_000
/** Deepest nesting that is read (S9). */
export const MAX_DEPTH = 16

/** How many more checks may be read of one document. Counts down while a document is read. */
export interface Budget {
  /** Takes one check out of the budget; false when none is left. */
  take(): boolean
  /** True once something was left out. */
  readonly exhausted: boolean
}

/** A budget for one document. */
export function createBudget(checks: number = MAX_CHECKS): Budget {
  let left = checks
  return {
    take: () => left-- > 0,
    get exhausted() {
      return left < 0
    },
  }
}
