const MINUTE = new Intl.DateTimeFormat('en-GB', { timeZone: 'UTC', hour: '2-digit', minute: '2-digit' })
const DAY = new Intl.DateTimeFormat('en-GB', { timeZone: 'UTC', day: 'numeric', month: 'short', year: 'numeric' })

/** A moment for a person who reads at `now`: `14:02 UTC`, with the day in front when it is another one. */
export function describeMoment(at: number, now: number): string {
  return `${dayUnlessSame(at, now)}${MINUTE.format(at)} UTC`
}

/** A span for a person who reads at `now`: `14:02–14:09 UTC`. */
export function describeSpan(from: number, to: number, now: number): string {
  return `${dayUnlessSame(from, now)}${MINUTE.format(from)}–${dayUnlessSame(to, from)}${MINUTE.format(to)} UTC`
}

function dayUnlessSame(at: number, reference: number): string {
  const day = DAY.format(at)
  return day === DAY.format(reference) ? '' : `${day} `
}
