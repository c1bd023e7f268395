import { pino, type Logger } from 'pino'
import { openOutput, toSentence } from './output.ts'
import type { Terminal } from './terminal.ts'

/**
 * The monitor's log: warnings and errors only, unless `HALE_LOG_LEVEL` says otherwise. On a terminal one quiet line each;
 * elsewhere pino's JSON on standard error, for whatever collects it. A log that cannot be written stops nothing.
 */
export function createLogger({ interactive, paint }: Terminal): Logger {
  const level = process.env['HALE_LOG_LEVEL'] ?? 'warn'
  const output = openOutput(process.stderr, interactive ? toSentence : toJson)
  if (!interactive) return pino({ level }, { write: (json: string) => void output.write(json) })
  return pino(
    { level },
    {
      write(json: string) {
        const { level: severity, msg, err } = JSON.parse(json) as LogLine
        const mark = severity >= ERROR ? paint('red', '✖') : paint('yellow', '!')
        const cause = err?.message === undefined ? '' : `: ${err.message}`
        output.write(`  ${mark} ${msg ?? ''}${cause}\n`)
      },
    },
  )
}

const WARN = 40
const ERROR = 50

interface LogLine {
  readonly level: number
  readonly msg?: string
  readonly err?: { readonly message?: string }
}

function toJson(lost: number, code: string): string {
  const msg = 'lines of this log are missing: it could not be written'
  return `${JSON.stringify({ level: WARN, time: Date.now(), pid: process.pid, lost, code, msg })}\n`
}
