import { formatDuration } from 'hale'
import type { TargetSummary } from '@hale/contract'
import { createPaint, statusWord, type Paint } from '../channels/status-word.ts'
import { plainText } from '../plain-text.ts'
import { openOutput, toSentence } from './output.ts'
import { UsageError } from './usage.ts'

/** Writes for a person, in colour where that is wanted. */
export interface Terminal {
  /** Whether a person reads it; else a file or a collector does. */
  readonly interactive: boolean
  readonly colour: boolean
  /** Writes a line. Returns what hindered it (`ENOSPC`); undefined when it is written. */
  readonly print: (line?: string) => string | undefined
  readonly paint: Paint
}

export function createTerminal(out: NodeJS.WriteStream & { readonly fd: number }, env: NodeJS.ProcessEnv): Terminal {
  const output = openOutput(out, toSentence)
  const interactive = out.isTTY
  const colour = interactive && (env['NO_COLOR'] ?? '') === '' && env['TERM'] !== 'dumb'
  return {
    interactive,
    colour,
    print: (line = '') => output.write(`${line}\n`),
    paint: createPaint(colour),
  }
}

/**
 * For a command that ends when it has said what it has to say: it fails where that cannot be written, unless its reader
 * went away, as `head` does.
 *
 * @returns a terminal whose `print` throws a {@link UsageError}
 */
export function orFail(terminal: Terminal): Terminal {
  return {
    ...terminal,
    print(line) {
      const hindrance = terminal.print(line)
      if (hindrance !== undefined && hindrance !== 'EPIPE') throw new UsageError(notWritten(hindrance))
      return hindrance
    },
  }
}

/** Says that the output is lost, for a person. */
export function notWritten(hindrance: string): string {
  const why = hindrance === 'ENOSPC' ? 'no space left' : hindrance
  return `The output could not be written: ${why}.`
}

const LONGEST_NAME = 32
const LONGEST_CAUSE = 100

/** One line a target, aligned with those of the others: `● healthy      payments     12 ms  http://…`. */
export function createTargetLines(terminal: Terminal, names: readonly string[]): (target: TargetSummary) => string {
  const width = Math.min(LONGEST_NAME, Math.max(0, ...names.map((name) => name.length)))
  return ({ name, status, durationMs, address, sentence }) => {
    const word = statusWord(terminal.paint, status)
    const took = (durationMs === null ? '' : formatDuration(durationMs)).padStart(8)
    const cause = /, because (?<cause>.+)$/u.exec(sentence)?.groups?.['cause']
    const rest = cause === undefined ? terminal.paint('dim', address) : plainText(cause, LONGEST_CAUSE)
    return `  ${word}  ${plainText(name, LONGEST_NAME).padEnd(width)}  ${terminal.paint('dim', took)}  ${rest}`
  }
}
