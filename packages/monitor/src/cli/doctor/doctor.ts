import { assess, type Finding, type KnownCheck } from 'hale/doctor'
import { readHealthDocument, type HealthDocument } from 'hale/formats/read'
import { plainText } from '../../plain-text.ts'
import type { Terminal } from '../terminal.ts'
import { UsageError } from '../usage.ts'
import { readApp } from './read-app.ts'

export interface DoctorOptions {
  /** Health document of the running app, instead of what its sources show. */
  readonly url?: string
  /** Opens the whole document. */
  readonly key?: string
  readonly json?: boolean
}

const LONGEST = 400
const WAIT_MS = 10_000

/**
 * `hale doctor`: says what an app depends on that nothing checks, and what is unwise.
 *
 * @returns how many findings there are.
 * @throws {UsageError} when the folder or the address cannot be read.
 */
export async function doctor(folder: string, options: DoctorOptions, terminal: Terminal): Promise<number> {
  const { hasPackageJson, unread, ...app } = await readApp(folder)
  const checks = options.url === undefined ? app.checks : await readRunning(options.url, options.key, app.checks)
  const findings = assess({ ...app, checks, pasteInto: hasPackageJson ? 'app' : 'serve' })
  if (options.json === true) terminal.print(JSON.stringify({ findings, unread }, undefined, 2))
  else {
    print(findings, unread.length === 0, terminal)
    for (const line of summary(options, checks, app.dependencies, hasPackageJson)) note(line, terminal)
    for (const file of unread) note(`Not read: ${plainText(file, LONGEST)}`, terminal)
    terminal.print()
  }
  return findings.length
}

function summary(
  { url }: DoctorOptions,
  checks: readonly KnownCheck[],
  dependencies: readonly string[],
  hasPackageJson: boolean,
): readonly string[] {
  const source = url === undefined ? 'read from the imports of hale/checks in its files' : 'as it says itself'
  const lines = [`${counted(checks.length, 'check')}, ${source}.`]
  if (!hasPackageJson)
    return ['The lines are for a file of `hale serve`, which runs beside an app in any language: hale help serve']
  if (!dependencies.includes('hale')) lines.push('`hale` is not among its dependencies yet: npm install hale')
  return lines
}

function note(line: string, { paint, print }: Terminal): void {
  for (const each of wrap(line)) print(paint('dim', `  ${each}`))
}

function print(findings: readonly Finding[], whole: boolean, { paint, print }: Terminal): void {
  print()
  for (const { code, lines, what, where, why } of findings) {
    const mark = code === 'NOT_COVERED' ? paint(['red', 'bold'], '✖') : paint('yellow', '▲')
    const [first = '', ...rest] = wrap(plainText(what, LONGEST))
    print(`  ${mark} ${paint('bold', first)}`)
    for (const line of [...rest.map((each) => paint('bold', each)), ...wrap(why)]) print(`    ${line}`)
    if (where !== undefined) print(paint('dim', `    ${plainText(where, LONGEST)}`))
    if (lines.length > 0) print()
    for (const line of lines)
      print(paint('cyan', `      ${/^ */.exec(line)?.[0] ?? ''}${plainText(line, LONGEST).trim()}`))
    print()
  }
  if (findings.length === 0 && !whole) print(`  ${paint('yellow', '▲')} Nothing found in what could be read.`)
  else if (findings.length === 0) print(`  ${paint('green', '●')} Nothing found: what is here is checked.`)
  else print(`  ${paint('bold', counted(findings.length, 'finding'))}. What is judged, and how: hale help doctor`)
}

/** Lines that fit a terminal 80 wide, indented by up to four. */
const wrap = (text: string): readonly string[] => text.match(/\S.{0,74}(?=\s|$)|\S+/g) ?? []

const counted = (count: number, what: string): string => `${count} ${what}${count === 1 ? '' : 's'}`

/** What the app says it checks. Timeouts are in no report: those that its sources show are taken by name. */
async function readRunning(
  url: string,
  key: string | undefined,
  written: readonly KnownCheck[],
): Promise<readonly KnownCheck[]> {
  const { report } = await ask(url, key)
  const checks = Object.entries(report.checks)
  if (checks.some(([, { kind }]) => kind !== undefined)) {
    const sources = new Map(written.flatMap((each) => (each.name === undefined ? [] : [[each.name, each] as const])))
    return checks.map(([name, { impact, kind = name }]) => {
      const { probes, timeoutMs, where } = sources.get(name) ?? {}
      return {
        name,
        kind,
        ...(impact === undefined ? {} : { impact }),
        ...(probes === undefined ? {} : { probes }),
        ...(timeoutMs === undefined ? {} : { timeoutMs }),
        ...(where === undefined ? {} : { where }),
      }
    })
  }
  throw new UsageError(
    `What ${plainText(url, LONGEST)} answers names no checks. Give the app's key: HALE_APP_KEY=… hale doctor --url …`,
  )
}

async function ask(url: string, key: string | undefined): Promise<HealthDocument> {
  try {
    const answer = await fetch(url, {
      headers: { accept: 'application/json', ...(key === undefined ? {} : { 'x-api-key': key }) },
      redirect: 'error',
      signal: AbortSignal.timeout(WAIT_MS),
    })
    return readHealthDocument({ status: answer.status, body: await answer.text() })
  } catch {
    throw new UsageError('The address of --url does not answer. Is the app running?')
  }
}
