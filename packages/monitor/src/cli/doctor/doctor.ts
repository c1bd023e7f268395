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
  const app = await readApp(folder)
  const checks = options.url === undefined ? app.checks : await readRunning(options.url, options.key)
  const findings = assess({ ...app, checks })
  if (options.json === true) terminal.print(JSON.stringify({ findings, unread: app.unread }, undefined, 2))
  else {
    const source = options.url === undefined ? 'read from the imports of hale/checks in its files' : 'as it says itself'
    print(findings, terminal)
    terminal.print(terminal.paint('dim', `  ${counted(checks.length, 'check')}, ${source}.`))
    for (const file of app.unread) terminal.print(terminal.paint('dim', `  Not read: ${plainText(file, LONGEST)}`))
    terminal.print()
  }
  return findings.length
}

function print(findings: readonly Finding[], { paint, print }: Terminal): void {
  print()
  for (const { code, lines, what, where, why } of findings) {
    const mark = code === 'NOT_COVERED' ? paint(['red', 'bold'], '✖') : paint('yellow', '▲')
    print(`  ${mark} ${paint('bold', plainText(what, LONGEST))}`)
    print(`    ${why}`)
    if (where !== undefined) print(paint('dim', `    ${plainText(where, LONGEST)}`))
    if (lines.length > 0) print()
    for (const line of lines)
      print(paint('cyan', `      ${/^ */.exec(line)?.[0] ?? ''}${plainText(line, LONGEST).trim()}`))
    print()
  }
  if (findings.length === 0) print(`  ${paint('green', '●')} Nothing found: what is here is checked.`)
  else print(`  ${paint('bold', counted(findings.length, 'finding'))}. What each means: docs/doctor.md`)
}

const counted = (count: number, what: string): string => `${count} ${what}${count === 1 ? '' : 's'}`

async function readRunning(url: string, key: string | undefined): Promise<readonly KnownCheck[]> {
  const { report } = await ask(url, key)
  const checks = Object.entries(report.checks)
  if (checks.some(([, { kind }]) => kind !== undefined)) {
    return checks.map(([name, { impact, kind = name }]) => ({
      name,
      kind,
      ...(impact === undefined ? {} : { impact }),
    }))
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
