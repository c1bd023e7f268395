/** The header in which a service that asks another's health says how many asked before it (E12). */
export const HOP_HEADER = 'health-hop'

/** Services that may ask each other in a row; the next only says what it knows. */
export const MAX_HOPS = 3

/** The hop that a request says; 0 without the header. What is no number counts as too many. */
export function readHop(header: string | undefined): number {
  if (header === undefined) return 0
  return /^\d{1,9}$/.test(header) ? Number(header) : MAX_HOPS + 1
}
