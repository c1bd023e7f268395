import type { Probe, Registrable, ResolvedRegistration } from './check.ts'
import { systemClock, type Clock } from './clock.ts'
import { composeReport } from './compose-report.ts'
import { DEFAULTS, readDuration, resolveRegistration } from './defaults.ts'
import { Entry } from './entry.ts'
import { describeReason } from './evaluate.ts'
import type { Health, HealthOptions, Selection, View } from './health.ts'
import { Listeners, type Listener } from './listeners.ts'
import { guardLogger, type Logger } from './logger.ts'
import { HealthSetupError, type Problem } from './misuse.ts'
import type { CheckReport, Report, Service } from './report.ts'
import { select } from './select.ts'
import type { Instant, State } from './state.ts'

/** The checks of one app: holds them, tells of their changes and puts reports together. */
export class Registry<Name extends string> implements Health<Name> {
  readonly clock: Clock
  readonly #service: Service | undefined
  readonly #background: boolean
  readonly #drainWaitMs: number
  readonly #logger: Logger
  readonly #random: () => number
  readonly #entries = new Map<string, Entry>()
  readonly #listeners: Listeners<Name>
  #version = 0
  #started = false
  #drained: Promise<void> | undefined
  #endDrain: (() => void) | undefined
  #closed: Promise<void> | undefined

  constructor(options: HealthOptions<Name>) {
    const problems: Problem[] = []
    const refuse = (field: string, message: string): void => void problems.push({ field, message })
    const { drainWait = DEFAULTS.drainWait, mode = 'background', service } = options
    if (mode !== 'background' && mode !== 'on-request') {
      refuse('mode', `${String(mode)} is neither background nor on-request`)
    }
    if (service !== undefined && (typeof service.name !== 'string' || service.name === '')) {
      refuse('service', 'give it a name, such as { name: "orders", version: "1.4.2" }')
    }
    this.#drainWaitMs = readDuration(drainWait, 0, (message) => refuse('drainWait', message))
    const registrations = Object.entries<Registrable>(options.checks ?? {}).map(([name, given]) =>
      resolveRegistration(name, given, problems),
    )
    if (problems.length > 0) throw new HealthSetupError(problems)

    this.clock = options.clock ?? systemClock
    this.#service = service && Object.freeze({ ...service })
    this.#background = mode === 'background'
    this.#logger = guardLogger(options.logger ?? console)
    this.#listeners = new Listeners(this.#logger)
    this.#random = options.random ?? Math.random
    for (const registration of registrations) this.#add(registration)
  }

  get version(): number {
    return this.#version
  }

  register(name: string, registration: Registrable): void {
    const problems: Problem[] = []
    const resolved = resolveRegistration(name, registration, problems)
    if (this.#entries.has(name)) problems.push({ check: name, field: 'name', message: 'there is a check of that name' })
    if (this.#closed !== undefined) problems.push({ check: name, field: 'check', message: 'the registry is closed' })
    if (problems.length > 0) throw new HealthSetupError(problems)
    this.#add(resolved)
    this.#version++
  }

  has(name: string): boolean {
    return this.#entries.has(name)
  }

  async report(): Promise<Report<Name>> {
    return this.#current('all')
  }

  probe(probe: Probe): Promise<Report> {
    return this.#current(probe)
  }

  async check(name: Name): Promise<CheckReport> {
    const { checks } = await this.#current({ check: name })
    return checks[name] as CheckReport
  }

  view(selection: Selection): View {
    if (typeof selection === 'object' && !this.has(selection.check)) {
      throw new RangeError(`there is no check "${selection.check}"; there are ${[...this.#entries.keys()].join(', ')}`)
    }
    return {
      settle: () => this.#settle(selection),
      report: () => this.#report(selection),
      validUntil: () => Math.min(...this.#select(selection).map((entry) => entry.validUntil())),
    }
  }

  on(event: 'transition', listener: Listener<Name>): () => void {
    if (event !== 'transition') throw new RangeError(`there is no event "${String(event)}"; there is "transition"`)
    return this.#listeners.add(listener)
  }

  drain(): Promise<void> {
    this.#drained ??= new Promise((resolve) => {
      const timer = this.clock.after(this.#drainWaitMs, resolve)
      this.#endDrain = () => {
        timer.cancel()
        resolve()
      }
      this.#version++
    })
    return this.#drained
  }

  close(): Promise<void> {
    this.#closed ??= this.#close()
    return this.#closed
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }

  async #close(): Promise<void> {
    this.#endDrain?.()
    this.#listeners.clear()
    const closing = await Promise.allSettled([...this.#entries.values()].map((entry) => entry.close()))
    for (const outcome of closing) {
      if (outcome.status === 'rejected') this.#logger.error('a health check could not be closed', outcome.reason)
    }
  }

  #add(registration: ResolvedRegistration): void {
    const { everyMs, initialDelayMs, jitter } = registration.policy
    const delayMs = initialDelayMs + this.#random() * jitter * everyMs
    const entry = new Entry({
      registration,
      clock: this.clock,
      logger: this.#logger,
      onChange: (changed, before, after) => this.#onChange(changed, before, after),
      backgroundDelayMs: this.#background ? delayMs : undefined,
    })
    this.#entries.set(registration.name, entry)
  }

  #onChange({ registration }: Entry, before: State, after: State): void {
    this.#version++
    this.#hasStarted()
    if (after.status === before.status) return
    this.#listeners.tell({
      check: registration.name as Name,
      from: before.status,
      to: after.status,
      result: after.result,
      reason: describeReason(after),
      at: this.clock.wall(),
    })
  }

  #select(selection: Selection): readonly Entry[] {
    return select(this.#entries.values(), selection)
  }

  async #current(selection: Selection): Promise<Report> {
    const view = this.view(selection)
    await view.settle()
    return view.report()
  }

  #settle(selection: Selection): Promise<void> | undefined {
    if (selection === 'startup' && this.#hasStarted()) return undefined
    const now = this.clock.now()
    const waits = this.#select(selection).flatMap((entry) => entry.settle(now) ?? [])
    return waits.length === 0 ? undefined : Promise.all(waits).then(() => undefined)
  }

  #report(selection: Selection): Report {
    const at: Instant = { now: this.clock.now(), wall: this.clock.wall() }
    const lines = this.#select(selection).map((entry) => ({
      registration: entry.registration,
      state: entry.stateAt(at),
    }))
    return composeReport(lines, {
      selection,
      service: this.#service,
      at,
      drainMs: this.#drained && this.#drainWaitMs,
      started: this.#hasStarted(),
    })
  }

  /**
   * Latches. Without a check of its own, startup waits for what readiness counts: for a soft dependency only until it has
   * answered, for its outage must not keep a whole fleet from starting (E17).
   */
  #hasStarted(): boolean {
    this.#started ||= this.#select('startup').every((entry) => {
      const { policy, probes } = entry.registration
      return entry.hasBeenUp || (entry.hasAnswered && policy.impact !== 'fails' && !probes.includes('startup'))
    })
    return this.#started
  }
}
