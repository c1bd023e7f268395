/**
 * Reads a `Retry-After` header (RFC 9110, 10.2.3): whole seconds, or a date.
 *
 * @param wall the time now, for the form with a date.
 * @returns milliseconds to wait, 0 for a date that has passed; undefined when it says nothing that can be read.
 */
export function parseRetryAfter(header: string | undefined, wall: number): number | undefined {
  const text = header?.trim()
  if (text === undefined || text === '') return undefined
  if (/^\d{1,10}$/.test(text)) return Number(text) * 1_000
  // Only the forms of an HTTP date, which begin with the day of the week: Date.parse alone takes much else for a date.
  if (!/^(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)/.test(text)) return undefined
  const at = Date.parse(text)
  return Number.isNaN(at) ? undefined : Math.max(0, at - wall)
}
