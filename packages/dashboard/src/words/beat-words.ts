import type { Beat } from '@hale/contract'
import { plural } from './figures.ts'
import { responseTime } from './duration.ts'
import { STATUSES } from './status.ts'
import type { Times } from './time.ts'

/** What a row of beats shows, for those who do not see it: `Last 60 checks: 2 unhealthy, 58 healthy`. */
export function describeBeats(beats: readonly Beat[]): string {
  if (beats.length === 0) return 'No checks yet'
  const counts = STATUSES.map((status) => [status, beats.filter((beat) => beat[1] === status).length] as const)
  const words = counts.filter(([, count]) => count > 0).map(([status, count]) => `${count} ${status}`)
  return `Last ${plural(beats.length, 'check')}: ${words.join(', ')}`
}

/** One beat, for the pointer: `14:02:31 · unhealthy · took 182 ms`. */
export function describeBeat([at, status, durationMs]: Beat, times: Times): string {
  return [times.second(at), status, ...(durationMs === null ? [] : [`took ${responseTime(durationMs)}`])].join(' · ')
}
