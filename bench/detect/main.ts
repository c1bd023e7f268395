// How soon each check detects each fault of a real server, how soon it sees that it is over, and what it costs the server.
// `--others` puts Terminus and @godaddy/terminus beside them; `--cost` measures the cost only; `--only` those servers whose name fits a pattern (`local`: what has no server), `--times` each cell so often,
// `--lanes` so many checks side by side; `--markdown` prints tables for a page.
import { readFile, writeFile } from 'node:fs/promises'
import { parseArgs, styleText } from 'node:util'
import { BEDS } from '../../packages/hale/test/subjects/all.ts'
import type { Bed } from '../../packages/hale/test/subjects/subject.ts'
import { ofHale, type Contender } from './contender.ts'
import { measureCost } from './cost.ts'
import { localTasks, type LocalRow } from './local/matrix.ts'
import { toLocalLines, toLocalMarkdown, toLocalRemarks } from './local/report.ts'
import { inLanes, tryAll, type Row } from './matrix.ts'
import { toLines, toMarkdown, toRemarks } from './report.ts'
import { installRivals, rivalsOf, versions } from './rivals.ts'
import type { Passed } from './tap.ts'

const { values } = parseArgs({
  options: {
    cost: { type: 'boolean', default: false },
    markdown: { type: 'boolean', default: false },
    others: { type: 'boolean', default: false },
    only: { type: 'string', default: '' },
    times: { type: 'string', default: '3' },
    lanes: { type: 'string', default: '12' },
  },
})
/** What `--only` calls the checks that have no server. */
const LOCAL = 'local'
/** They keep a processor busy each, which is what some of them measure. */
const MOST_LOCAL_LANES = 4
const crashes = new Set<string>()
// What no client's listener takes would end the app of whoever has such a client.
process.on('uncaughtException', (error) => crashes.add(error.stack ?? error.message))

if (values.others) installRivals()
const startedAt = performance.now()
await using beds = new AsyncDisposableStack()
const opened: (readonly [string, Bed])[] = []
for (const [name, open] of Object.entries(BEDS)) {
  if (!isMeant(name)) continue
  opened.push([name, beds.use(await open())])
  process.stderr.write(`${name} `)
}
if (opened.length > 0) console.error('are up')
try {
  await (values.cost ? tellCost() : tellMatrix())
} catch (error) {
  console.error(error, ...crashes)
  process.exit(1)
}

function isMeant(name: string): boolean {
  return new RegExp(values.only).test(name)
}

async function tellMatrix(): Promise<void> {
  const times = Number(values.times)
  const contenders = await Promise.all(opened.map(([name, bed]) => contendersFor(name, bed)))
  const lanes = Number(values.lanes)
  const tasks = contenders.flat().map(([bed, contender]) => async (): Promise<Row> => {
    const row = await tryAll(bed, contender, times)
    console.error(toLines([row], 'detectMs').split('\n').at(-1))
    return row
  })
  const rows = await inLanes(lanes, tasks)
  const localRows = isMeant(LOCAL) ? await inLanes(Math.min(lanes, MOST_LOCAL_LANES), localTasks(times)) : []
  const minutes = (performance.now() - startedAt) / 60_000
  const whose = values.others ? `, ${versions()}` : ''
  console.log(`\nNode ${process.version}${whose}; ${times} times each, ${minutes.toFixed(1)} minutes in all\n`)
  if (rows.length > 0) tellRows(rows)
  if (localRows.length > 0) tellLocalRows(localRows)
  for (const crash of crashes) console.log(`Uncaught: ${crash}`)
}

function tellRows(rows: readonly Row[]): void {
  for (const [title, measure] of [
    ['Time to detect', 'detectMs'],
    ['Time to recover', 'recoverMs'],
  ] as const) {
    console.log(`${styleText('bold', title)}, seconds: median and worst\n`)
    console.log(`${(values.markdown ? toMarkdown : toLines)(rows, measure)}\n`)
  }
  for (const remark of toRemarks(rows)) console.log(remark)
}

function tellLocalRows(rows: readonly LocalRow[]): void {
  console.log(
    `\n${styleText('bold', 'In the process, on its machine and on its network')}, seconds: median and worst\n`,
  )
  console.log(`${(values.markdown ? toLocalMarkdown : toLocalLines)(rows)}\n`)
  for (const remark of toLocalRemarks(rows)) console.log(remark)
}

/** Each of ours, and below it those that the others have for it. */
async function contendersFor(name: string, bed: Bed): Promise<readonly (readonly [Bed, Contender])[]> {
  const { openAccount, subjects } = bed
  const own = subjects.map(ofHale)
  const others = values.others && openAccount !== undefined ? await rivalsOf(name, openAccount) : []
  const checks = [...new Set(own.map(({ check }) => check))]
  const inOrder = checks.flatMap((check) => [...own, ...others].filter((each) => each.check === check))
  return inOrder.map((contender) => [bed, contender])
}

/** Check by check and client by client, beside one another as they are read. */
async function tellCost(): Promise<void> {
  const file = new URL('measured.json', import.meta.url)
  // What is not measured again stays as it was.
  const measured: Record<string, Record<string, Passed>> = values.only === ''
    ? {}
    : (JSON.parse(await readFile(file, 'utf8')) as typeof measured)
  for (const [, bed] of opened) {
    for (const subject of bed.subjects) {
      const cost = await measureCost(bed, subject)
      ;(measured[subject.check] ??= {})[subject.client] = cost
      const { exchanges, opens, received, sent } = cost
      const name = `${subject.check} · ${subject.client}`
      console.log(`${name.padEnd(46)} ${opens} opened  ${exchanges} written  ${sent} B to  ${received} B from`)
    }
  }
  const sorted = Object.entries(measured).toSorted(([a], [b]) => a.localeCompare(b))
  const text = JSON.stringify(Object.fromEntries(sorted), undefined, 2)
  await writeFile(file, `${text}\n`)
}
