import type { Timer } from '../../core/clock.ts'
import type { Health, Selection, View } from '../../core/health.ts'
import { refuseOptions } from '../../core/rules.ts'
import type { Status } from '../../core/status.ts'
import { ACCESS_RULES, createAccess, type Access } from './access.ts'
import { NOT_SERVING, SERVICE_UNKNOWN, SERVING, UNKNOWN, type ServingStatus } from './grpc-wire.ts'
import type { HandlerOptions } from '../handler.ts'
import type { HandlerRequest } from './request.ts'
import { may } from './tier.ts'

/** Who may have the names of the checks from `List`: as for HTTP, with the keys as metadata. */
export type GrpcOptions = Pick<HandlerOptions, 'keys' | 'access'>

/** Milliseconds between two looks for a watcher; a transition is told at once. */
const LOOK_MS = 1_000

const STATUS: Readonly<Record<Status, ServingStatus>> = {
  healthy: SERVING,
  degraded: SERVING,
  skipped: SERVING,
  unhealthy: NOT_SERVING,
  maintenance: NOT_SERVING,
  unknown: UNKNOWN,
}

/** What grpc.health.v1 asks, whatever server it comes by. Services: the empty one is the whole; the probes; the checks. */
export class GrpcHealth {
  readonly #health: Health
  readonly #views = new Map<string, View>()
  readonly #access: Access

  /** @throws {HealthSetupError} when an option is malformed. */
  constructor(health: Health, options: GrpcOptions) {
    refuseOptions(options, ACCESS_RULES)
    const { access, keys = [] } = options
    this.#health = health
    this.#access = createAccess(keys, access, health.clock)
    for (const probe of ['live', 'ready', 'startup'] as const) this.#views.set(probe, health.view(probe))
    this.#views.set('', health.view('all'))
  }

  /** Undefined when there is no such service. Waits for first answers, at most their timeouts. */
  async check(service: string): Promise<ServingStatus | undefined> {
    const view = this.#view(service)
    if (view === undefined) return undefined
    await view.settle()
    return STATUS[view.report().status]
  }

  /** Every service that the caller may know of. */
  async list(request: Pick<HandlerRequest, 'header' | 'peer'>): Promise<ReadonlyMap<string, ServingStatus>> {
    const tier = await this.#access.tierOf({ method: 'POST', path: '/grpc.health.v1.Health/List', ...request })
    const checks = may(tier, 'report') ? Object.keys((await this.#health.report()).checks) : []
    const names = [...new Set(['', 'live', 'ready', 'startup', ...checks])]
    const statuses = await Promise.all(names.map(async (name) => this.check(name)))
    return new Map(names.map((name, index) => [name, statuses[index] ?? UNKNOWN]))
  }

  /** Sends the status now and whenever it has changed; SERVICE_UNKNOWN until there is such a service. Returns the end. */
  watch(service: string, send: (status: ServingStatus) => void): () => void {
    let last: ServingStatus | undefined
    let timer: Timer | undefined
    let over = false
    const look = async (): Promise<void> => {
      const status = (await this.check(service)) ?? SERVICE_UNKNOWN
      if (over || status === last) return
      last = status
      send(status)
    }
    // What grows stale or is drained has no transition, so it is looked for.
    const lookOn = async (): Promise<void> => {
      await look()
      if (!over) timer = this.#health.clock.after(LOOK_MS, () => void lookOn())
    }
    void lookOn()
    const off = this.#health.on('transition', () => void look())
    return () => {
      over = true
      timer?.cancel()
      off()
    }
  }

  #view(service: string): View | undefined {
    const known = this.#views.get(service)
    if (known !== undefined || !this.#health.has(service)) return known
    const selection: Selection = { check: service }
    const view = this.#health.view(selection)
    this.#views.set(service, view)
    return view
  }
}
