import type { CheckContext } from '../../core/check.ts'
import { resultFromError } from '../../core/error-codes.ts'
import type { Result } from '../../core/result.ts'
import type { HttpAnswer, HttpVisit, HttpVisitor } from './http-visitor.ts'
import { abortLate, within } from './in-time.ts'
import { shortened } from './peer.ts'

export interface Visit {
  readonly client: HttpVisitor
  readonly question: HttpVisit
  /** What the message says when nothing came in time: `(place) => 'No answer to GET …'`, and what to try. */
  readonly late: { readonly what: (place: string) => string; readonly tryThis: string }
  /** @param place the address that answered, after redirects. */
  readonly judge: (answer: HttpAnswer, place: string, ms: number) => Result
}

/** Asks over HTTP and judges what comes, within the time of the check. */
export function visitInTime(context: CheckContext, { client, judge, late, question }: Visit): Promise<Result> {
  const answer = async (signal: AbortSignal): Promise<Result> => {
    const startedAt = context.clock.now()
    let place = ''
    try {
      const given = await client.ask(question, signal, (url) => (place = placeOf(url)))
      return judge(given, place, context.clock.now() - startedAt)
    } catch (error) {
      return resultFromError(error, place)
    }
  }
  const message = `${late.what(placeOf(question.url))} ${within(context)}. ${late.tryThis}`
  return abortLate(context, answer, message)
}

const placeOf = ({ origin, pathname }: URL): string => shortened(`${origin}${pathname}`)
