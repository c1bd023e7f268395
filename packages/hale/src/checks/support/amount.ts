/**
 * A part of a whole (`20%`), or bytes (`5GB`, `512MiB`, or a number of them). `GB` is 10⁹ bytes, `GiB` 2³⁰. A plain number
 * is 0 or at least 1024: less, such as 10, was meant as a share or with a unit, and is refused.
 */
export type Amount = `${number}%` | `${number}${ByteUnit}` | number | (string & {})

type ByteUnit = 'B' | 'KB' | 'MB' | 'GB' | 'TB' | 'KiB' | 'MiB' | 'GiB' | 'TiB'

const BYTES: Readonly<Record<ByteUnit, number>> = {
  B: 1,
  KB: 1e3,
  MB: 1e6,
  GB: 1e9,
  TB: 1e12,
  KiB: 2 ** 10,
  MiB: 2 ** 20,
  GiB: 2 ** 30,
  TiB: 2 ** 40,
}

/** An amount that was read: a share from 0 to 1, or bytes. */
export type ReadAmount = { readonly share: number } | { readonly bytes: number }

/** The least number without a unit that is believed to mean bytes, besides 0. */
const LEAST_BYTES = 1024

/** Reads an amount strictly; undefined when it is none. */
export function parseAmount(input: unknown): ReadAmount | undefined {
  if (typeof input === 'number') {
    return input === 0 || (Number.isFinite(input) && input >= LEAST_BYTES) ? { bytes: input } : undefined
  }
  if (typeof input !== 'string' || input.length > 32) return undefined
  const [, digits, unit] = /^(\d+(?:\.\d+)?) ?(%|[KMGT]?i?B)$/.exec(input) ?? []
  const value = Number(digits)
  if (unit === '%') return value <= 100 ? { share: value / 100 } : undefined
  return unit !== undefined && isByteUnit(unit) ? { bytes: value * BYTES[unit] } : undefined
}

/** What is wrong with a number that is too small to mean bytes; undefined when it is none. */
export function unitProblem(input: unknown): string | undefined {
  if (typeof input !== 'number' || !(input > 0 && input < LEAST_BYTES)) return undefined
  return `${input} would be bytes; write "${input}%" for a share, or a unit as in "${input}GB"`
}

function isByteUnit(unit: string): unit is ByteUnit {
  return Object.hasOwn(BYTES, unit)
}

/** The amount in bytes, when the whole is `total`. */
export function toBytes(amount: ReadAmount, total: number): number {
  return 'bytes' in amount ? amount.bytes : amount.share * total
}

/** One decimal, none when it is zero: `12.3`, `5`. */
export function round(value: number): number {
  return Math.round(value * 10) / 10
}
