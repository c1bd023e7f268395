import { defineCheck, type CheckContext, type DependencyCheck } from '../core/check.ts'
import { resultFromError } from '../core/error-codes.ts'
import { oneLine } from '../core/one-line.ts'
import { unknown, type Result } from '../core/result.ts'
import { isNames, optional, textsRule, type Rules } from '../core/rules.ts'
import { severity, type Status } from '../core/status.ts'
import type { HttpTls } from './support/http-exchange.ts'
import { HttpVisitor, type HttpVisit } from './support/http-visitor.ts'
import { abortLate, within } from './support/in-time.ts'
import { refuseMisuse } from './support/misuse.ts'
import { trustRule, urlOfProtocol } from './support/network-rules.ts'
import { readStatusPage, type PageComponent, type StatusPage } from './support/status-page.ts'

export interface StatusPageOptions {
  /**
   * Address of the page (`https://www.githubstatus.com`), of which `/api/v2/summary.json` is asked, or of such a document
   * itself, ending in `.json`.
   */
  readonly url: string | URL
  /**
   * Names or identifiers of the components you depend on: nothing else counts then, and they are shown below this check.
   * Default: what the page says of the whole.
   */
  readonly components?: readonly string[]
  /**
   * Headers to send besides Hale's own, to the host of `url` only, such as the key of a page that is not public.
   * Default: none.
   */
  readonly headers?: Readonly<Record<string, string>>
  /**
   * Trust and identity for `https:`: `ca`, `cert`, `key`, `passphrase`, `servername`, `rejectUnauthorized`. Default:
   * the system's.
   */
  readonly tls?: HttpTls
}

/** The largest pages there are have some hundreds of kilobytes. */
const MAX_BODY_BYTES = 4_194_304
/** Components and incidents that a message names at most. */
const MOST_NAMED = 3

const RULES: Rules<StatusPageOptions> = {
  url: urlOfProtocol('http:', 'https:'),
  components: optional('a list of names or identifiers', isNames),
  headers: textsRule,
  tls: trustRule,
}

/**
 * Takes over what a supplier says of itself on a status page of Statuspage (statuspage.io), of those who copied its API,
 * such as incident.io, or of Instatus. It is what people wrote there, often late: only your own check of what you use says
 * whether that works, so this one `informs` unless you say otherwise. Costs one request per run over a connection that is
 * kept, answered without a body as long as nothing changed, where the page's server offers that (`ETag`). Asked every
 * minute unless told otherwise. A page that cannot be read says nothing of the supplier: that is `unknown`. When the page
 * was last edited says nothing of its freshness, so that is not judged.
 *
 * Observed: incidents that are open. Data: the page's word, names of incidents and of maintenances under way.
 *
 * Codes: `REPORTED_DEGRADED` and the like when the page does not say which component.
 *
 * @throws {HealthSetupError} when the options cannot work.
 */
export function statusPage(options: StatusPageOptions): DependencyCheck {
  refuseMisuse('status-page', options, RULES)
  const { components = [] } = options
  const reader = new PageReader(documentUrl(new URL(options.url)), options)
  return defineCheck({
    kind: 'status-page',
    defaults: { every: '1m', timeout: '5s', impact: 'informs' },
    run: (context) => run(context, reader, components),
    close: () => reader.close(),
  })
}

function documentUrl(page: URL): URL {
  if (page.pathname.endsWith('.json')) return page
  const url = new URL(page)
  url.pathname = `${page.pathname.replace(/\/$/, '')}/api/v2/summary.json`
  return url
}

/** What was answered, read; or why it could not be. */
type Reading = { readonly page: StatusPage } | { readonly problem: Result }

/** Asks for the document, and keeps what it read for as long as the server says that it is the same. */
class PageReader {
  readonly place: string
  readonly #question: Omit<HttpVisit, 'hop'>
  readonly #client: HttpVisitor
  #kept: { readonly etag: string; readonly page: StatusPage } | undefined

  constructor(url: URL, { headers, tls }: StatusPageOptions) {
    this.place = `${url.origin}${url.pathname}`
    this.#client = new HttpVisitor(tls)
    this.#question = {
      url,
      method: 'GET',
      headers,
      accept: 'application/json',
      redirects: 3,
      maxBodyBytes: MAX_BODY_BYTES,
      isFinal: () => false,
    }
  }

  async read(hop: number, signal: AbortSignal): Promise<Reading> {
    const kept = this.#kept
    const headers = { ...this.#question.headers, ...(kept === undefined ? {} : { 'if-none-match': kept.etag }) }
    const answer = await this.#client.ask({ ...this.#question, headers, hop }, signal, () => undefined)
    if (answer.status === 304 && kept !== undefined) return { page: kept.page }
    const page = answer.complete ? readStatusPage(answer.text) : undefined
    if (answer.status !== 200 || page === undefined) return { problem: this.#refuse(answer.status) }
    const { etag } = answer.headers
    this.#kept = etag === undefined ? undefined : { etag, page }
    return { page }
  }

  close(): void {
    this.#client.close()
  }

  #refuse(status: number): Result {
    const data = { status }
    if (status === 200) {
      const message = `${this.place} is no status page that Hale can read. Give the address of a Statuspage, or of its summary.json.`
      return unknown('NOT_A_DOCUMENT', message, { data })
    }
    const tryThis = status === 429 ? 'Ask less often.' : 'Correct the address, or see whether the page is up.'
    return unknown('HTTP_STATUS', `${this.place} answered ${status}, expected 200. ${tryThis}`, { data })
  }
}

function run(context: CheckContext, reader: PageReader, wanted: readonly string[]): Promise<Result> {
  const answer = (signal: AbortSignal): Promise<Result> =>
    reader.read((context.hop ?? 0) + 1, signal).then(
      (reading) => ('problem' in reading ? reading.problem : judge(reading.page, wanted, reader.place)),
      (error: unknown) => ({ ...resultFromError(error, reader.place), status: 'unknown' as const }),
    )
  const late = `No status page from ${reader.place} ${within(context)}. See whether a firewall lets requests to it out.`
  return abortLate(context, answer, () => unknown('TIMEOUT', late))
}

function judge(page: StatusPage, wanted: readonly string[], place: string): Result {
  const chosen = page.components.filter(({ id, name }) => wanted.includes(id) || wanted.includes(name))
  const missing = wanted.filter((each) => !chosen.some(({ id, name }) => each === id || each === name))
  const incidents = page.incidents.filter(
    ({ components }) =>
      wanted.length === 0 || components.length === 0 || chosen.some(({ id }) => components.includes(id)),
  )
  const { maintenances, name: who = place, whole } = page
  const judged = wanted.length === 0 ? page.components : chosen
  const status = wanted.length === 0 && whole !== undefined ? whole.status : worst(judged)
  const details = {
    observed: { value: incidents.length, unit: 'incidents' },
    data: {
      page: whole?.word,
      incidents: incidents.slice(0, MOST_NAMED).map(({ name }) => name),
      maintenances: maintenances.slice(0, MOST_NAMED),
    },
    ...(wanted.length === 0 ? {} : { checks: linesOf(chosen) }),
  }
  if (missing.length > 0 && severity(status) === 0) {
    const message = `${place} says nothing of ${missing.join(', ')}. See whether it was renamed there.`
    return unknown('COMPONENT_MISSING', message, details)
  }
  const found = judged.filter((each) => each.status !== 'healthy')
  const named = [
    ...found.slice(0, MOST_NAMED).map(({ name, word }) => `${oneLine(name, 40)} is ${word.replaceAll('_', ' ')}`),
    ...incidents.slice(0, MOST_NAMED).map(({ name }) => oneLine(name, 60)),
  ]
  const message = `${who} says ${wordOf(status)}${named.length === 0 ? '' : `: ${named.join(', ')}`}.`
  if (severity(status) === 0) return { ...details, status, message }
  const isNamed = status !== 'unknown' && found.some((each) => severity(each.status) > 0)
  const code = isNamed ? 'COMPONENT_UNHEALTHY' : `REPORTED_${status.toUpperCase()}`
  return { ...details, status, code, message: `${message} See ${place.replace(/\/api\/v2\/[a-z]+\.json$/, '')}.` }
}

/** The worst of what the page says; in maintenance when nothing is worse than that. */
function worst(components: readonly PageComponent[]): Status {
  return components.reduce<Status>(
    (found, { status }) =>
      severity(status) > severity(found) || (found === 'healthy' && status === 'maintenance') ? status : found,
    'healthy',
  )
}

function wordOf(status: Status): string {
  if (status === 'maintenance') return 'that it is under maintenance'
  return status === 'unknown' ? 'nothing of how it is' : `it is ${status}`
}

function linesOf(chosen: readonly PageComponent[]): NonNullable<Result['checks']> {
  const isTwice = ({ name }: PageComponent): boolean => chosen.filter((each) => each.name === name).length > 1
  return Object.fromEntries(
    chosen.map((each) => [
      isTwice(each) ? `${each.name} (${each.id})` : each.name,
      { status: each.status, message: `The page says ${each.word}.` },
    ]),
  )
}
