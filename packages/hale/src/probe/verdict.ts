import { formatDuration } from '../core/duration.ts'

/** What a probe found. */
export interface Verdict {
  readonly isHealthy: boolean
  /** One line for a person; Docker and Kubernetes keep it. */
  readonly line: string
}

const DEGRADED = /^(?:degraded|warn|warning)$/i
const UNHEALTHY = /^(?:unhealthy|fail|failed|failure|error|down|critical|ko|unavailable|out_of_service|not_serving)$/i
const MAX_LINE = 500

/** Judges an answer: 2xx is healthy, unless the body says that it is not (servers exist that always answer 200). */
export function createVerdict(target: string, code: number, body: string, durationMs: number): Verdict {
  const document = parse(body)
  const word = typeof document['status'] === 'string' ? document['status'] : ''
  const isHealthy = code >= 200 && code < 300 && !UNHEALTHY.test(word)
  const said = isHealthy ? (DEGRADED.test(word) ? 'degraded' : 'healthy') : 'unhealthy'
  const what = said === 'healthy' ? '' : troubles(document['checks'])
  const line = `${said}: ${target} answered ${code} in ${formatDuration(durationMs)}${what}`
  return { isHealthy, line: oneLine(line) }
}

/** The checks that are not well, where the document names them. */
function troubles(checks: unknown): string {
  if (typeof checks !== 'object' || checks === null) return ''
  const ill = Object.entries(checks).flatMap(
    ([name, check]: [string, { status?: unknown; message?: unknown } | null]) => {
      const { message, status } = check ?? {}
      if (typeof status !== 'string' || /^(?:healthy|skipped|pass|ok|up)$/i.test(status)) return []
      return [`${name} ${status}${typeof message === 'string' ? ` (${message})` : ''}`]
    },
  )
  return ill.length === 0 ? '' : `: ${ill.join(', ')}`
}

function parse(body: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(body)
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}
  } catch {
    return {}
  }
}

/** Control characters could break the log that the line ends up in. */
function oneLine(text: string): string {
  const line = text.replace(/[\p{Cc}\u2028\u2029]+/gu, ' ')
  return line.length > MAX_LINE ? `${line.slice(0, MAX_LINE)}…` : line
}
