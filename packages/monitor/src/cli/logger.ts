import { pino, type Logger } from 'pino'
import type { Terminal } from './terminal.ts'

/**
 * The monitor's log: warnings and errors only, unless `HALE_LOG_LEVEL` says otherwise. On a terminal one quiet line each;
 * elsewhere pino's JSON on standard error, for whatever collects it.
 */
export function createLogger({ interactive, paint }: Terminal): Logger {
  const level = process.env['HALE_LOG_LEVEL'] ?? 'warn'
  if (!interactive) return pino({ level }, pino.destination({ fd: 2, sync: true }))
  return pino(
    { level },
    {
      write(json: string) {
        const { level: severity, msg, err } = JSON.parse(json) as LogLine
        const mark = severity >= ERROR ? paint('red', '✖') : paint('yellow', '!')
        const cause = err?.message === undefined ? '' : `: ${err.message}`
        process.stderr.write(`  ${mark} ${msg ?? ''}${cause}\n`)
      },
    },
  )
}

const ERROR = 50

interface LogLine {
  readonly level: number
  readonly msg?: string
  readonly err?: { readonly message?: string }
}
