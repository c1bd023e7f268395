import { degraded, unhealthy, type Result } from '../../core/result.ts'
import type { Code } from '../../core/codes.ts'
import { parseAmount, round } from './amount.ts'
import type { FieldProblems } from './misuse.ts'

/** A part of a whole: `80%`. */
export type Share = `${number}%` | (string & {})

/** What is wrong with shares, by field, for `refuseMisuse`. */
export function shareProblems(shares: Readonly<Record<string, Share | undefined>>): FieldProblems {
  return Object.fromEntries(
    Object.entries(shares).map(([field, share]) => [
      field,
      share !== undefined && shareOf(share) === undefined && `${JSON.stringify(share)} is not a share such as '80%'`,
    ]),
  )
}

interface Used {
  /** 0 to 1. */
  readonly share: number
  readonly degraded?: Share | undefined
  readonly unhealthy?: Share | undefined
  readonly code: Code
  /** Such as `17 of 20 connections of the pool to db:5432 are in use`. */
  readonly what: string
  readonly tryThis: string
}

/** A result when more of something is used than its limits allow; undefined when not. Observed: %. */
export function judgeShare({ share, degraded: soft, unhealthy: hard, code, what, tryThis }: Used): Result | undefined {
  for (const [judge, limit] of [
    [unhealthy, hard],
    [degraded, soft],
  ] as const) {
    if (limit !== undefined && share > (shareOf(limit) ?? Infinity)) {
      const message = `${what} (${round(share * 100)} %), limit ${limit}. ${tryThis}`
      return judge(code, message, { observed: { value: round(share * 100), unit: '%' } })
    }
  }
  return undefined
}

/** 0 to 1; undefined when it is no share. */
export function shareOf(share: unknown): number | undefined {
  const amount = parseAmount(share)
  return amount !== undefined && 'share' in amount ? amount.share : undefined
}
