import type { Health } from '../../core/health.ts'
import type { Maintenance, MaintenanceOptions } from '../../core/maintenance.ts'
import { HealthSetupError } from '../../core/misuse.ts'
import { toIsoTime } from '../../formats/plain.ts'
import { renderJson, type Answer } from './answer.ts'
import type { HandlerRequest } from './request.ts'
import { may, type Tier } from './tier.ts'

const FIELDS: ReadonlySet<string> = new Set(['check', 'message', 'for', 'until'])

/**
 * Maintenance by request, for who may control: `POST ?message=…&for=30m` (or `until=2026-12-01T04:00:00Z`) begins it,
 * for one check with `check=…`, else for the service; `DELETE` ends what a request began; `GET` shows all that is on.
 * Everything is in the query, so that no server has to read a body for it.
 */
export class MaintenanceEndpoint {
  readonly #health: Health
  /** What ends those that were begun by request, by check; the service's under the empty name. */
  readonly #ends = new Map<string, () => void>()

  constructor(health: Health) {
    this.#health = health
  }

  answer(request: HandlerRequest, tier: Tier): Answer {
    if (!may(tier, 'control')) return FORBIDDEN
    switch (request.method) {
      case 'GET':
        return this.#list()
      case 'POST':
      case 'DELETE':
        return this.#change(request)
      default:
        return METHOD_NOT_ALLOWED
    }
  }

  #change({ method, path }: HandlerRequest): Answer {
    // Not by `new URL`: the host of an absolute target may be none.
    const query = new URLSearchParams(path.split('?').slice(1).join('?').split('#', 1)[0])
    const unknown = [...query.keys()].filter((field) => !FIELDS.has(field))
    if (unknown.length > 0) return invalid(`There is no ${unknown.join(', ')}; there are ${[...FIELDS].join(', ')}.`)
    const name = query.get('check') ?? ''
    const endBefore = this.#ends.get(name)
    try {
      if (method === 'POST') this.#ends.set(name, this.#health.maintenance(toOptions(query)))
      else this.#ends.delete(name)
    } catch (error) {
      if (error instanceof HealthSetupError) return invalid(error.message)
      throw error
    }
    // One that replaces another is on before that ends, so that there is no gap between them.
    endBefore?.()
    return this.#list()
  }

  #list(): Answer {
    return renderJson(200, { maintenances: this.#health.maintenances.map(toPlain) })
  }
}

function toOptions(query: URLSearchParams): MaintenanceOptions {
  const given = (field: string): string | undefined => query.get(field) ?? undefined
  const [check, message, lasting, until] = ['check', 'message', 'for', 'until'].map(given)
  return {
    ...(check === undefined ? {} : { check }),
    ...(message === undefined ? {} : { message }),
    ...(lasting === undefined ? {} : { for: lasting }),
    ...(until === undefined ? {} : { until: new Date(until) }),
  }
}

function toPlain({ check, message, since, until }: Maintenance): object {
  return { check, message, since: toIsoTime(since), until: toIsoTime(until) }
}

const FORBIDDEN = renderJson(403, { error: 'FORBIDDEN', message: 'This needs a key or session that may control.' })
const METHOD_NOT_ALLOWED = renderJson(405, { error: 'METHOD_NOT_ALLOWED', message: 'Use GET, POST or DELETE.' }, [
  'allow',
  'GET, POST, DELETE',
])

function invalid(message: string): Answer {
  return renderJson(400, { error: 'INVALID_REQUEST', message })
}
