import { parseDuration } from '../core/duration.ts'
import { isReadableUrl, UNREADABLE_URL } from '../core/readable-url.ts'

export const USAGE = 'Usage: hale-probe [--timeout 5s] [--insecure] URL   (http:, https: or unix:/path/of.sock:/health)'

/** What to ask, and how. */
export interface ProbeArguments {
  /** As it was given, for the line that is printed. */
  readonly target: string
  readonly url: URL
  readonly socketPath?: string
  readonly timeoutMs: number
  /** Takes any certificate, as kubelet does. */
  readonly insecure: boolean
  readonly key?: string
}

/** Reads the command line; a text says what is wrong with it. The key is no argument: `ps` shows arguments to everybody. */
export function readProbeArguments(args: readonly string[], key?: string): ProbeArguments | string {
  const targets: string[] = []
  let timeout = '5s'
  let insecure = false
  for (let i = 0; i < args.length; i++) {
    const [name, value] = splitOnce(args[i] ?? '', '=')
    if (name === '--timeout') timeout = value ?? args[++i] ?? ''
    else if (name === '--insecure') insecure = true
    else if (name.startsWith('-')) return `there is no option ${name}`
    else targets.push(args[i] ?? '')
  }
  const [target] = targets
  if (target === undefined || targets.length > 1) return `it takes one URL, not ${targets.length}`
  const timeoutMs = parseDuration(timeout)
  if (timeoutMs === undefined || timeoutMs <= 0) return `--timeout ${timeout} is not a duration such as 500ms or 5s`

  if (key !== undefined && /[^\u0020-\u007E]/.test(key)) return 'HALE_KEY holds a character that no header may hold'

  const [, socketPath, path] = /^unix:(\/[^:]+)(?::(\/.*))?$/.exec(target) ?? []
  const address = socketPath === undefined ? target : `http://localhost${path ?? '/health'}`
  if (!/^https?:\/\//.test(address) || !URL.canParse(address)) return `${target} is not a URL of http:, https: or unix:`
  if (!isReadableUrl(address)) return UNREADABLE_URL
  return {
    target: withoutPassword(target),
    url: new URL(address),
    timeoutMs,
    insecure,
    ...(socketPath === undefined ? {} : { socketPath }),
    ...(key === undefined || key === '' ? {} : { key }),
  }
}

function splitOnce(text: string, at: string): [string, string?] {
  const index = text.startsWith('--') ? text.indexOf(at) : -1
  return index < 0 ? [text] : [text.slice(0, index), text.slice(index + 1)]
}

function withoutPassword(url: string): string {
  return url.replace(/\/\/[^/@]*@/, '//***@')
}
