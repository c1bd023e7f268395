import { Agenda } from './agenda.ts'
import { readAnnouncement, type Announcement } from './announcement.ts'
import type { Probe, Registrable, ResolvedRegistration } from './check.ts'
import { toCheckReport } from './check-report.ts'
import { systemClock, type Clock } from './clock.ts'
import { composeReport } from './compose-report.ts'
import type { ConditionContext } from './condition.ts'
import { findConditionProblems } from './condition-problems.ts'
import { resolveRegistration } from './defaults.ts'
import { Drain } from './drain.ts'
import { Entry, type Site } from './entry.ts'
import { describeReason } from './evaluate.ts'
import type { Health, HealthEvents, HealthOptions, Selection, View, ViewOptions } from './health.ts'
import { MAX_HOPS } from './hop.ts'
import { Listeners } from './listeners.ts'
import { guardLogger, type Logger } from './logger.ts'
import { MaintenanceBook, type Maintenance, type MaintenanceOptions } from './maintenance.ts'
import { MaintenanceSchedule } from './maintenance-schedule.ts'
import { HealthSetupError, type Problem } from './misuse.ts'
import { readOptions } from './read-options.ts'
import type { CheckReport, Report, Service } from './report.ts'
import { select } from './select.ts'
import { StartupLatch } from './startup-latch.ts'
import { StartupRun, type StartupOptions, type StartupTask } from './startup-task.ts'
import type { Instant, Observation, State } from './state.ts'
import type { Status } from './status.ts'

/** The checks of one app: holds them, tells of their changes and puts reports together. */
export class Registry<Name extends string> implements Health<Name> {
  readonly clock: Clock
  readonly #service: Service | undefined
  readonly #background: boolean
  readonly #drain: Drain
  readonly #logger: Logger
  readonly #random: () => number
  readonly #entries = new Map<string, Entry>()
  /** By the name of a check, those whose condition looks at it. */
  readonly #dependants = new Map<string, readonly Entry[]>()
  readonly #listeners: { readonly [Event in keyof HealthEvents<Name>]: Listeners<HealthEvents<Name>[Event]> }
  readonly #conditions: ConditionContext
  readonly #book: MaintenanceBook
  readonly #planned: MaintenanceSchedule
  #announced: Announcement | undefined
  readonly #site: Site
  #version = 0
  readonly #started = new StartupLatch(() => this.#select('startup'))
  #closed: Promise<void> | undefined

  constructor(options: HealthOptions<Name>) {
    const { background, drainWaitMs, maintenance, registrations, service } = readOptions(options)
    this.clock = options.clock ?? systemClock
    this.#service = service
    this.#background = background
    this.#drain = new Drain(this.clock, drainWaitMs)
    this.#logger = guardLogger(options.logger ?? console)
    this.#listeners = { transition: new Listeners(this.#logger), run: new Listeners(this.#logger) }
    this.#random = options.random ?? Math.random
    this.#conditions = { clock: this.clock, status: (name) => this.#status(name) }
    this.#book = new MaintenanceBook({
      clock: this.clock,
      has: (name) => this.has(name),
      onChange: (name) => this.#onMaintenance(name),
    })
    this.#site = {
      clock: this.clock,
      agenda: new Agenda(this.clock),
      logger: this.#logger,
      conditions: this.#conditions,
      onChange: (entry, before, after) => this.#onChange(entry, before, after),
    }
    for (const registration of registrations) this.#add(registration)
    this.#planned = new MaintenanceSchedule({
      planned: maintenance,
      book: this.#book,
      conditions: this.#conditions,
      logger: this.#logger,
      background: this.#background,
    })
  }

  get version(): number {
    return this.#version
  }

  register(name: string, registration: Registrable): void {
    const problems: Problem[] = []
    const resolved = resolveRegistration(name, registration, problems)
    if (this.#entries.has(name)) problems.push({ check: name, field: 'name', message: 'there is a check of that name' })
    if (this.#closed !== undefined) problems.push({ check: name, field: 'check', message: 'the registry is closed' })
    const known = [...this.#entries.values()].map((entry) => entry.registration)
    problems.push(...findConditionProblems([...known, resolved]))
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
    if (typeof selection === 'object') this.#find(selection.check)
    return {
      settle: (hop = 0) => this.#settle(selection, hop),
      report: (options) => this.#report(selection, options),
      lines: () => this.#lines(selection),
      validUntil: () => this.#validUntil(selection),
    }
  }

  on<Event extends keyof HealthEvents<Name>>(
    event: Event,
    listener: (event: HealthEvents<Name>[Event]) => void,
  ): () => void {
    if (!Object.hasOwn(this.#listeners, event)) {
      throw new RangeError(`there is no event "${event}"; there are ${Object.keys(this.#listeners).join(', ')}`)
    }
    return this.#listeners[event].add(listener)
  }

  get maintenances(): readonly Maintenance[] {
    return this.#book.all()
  }

  maintenance(options: MaintenanceOptions<Name>): () => void {
    return this.#book.declare(options)
  }

  startup(name: string, task: StartupTask, options: StartupOptions = {}): Promise<boolean> {
    const run = new StartupRun({ given: options, name, task, clock: this.clock, logger: this.#logger })
    this.register(name, { check: run.check, probes: ['ready', 'startup'], jitter: 0 })
    const entry = this.#find(name)
    return run.run(() => entry.refresh())
  }

  announce(announcement: Announcement): void {
    this.#announced = Object.freeze({ ...this.#announced, ...readAnnouncement(announcement) })
    this.#version++
  }

  drain(): Promise<void> {
    if (!this.#drain.begun) this.announce({ draining: true })
    return this.#drain.begin()
  }

  close(): Promise<void> {
    this.#closed ??= this.#close()
    return this.#closed
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }

  async #close(): Promise<void> {
    this.#drain.end()
    this.#planned.close()
    this.#book.close()
    for (const listeners of Object.values(this.#listeners)) listeners.clear()
    const closing = await Promise.allSettled([...this.#entries.values()].map((entry) => entry.close()))
    for (const outcome of closing) {
      if (outcome.status === 'rejected') this.#logger.error('a health check could not be closed', outcome.reason)
    }
  }

  #add(registration: ResolvedRegistration): void {
    const { everyMs, initialDelayMs, jitter } = registration.policy
    const earliest = this.clock.now() + initialDelayMs
    const firstAt = Math.max(earliest, this.#site.agenda.beatBefore(earliest + this.#random() * jitter * everyMs))
    const entry = new Entry(this.#site, registration, this.#background ? firstAt : undefined)
    this.#entries.set(registration.name, entry)
    for (const name of registration.when?.checks ?? []) {
      this.#dependants.set(name, [...(this.#dependants.get(name) ?? []), entry])
    }
    this.#started.lookAnew()
  }

  #onChange(entry: Entry, before: State, after: State): void {
    this.#version++
    this.#started.look()
    const { last } = after
    if (last?.durationMs !== undefined && last !== before.last) this.#tellOfRun(entry, last, last.durationMs)
    if (after.status === before.status) return
    entry.transitions++
    this.#listeners.transition.tell(() => ({
      check: entry.name as Name,
      from: before.status,
      to: after.status,
      result: after.result,
      reason: describeReason(after),
      at: this.clock.wall(),
    }))
    // What has not answered yet waits for this or has not begun.
    for (const dependant of this.#dependants.get(entry.name) ?? []) {
      if (dependant.hasAnswered) dependant.refresh()
    }
  }

  #tellOfRun({ name, registration }: Entry, { at, result }: Observation, durationMs: number): void {
    const { kind } = registration.check
    this.#listeners.run.tell(() => ({ check: name as Name, kind, result, durationMs, at: at.wall }))
  }

  #onMaintenance(name: string | undefined): void {
    this.#version++
    if (name !== undefined && this.#closed === undefined) this.#entries.get(name)?.maintain(this.#book.of(name))
  }

  /** @throws {RangeError} when there is none of that name. */
  #find(name: string): Entry {
    const entry = this.#entries.get(name)
    if (entry !== undefined) return entry
    throw new RangeError(`there is no check "${name}"; there are ${[...this.#entries.keys()].join(', ')}`)
  }

  /** What a condition sees of a check: its first answer is waited for, as a request would. */
  #status(name: string): Status | Promise<Status> {
    const entry = this.#find(name)
    const status = (): Status => entry.stateAt(this.#now()).status
    return entry.settle(this.clock.now(), 0)?.then(status) ?? status()
  }

  #now(): Instant {
    return { now: this.clock.now(), wall: this.clock.wall() }
  }

  #select(selection: Selection): readonly Entry[] {
    if (typeof selection === 'object') return [this.#find(selection.check)]
    return select(this.#entries.values(), selection)
  }

  async #current(selection: Selection): Promise<Report> {
    const view = this.view(selection)
    await view.settle()
    return view.report({ detail: true })
  }

  #settle(selection: Selection, hop: number): Promise<void> | undefined {
    if (hop > MAX_HOPS) return undefined
    if (selection === 'startup' && this.#started.look()) return undefined
    const now = this.clock.now()
    const entries = this.#select(selection).map((entry) => entry.settle(now, hop))
    const waits = [...entries, this.#planned.settle(now)].filter((wait) => wait !== undefined)
    return waits.length === 0 ? undefined : Promise.all(waits).then(() => undefined)
  }

  *#lines(selection: Selection): Iterable<readonly [string, CheckReport]> {
    for (const entry of this.#select(selection)) {
      const at = this.#now()
      const { maintenance, name, registration } = entry
      yield [name, toCheckReport(registration, entry.stateAt(at), at.now, { until: maintenance?.until })]
    }
  }

  #report(selection: Selection, { detail = false, lines: written = true }: ViewOptions = {}): Report {
    const at = this.#now()
    const lines = this.#select(selection).map((entry) => ({
      registration: entry.registration,
      state: entry.stateAt(at),
      until: entry.maintenance?.until,
      durations: detail ? entry.durationsAt(at.now) : undefined,
      transitions: detail ? entry.transitions : undefined,
      totals: detail ? entry.totals : undefined,
    }))
    return composeReport(lines, {
      selection,
      service: this.#service,
      at,
      drainMs: this.#drain.begun ? this.#drain.waitMs : undefined,
      maintenance: this.#book.of(),
      announced: this.#announced,
      started: this.#started.look(),
      written,
    })
  }

  #validUntil(selection: Selection): number {
    const ends = this.#select(selection).map((entry) => entry.validUntil())
    // `Retry-After` counts down.
    const shown = this.#book.all().some(({ until }) => until !== undefined) ? this.clock.now() + 1_000 : Infinity
    return Math.min(shown, this.#planned.validUntil(), ...ends)
  }
}
