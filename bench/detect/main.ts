// How soon each check detects each fault of a real server, how soon it sees that it is over, and what it costs the server.
// `--cost` measures the cost only; `--only` those servers whose name fits a pattern.
import { writeFile } from 'node:fs/promises'
import { parseArgs } from 'node:util'
import { BEDS } from '../../packages/hale/test/subjects/all.ts'
import { measureCost } from './cost.ts'
import type { Passed } from './tap.ts'

const { values } = parseArgs({
  options: {
    cost: { type: 'boolean', default: false },
    only: { type: 'string', default: '' },
  },
})
const beds = Object.entries(BEDS).filter(([name]) => new RegExp(values.only).test(name))

await tellCost()

/** Check by check and client by client, beside one another as they are read. */
async function tellCost(): Promise<void> {
  const measured: Record<string, Record<string, Passed>> = {}
  for (const [, open] of beds) {
    await using bed = await open()
    for (const subject of bed.subjects) {
      const cost = await measureCost(bed.server, subject)
      ;(measured[subject.check] ??= {})[subject.client] = cost
      const { exchanges, opens, received, sent } = cost
      const name = `${subject.check} · ${subject.client}`
      console.log(`${name.padEnd(42)} ${opens} opened  ${exchanges} written  ${sent} B to  ${received} B from`)
    }
  }
  const text = JSON.stringify(
    Object.fromEntries(Object.entries(measured).toSorted(([a], [b]) => a.localeCompare(b))),
    undefined,
    2,
  )
  if (values.only === '') await writeFile(new URL('measured.json', import.meta.url), `${text}\n`)
}
