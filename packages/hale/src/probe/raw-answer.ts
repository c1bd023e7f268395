/** What has arrived of an HTTP/1 answer. */
export interface RawAnswer {
  readonly status: number
  /** As far as it is there. */
  readonly body: string
  readonly isWhole: boolean
}

const HEAD_END = /\r?\n\r?\n/
/** Characters from which on it can be said whether it is HTTP. */
const ENOUGH = 'HTTP/1.1 200'.length

/**
 * Reads the bytes of an answer, given as latin1 text. Undefined as long as its head is not there; `foreign` when it is not
 * HTTP/1. Interim answers (1xx) are passed over. `node:http` would take a third of the probe's time to load.
 */
export function readRawAnswer(bytes: string, hasEnded: boolean): RawAnswer | 'foreign' | undefined {
  const code = /^HTTP\/1\.[01] (\d{3})(?!\d)/.exec(bytes)?.[1]
  if (code === undefined) return bytes.length > ENOUGH || (hasEnded && bytes !== '') ? 'foreign' : undefined
  const end = HEAD_END.exec(bytes)
  if (end === null) return undefined
  const status = Number(code)
  const rest = bytes.slice(end.index + end[0].length)
  if (status < 200 && status !== 101) return readRawAnswer(rest, hasEnded)
  const { body, isWhole } = readBody(status, bytes.slice(0, end.index), rest, hasEnded)
  return { status, body: Buffer.from(body, 'latin1').toString(), isWhole }
}

type Body = Pick<RawAnswer, 'body' | 'isWhole'>

function readBody(status: number, head: string, rest: string, hasEnded: boolean): Body {
  if (status < 200 || status === 204 || status === 304) return { body: '', isWhole: true }
  if (/^transfer-encoding:.*\bchunked[ \t]*\r?$/im.test(head)) return readChunks(rest)
  const length = /^content-length:[ \t]*(\d{1,15})[ \t]*\r?$/im.exec(head)?.[1]
  if (length === undefined) return { body: rest, isWhole: hasEnded }
  return { body: rest.slice(0, Number(length)), isWhole: rest.length >= Number(length) }
}

function readChunks(rest: string): Body {
  const size = /([0-9a-f]{1,8})[^\r\n]*\r?\n/iy
  let body = ''
  for (;;) {
    const length = Number.parseInt(size.exec(rest)?.[1] ?? '', 16)
    if (!(length > 0)) return { body, isWhole: length === 0 }
    const start = size.lastIndex
    body += rest.slice(start, start + length)
    const end = /\r?\n/y
    end.lastIndex = start + length
    if (!end.test(rest)) return { body, isWhole: false }
    size.lastIndex = end.lastIndex
  }
}
