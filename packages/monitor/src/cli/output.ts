import { writeSync } from 'node:fs'

/** One of the process's own outputs: a terminal, a pipe, a file. */
export interface Output {
  /** Writes whole lines, at once. Returns what hindered it, as the system calls it (`ENOSPC`); undefined when all is written. */
  readonly write: (lines: string) => string | undefined
}

export interface OutputOptions {
  /** Writes some of the bytes and returns how many. */
  readonly writeSome: (bytes: Uint8Array) => number
  /** The line, with its end, that says on recovery how much is missing. */
  readonly toNotice: (lost: number, code: string) => string
}

/** A pipe that somebody made non-blocking and that is full is given this long to be read. */
const FULL_PIPE_TRIES = 10
const FULL_PIPE_WAIT_MS = 10

/**
 * An output that cannot be written ends no monitor: a full disk is when it is needed most. What cannot be written is dropped
 * and counted, and the count is said before the next line that can be. Node's own streams do not come back after an error.
 */
export function createOutput({ toNotice, writeSome }: OutputOptions): Output {
  let lost = 0
  let lastCode = ''
  /** The disk ended in the middle of a line. */
  let torn = false

  function put(text: string): string | undefined {
    let left: Uint8Array = Buffer.from(torn ? `\n${text}` : text)
    const whole = left.length
    for (let full = 0; left.length > 0;) {
      try {
        left = left.subarray(writeSome(left))
      } catch (error) {
        const { code = 'UNKNOWN' } = error as NodeJS.ErrnoException
        full += 1
        if (code === 'EINTR' || (code === 'EAGAIN' && full < FULL_PIPE_TRIES)) {
          if (code === 'EAGAIN') Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, FULL_PIPE_WAIT_MS)
          continue
        }
        torn ||= left.length < whole
        // Only the end of the line is owed.
        return left.length === 1 && whole > 1 ? undefined : code
      }
    }
    torn = false
    return undefined
  }

  return {
    write(lines) {
      if (lost > 0 && put(toNotice(lost, lastCode)) === undefined) lost = 0
      const code = lost > 0 ? lastCode : put(lines)
      if (code === undefined) return undefined
      lastCode = code
      lost += lines.split('\n').length - 1
      return code
    },
  }
}

/** @param stream is written past; it is told to be quiet about readers that went away. */
export function openOutput(
  stream: NodeJS.WriteStream & { readonly fd: number },
  toNotice: OutputOptions['toNotice'],
): Output {
  // Others write to it too: the help, and Node's own warnings.
  stream.on('error', () => {})
  return createOutput({ toNotice, writeSome: (bytes) => writeSync(stream.fd, bytes) })
}

/** For a person. */
export function toSentence(lost: number, code: string): string {
  return `  ${lost === 1 ? '1 line is' : `${lost} lines are`} missing here: this output could not be written (${code}).\n`
}
