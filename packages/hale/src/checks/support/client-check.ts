import { defineCheck, type CheckContext, type DependencyCheck } from '../../core/check.ts'
import { codeFromError, resultFromError, type MoreCodes } from '../../core/error-codes.ts'
import { oneLine } from '../../core/one-line.ts'
import { isReadableUrl, UNREADABLE_URL } from '../../core/readable-url.ts'
import { redact } from '../../core/redact.ts'
import { unhealthy, type Result } from '../../core/result.ts'
import { inTime, oneAtATime, within } from './in-time.ts'
import type { KeptClient } from './kept-client.ts'

/** What a check that asks through a client is made of. `C`: what is asked of the client. */
export interface ClientCheck<C> {
  readonly kind: string
  /** The app's own client, or one that the check keeps. */
  readonly through: { readonly client: C } | { readonly kept: KeptClient<C> }
  /** How messages call the server. */
  readonly place: string
  /** What is asked, for the message when there is no answer: `PING`. */
  readonly question: string
  readonly ask: (client: C, context: Pick<CheckContext, 'clock' | 'timeoutMs'>) => Promise<Result>
  /** The whole message for `NOT_FOUND`, where what is asked for has a name. */
  readonly notFound?: string
  /** Codes of errors that the common table does not know. */
  readonly codes?: MoreCodes
  /** A better answer than that nothing came or an error did, when the app's own client can tell more. */
  readonly explain?: (result: Result, client: C) => Result
}

/**
 * A check that asks through a client. One of the app's own is asked one question at a time, since it queues what it is
 * asked while it hangs; one that the check keeps is given up when it does not answer in time, and ended in the end.
 */
export function clientCheck<C>(parts: ClientCheck<C>): DependencyCheck {
  const { kind, through, place, codes, notFound } = parts
  const question = oneLine(redact(parts.question), LONGEST_QUESTION)
  const { ask, explain, drop } = 'kept' in through ? ofKept(parts, through.kept) : ofGiven(parts, through.client)
  const answer = async (context: CheckContext): Promise<Result> => {
    try {
      return await ask(context)
    } catch (error) {
      const result = resultFromError(error, place, codes)
      return explain(result.code === 'NOT_FOUND' && notFound !== undefined ? { ...result, message: notFound } : result)
    }
  }
  return defineCheck({
    kind,
    run: (context) =>
      inTime(context, answer(context), () => {
        drop?.()
        const message = `No answer to ${question} from ${place} ${within(context)}. See whether it is overloaded, locked up or out of reach.`
        return explain(unhealthy('TIMEOUT', message))
      }),
    ...(drop === undefined ? {} : { close: drop }),
  })
}

/** Of a question as messages show it. Characters. */
const LONGEST_QUESTION = 60

interface Access {
  readonly ask: (context: CheckContext) => Promise<Result>
  readonly explain: (result: Result) => Result
  readonly drop?: () => void
}

function ofKept<C>({ ask, codes }: ClientCheck<C>, kept: KeptClient<C>): Access {
  return {
    async ask(context) {
      const { client, drop } = await kept.get(context.timeoutMs)
      try {
        return await ask(client, context)
      } catch (error) {
        // Not every client says by an event that it is broken.
        if (codeFromError(error, codes) !== 'QUERY_FAILED') drop()
        throw error
      }
    },
    explain: (result) => result,
    drop: () => kept.drop(),
  }
}

function ofGiven<C>({ ask, explain }: ClientCheck<C>, client: C): Access {
  return {
    ask: oneAtATime((context) => ask(client, context)),
    explain: (result) => explain?.(result, client) ?? result,
  }
}

/** The URL, when a source is one; otherwise it is a client. */
export function urlOf(source: unknown): string | undefined {
  return typeof source === 'string' || source instanceof URL ? String(source) : undefined
}

/**
 * What is wrong with a source that must be a URL of one of these schemes, or a client with one of these methods.
 *
 * @returns for `refuseMisuse`.
 */
export function sourceProblem(source: unknown, schemes: readonly string[], methods: readonly string[]): string | false {
  const url = urlOf(source)
  if (url !== undefined) {
    if (!schemes.some((scheme) => url.startsWith(`${scheme}://`))) {
      return `the URL must begin with ${listed(schemes.map((scheme) => `${scheme}://`))}`
    }
    return !(namesPlace(url) && isReadableUrl(url)) && UNREADABLE_URL
  }
  const has = (method: string): boolean =>
    typeof (source as Readonly<Record<string, unknown>> | null | undefined)?.[method] === 'function'
  return !methods.some(has) && `must be a client with a ${listed(methods)} method, or a URL`
}

/** Some name several hosts, which `URL` does not know. */
function namesPlace(url: string): boolean {
  return URL.canParse(url) || URL.canParse(url.replace(/,[^@/?#]*(?=[/?#]|$)/, ''))
}

function listed(words: readonly string[]): string {
  return words.join(' or ')
}
