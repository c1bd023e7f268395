// Shows why the outage of something that every replica shares must not decide readiness.
import type { Impact } from 'hale'
import { playOutage, type Moment } from './outage.ts'

const show = ({ catalogue, ready }: Moment): string => `${ready} of 3 ready, customers got ${catalogue.join(', ')}`

for (const impact of ['fails', undefined] satisfies (Impact | undefined)[]) {
  const { before, during } = await playOutage(impact)
  console.log(`impact: ${impact ?? "degrades (Hale's default for a dependency)"}`)
  console.log(`  database up:   ${show(before)}`)
  console.log(`  database down: ${show(during)}\n`)
}
console.log('With "fails", one outage of the database took down what did not even need it.')
