import type { ApiIncident, ApiIncidentDetail, ApiNotification, Overview, SampleSeries, Target } from '@hale/contract'

/** An answer that is not what was asked for. `status` 0: no answer at all. */
export class ApiError extends Error {
  override readonly name = 'ApiError'
  readonly status: number
  readonly code: string

  constructor(status: number, code: string, message: string) {
    super(message)
    this.status = status
    this.code = code
  }
}

/** A page of a list; `next` goes back as `before` for the following one. */
export interface Page<T> {
  readonly items: readonly T[]
  readonly next: number | null
}

const DEADLINE_MS = 10_000
const BASE = '/api/v1'

export const getOverview = (signal?: AbortSignal): Promise<Overview> => call('GET', '/overview', { signal })

export const getTarget = (id: string, signal: AbortSignal): Promise<Target> =>
  call('GET', `/targets/${encodeURIComponent(id)}`, { signal })

export interface SampleQuery {
  readonly from: number
  readonly to: number
  /** Undefined: the target's own series. */
  readonly component: string | undefined
}

export const getSamples = (id: string, wanted: SampleQuery, signal: AbortSignal): Promise<SampleSeries> =>
  call('GET', `/targets/${encodeURIComponent(id)}/samples${query({ ...wanted })}`, { signal })

export interface IncidentQuery {
  readonly target?: string
  readonly open?: boolean
  readonly before?: number
  readonly limit?: number
}

export const getIncidents = (wanted: IncidentQuery, signal: AbortSignal): Promise<Page<ApiIncident>> =>
  call('GET', `/incidents${query({ ...wanted })}`, { signal })

export const getIncident = (id: string, signal: AbortSignal): Promise<ApiIncidentDetail> =>
  call('GET', `/incidents/${encodeURIComponent(id)}`, { signal })

export const getNotifications = (incident: string, signal: AbortSignal): Promise<Page<ApiNotification>> =>
  call('GET', `/notifications${query({ incident })}`, { signal })

export const signIn = (key: string): Promise<unknown> => call('POST', '/session', { body: { key } })

export const signOut = (): Promise<unknown> => call('DELETE', '/session', {})

/** Whether an error says that nobody is signed in. */
export function isSignedOut(error: unknown): boolean {
  return error instanceof ApiError && error.status === 401
}

interface CallOptions {
  readonly signal?: AbortSignal | undefined
  readonly body?: unknown
}

async function call<T>(method: string, path: string, { signal, body }: CallOptions): Promise<T> {
  const deadline = AbortSignal.timeout(DEADLINE_MS)
  const response = await fetch(`${BASE}${path}`, {
    method,
    credentials: 'same-origin',
    signal: signal === undefined ? deadline : AbortSignal.any([signal, deadline]),
    ...(body === undefined ? {} : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
  }).catch((error: unknown): never => {
    if (signal?.aborted === true) throw error
    throw new ApiError(0, 'NO_ANSWER', 'The monitor does not answer. Is it running, and is the network up?')
  })
  if (!response.ok) throw await toError(response)
  return (response.status === 204 ? undefined : await response.json()) as T
}

async function toError(response: Response): Promise<ApiError> {
  const answer: unknown = await response.json().catch(() => undefined)
  const problem = (answer as { error?: { code?: unknown; message?: unknown } } | undefined)?.error
  const code = typeof problem?.code === 'string' ? problem.code : `HTTP_${response.status}`
  const message =
    typeof problem?.message === 'string' ? problem.message : `The monitor answered HTTP ${response.status}.`
  return new ApiError(response.status, code, message)
}

function query(values: Readonly<Record<string, string | number | boolean | undefined>>): string {
  const given = Object.entries(values).flatMap(([name, value]) => (value === undefined ? [] : [[name, String(value)]]))
  return given.length === 0 ? '' : `?${new URLSearchParams(given).toString()}`
}
