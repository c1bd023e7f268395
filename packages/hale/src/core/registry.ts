import { Agenda } from './agenda.ts'
import { readAnnouncement, type Announcement } from './announcement.ts'
import type { Probe, Registrable, ResolvedRegistration } from './check.ts'
import { systemClock, type Clock } from './clock.ts'
import type { ConditionContext } from './condition.ts'
import { findConditionProblems } from './condition-problems.ts'
import { resolveRegistration } from './defaults.ts'
import { Drain } from './drain.ts'
import { Entry, type Site } from './entry.ts'
import { describeReason } from './evaluate.ts'
import type { Health, HealthEvents, HealthOptions, Selection, View } from './health.ts'
import { Listeners } from './listeners.ts'
import { guardLogger, type Logger } from './logger.ts'
import { MaintenanceBook, type Maintenance, type MaintenanceOptions } from './maintenance.ts'
import { MaintenanceSchedule } from './maintenance-schedule.ts'
import { HealthSetupError, type Problem } from './misuse.ts'
import { readOptions } from './read-options.ts'
import type { CheckReport, Report } from './report.ts'
import { findEntry, select } from './select.ts'
import { StartupLatch } from './startup-latch.ts'
import { StartupRun, type StartupOptions, type StartupTask } from './startup-task.ts'
import { instantOf, type Observation, type State } from './state.ts'
import type { Status } from './status.ts'
import { createView, type Viewed } from './view.ts'

/** The checks of one app: holds them and tells of their changes. What they say is put together by its views. */
export class Registry<Name extends string> implements Health<Name> {
  readonly clock: Clock
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
  readonly #site: Site
  readonly #viewed: Viewed
  #announced: Announcement | undefined
  #version = 0
  readonly #started = new StartupLatch(() => select(this.#entries, 'startup'))
  #closed: Promise<void> | undefined

  constructor(options: HealthOptions<Name>) {
    const { background, drainWaitMs, maintenance, registrations, service } = readOptions(options)
    this.clock = options.clock ?? systemClock
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
    this.#viewed = {
      clock: this.clock,
      service,
      entries: this.#entries,
      started: this.#started,
      drain: this.#drain,
      book: this.#book,
      planned: this.#planned,
      announced: () => this.#announced,
    }
  }

  get version(): number {
    return this.#version
  }

  register(name: string, registration: Registrable): void {
    const problems: Problem[] = []
    const resolved = resolveRegistration(name, registration, problems)
    if (this.#entries.has(name)) problems.push({ check: name, field: 'name', message: 'there is a check of that name' })
    if (this.#closed !== undefined) problems.push({ check: name, field: 'check', message: 'the registry is closed' })
    // To look at all with each that is added took ten thousand of them minutes.
    if (resolved.when !== undefined) {
      const known = [...this.#entries.values()].map((entry) => entry.registration)
      problems.push(...findConditionProblems([...known, resolved], [resolved]))
    }
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
    if (typeof selection === 'object') findEntry(this.#entries, selection.check)
    return createView(selection, this.#viewed)
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
    const entry = findEntry(this.#entries, name)
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

  /** What a condition sees of a check: its first answer is waited for, as a request would. */
  #status(name: string): Status | Promise<Status> {
    const entry = findEntry(this.#entries, name)
    const status = (): Status => entry.stateAt(instantOf(this.clock)).status
    return entry.settle(this.clock.now(), 0)?.then(status) ?? status()
  }

  async #current(selection: Selection): Promise<Report> {
    const view = this.view(selection)
    await view.settle()
    return view.report({ detail: true })
  }
}
