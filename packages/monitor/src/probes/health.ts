import { isJudged, severity, type CheckReport, type Code, type Report, type Result } from 'hale'
import { flattenChecks } from 'hale/formats/flatten'
import { readHealthDocument } from 'hale/formats/read'
import type { ComponentOutcome, DocumentInfo, ProbeOutcome } from '../model.ts'
import { judgeManner, worst } from './expectation.ts'
import { failedResult } from './failure.ts'
import type { HttpResponse } from './hop.ts'
import type { Prober } from './prober.ts'
import type { Transport } from './transport.ts'

/** Asks a health URL, reads the document it answers, and makes its checks components of the target. */
export function createHealthProber(transport: Transport, wall: () => number): Prober {
  return {
    async probe(target, context): Promise<ProbeOutcome> {
      const exchange = await transport.exchange(target, context)
      const { outcome, durationMs, phases, certificate, where } = exchange
      const measured = { durationMs, phases, certificate }
      if ('error' in outcome) {
        return { ...measured, result: failedResult(outcome.error, where), document: undefined, components: [] }
      }
      const { result, document, components } = readAnswer(outcome.response)
      return {
        ...measured,
        result: worst(result, judgeManner(exchange, target.http, wall())) ?? result,
        document,
        components,
      }
    },
    forget: (targetId) => transport.forget(targetId),
    [Symbol.asyncDispose]() {
      transport.close()
      return Promise.resolve()
    },
  }
}

/** What an answer of a health URL says, of the whole and of each part. */
export function readAnswer(response: HttpResponse): Pick<ProbeOutcome, 'result' | 'components'> & {
  readonly document: DocumentInfo
} {
  const { body, status, contentType, truncated } = response
  const { format, certainty, problem, report } = readHealthDocument({ status, contentType, body, truncated })
  const components = flattenChecks(report).map(({ name, check }) => toComponent(name, check))
  return {
    result: toResult(report, components, problem),
    document: { format, certainty: certainty === 'none' ? undefined : certainty, problem },
    components,
  }
}

/** The document's own status; what is wrong is told by its worst component, by the document, or by the reader. */
function toResult(report: Report, components: readonly ComponentOutcome[], problem: string | undefined): Result {
  const { status } = report
  if (status === 'healthy') return problem === undefined ? HEALTHY : { status, message: problem }
  const culprit = worstComponent(components)
  const message = joinSentences(report.message, culprit === undefined ? undefined : describe(culprit), problem)
  const code = report.code ?? codeFor(status, culprit)
  return { status, ...(code === undefined ? {} : { code }), ...(message === '' ? {} : { message }) }
}

const HEALTHY: Result = Object.freeze({ status: 'healthy' })

function codeFor(status: Report['status'], culprit: ComponentOutcome | undefined): Code | undefined {
  if (!isJudged(status)) return undefined
  if (culprit?.result.status === 'unhealthy') return 'COMPONENT_UNHEALTHY'
  return status === 'unhealthy'
    ? 'REPORTED_UNHEALTHY'
    : status === 'degraded'
      ? 'REPORTED_DEGRADED'
      : 'REPORTED_UNKNOWN'
}

/** The first of the most severe; of a parent and its child, which are equally bad, the child: it is the cause. */
function worstComponent(components: readonly ComponentOutcome[]): ComponentOutcome | undefined {
  let found: ComponentOutcome | undefined
  for (const each of components) {
    const bad = severity(each.result.status)
    if (bad === 0 || each.impact === 'informs') continue
    const than = found === undefined ? 0 : severity(found.result.status)
    if (bad > than || (bad === than && found !== undefined && each.name.startsWith(`${found.name}/`))) found = each
  }
  return found
}

function describe({ name, result }: ComponentOutcome): string {
  const code = result.code === undefined ? '' : ` (${result.code})`
  return `${name} is ${result.status}${code}${result.message === undefined ? '' : `: ${result.message}`}`
}

function joinSentences(...parts: readonly (string | undefined)[]): string {
  return parts
    .filter((part) => part !== undefined)
    .map((part) => (/[.!?…]$/.test(part) ? part : `${part}.`))
    .join(' ')
}

function toComponent(name: string, check: CheckReport): ComponentOutcome {
  const { status, code, message, observed, data, durationMs, impact, runbook } = check
  return {
    name,
    result: {
      status,
      ...(code === undefined ? {} : { code }),
      ...(message === undefined ? {} : { message }),
      ...(observed === undefined ? {} : { observed }),
      ...(data === undefined ? {} : { data }),
    },
    durationMs,
    impact,
    runbook,
  }
}
