import { defineCheck, type CheckContext, type DependencyCheck } from '../core/check.ts'
import { resultFromError } from '../core/error-codes.ts'
import { unhealthy, type Result } from '../core/result.ts'
import { isText, oneOf, secretRule, textRule, type Rules } from '../core/rules.ts'
import type { HttpTls } from './support/http-exchange.ts'
import { inTime, within } from './support/in-time.ts'
import { refuseMisuse } from './support/misuse.ts'
import { hostRule, portRule, trustRule } from './support/network-rules.ts'
import { judgeTime, TIME_LIMITS, type TimeLimits } from './support/response-time.ts'
import { SmtpTalk, type Reply } from './support/smtp-talk.ts'
import { nameOfHost } from './support/start-tls.ts'

export interface SmtpOptions extends TimeLimits {
  /** Name or address. */
  readonly host: string
  /** 1 to 65535. Default 25; 465 when `secure` is `tls`. */
  readonly port?: number
  /** `none`, `starttls` (refused when the server does not offer it) or `tls` from the first byte. Default `none`. */
  readonly secure?: 'none' | 'starttls' | 'tls'
  /** User to log in as, by `AUTH PLAIN`; needs `password`, and is sent over TLS only. Default: no login. */
  readonly user?: string
  /** The user's password. Default: no login. */
  readonly password?: string
  /** How it calls itself in `EHLO`. Default the host's name. */
  readonly name?: string
  /**
   * Trust and identity for TLS: `ca`, `cert`, `key`, `passphrase`, `servername`, `rejectUnauthorized`. Default: the
   * system's.
   */
  readonly tls?: HttpTls
}

const RULES: Rules<SmtpOptions> = {
  host: hostRule,
  port: portRule,
  secure: oneOf('none', 'starttls', 'tls'),
  user: (user, { password, secure = 'none' }) => {
    if ((user === undefined) !== (password === undefined)) return 'needs a password, and a password needs a user'
    return textRule(user) || (user !== undefined && secure === 'none' && 'is sent over TLS only: set secure')
  },
  password: secretRule,
  name: (name) => name !== undefined && !(isText(name) && /^[\w.[\]:-]{1,255}$/.test(name)) && 'is not a name',
  tls: trustRule,
  ...TIME_LIMITS,
}

/**
 * Greets a mail server, changes to TLS and logs in where that is asked for, and says goodbye; sends no mail. Costs one
 * connection per run.
 *
 * Observed: time of the whole talk in ms. Data: what the server offers.
 *
 * Codes: `NOT_READY` for 421 and other 4xx; `TLS_FAILED` also when STARTTLS is not offered.
 *
 * @throws {HealthSetupError} when the options cannot work.
 */
export function smtp(options: SmtpOptions): DependencyCheck {
  refuseMisuse('smtp', options, RULES)
  const { host, secure = 'none', name = nameOfHost() } = options
  const port = options.port ?? (secure === 'tls' ? 465 : 25)
  const place = `${host.includes(':') ? `[${host}]` : host}:${port}`
  const wanted: Wanted = { ...options, port, secure, name, place }
  return defineCheck({ kind: 'smtp', defaults: { every: '1m', timeout: '5s' }, run: (context) => run(context, wanted) })
}

interface Wanted extends SmtpOptions {
  readonly port: number
  readonly secure: 'none' | 'starttls' | 'tls'
  readonly name: string
  readonly place: string
}

function run(context: CheckContext, wanted: Wanted): Promise<Result> {
  const { clock } = context
  const startedAt = clock.now()
  const talk = new SmtpTalk(wanted)
  const answer = converse(talk, wanted)
    .then(({ offers, problem }) => {
      const took = clock.now() - startedAt
      return problem ?? judgeTime(took, wanted, `The mail server at ${wanted.place}`, { offers })
    })
    .catch((error: unknown) => resultFromError(error, wanted.place))
    .finally(() => talk.end())
  return inTime(context, answer, () => {
    talk.end()
    const message = `The mail server at ${wanted.place} did not get through its greeting ${within(context)}. See whether it is overloaded, or looks names up that are not there.`
    return unhealthy('TIMEOUT', message)
  })
}

interface Outcome {
  /** What the server offers, such as `STARTTLS` and `SIZE`. */
  readonly offers: readonly string[]
  readonly problem?: Result
}

async function converse(talk: SmtpTalk, wanted: Wanted): Promise<Outcome> {
  const { name, password = '', place, secure, user } = wanted
  const greeting = await talk.greeting()
  if (greeting.code !== 220) return refused(greeting, 'the connection', place)
  let { offers, problem } = await hello(talk, wanted)
  if (problem !== undefined) return { offers, problem }
  if (secure === 'starttls') {
    if (!offers.includes('STARTTLS')) {
      const message = `${place} does not offer STARTTLS. See its configuration, and whether something on the way takes it out.`
      return { offers, problem: unhealthy('TLS_FAILED', message, { data: { offers } }) }
    }
    const ready = await talk.ask('STARTTLS')
    if (ready.code !== 220) return refused(ready, 'STARTTLS', place)
    await talk.startTls()
    // What was offered before could have been forged (RFC 3207, 4.2).
    ;({ offers, problem } = await hello(talk, wanted))
    if (problem !== undefined) return { offers, problem }
  }
  if (user !== undefined) {
    const token = Buffer.from(`\0${user}\0${password}`).toString('base64')
    const login = await talk.ask(`AUTH PLAIN ${token}`)
    if (login.code !== 235) return refused(login, 'the login', place)
  }
  // It has answered all that was to be known; not every server says goodbye.
  await talk.ask('QUIT').catch(() => {})
  return { offers }

  async function hello(talk: SmtpTalk, { place }: Wanted): Promise<Outcome> {
    const reply = await talk.ask(`EHLO ${name}`)
    if (reply.code !== 250) return refused(reply, 'EHLO', place)
    return { offers: reply.lines.slice(1).map((line) => (line.split(' ')[0] ?? '').toUpperCase()) }
  }
}

/**
 * https://datatracker.ietf.org/doc/html/rfc5321#section-4.2.3, https://datatracker.ietf.org/doc/html/rfc4954#section-6
 */
function refused({ code }: Reply, what: string, place: string): Outcome {
  const problem =
    code === 421 || (code >= 400 && code < 500)
      ? unhealthy('NOT_READY', `${place} put off ${what} (${code}). See its log and its queue.`)
      : [530, 534, 535, 538].includes(code)
        ? unhealthy('AUTH_FAILED', `${place} refused ${what} (${code}). Correct user and password.`)
        : code === 0
          ? unhealthy(
              'PROTOCOL_ERROR',
              `${place} does not speak SMTP. See whether the port is that of another service.`,
            )
          : unhealthy('QUERY_FAILED', `${place} refused ${what} (${code}). See its log.`)
  return { offers: [], problem }
}
