import type { Announcement } from './announcement.ts'
import type { Probe, Registrable } from './check.ts'
import type { Clock } from './clock.ts'
import type { Duration } from './duration.ts'
import type { Logger } from './logger.ts'
import type { Maintenance, MaintenanceOptions } from './maintenance.ts'
import type { ScheduledMaintenance } from './maintenance-schedule.ts'
import type { CheckReport, Report, Service } from './report.ts'
import type { Result } from './result.ts'
import type { StartupOptions, StartupTask } from './startup-task.ts'
import type { Status } from './status.ts'

/**
 * When checks run.
 *
 * - `background`: each on its own timer, whether anybody asks or not. A request shows what is known and never waits,
 *   but for the very first answer.
 * - `on-request`: when somebody asks and the last answer is older than `every`. For processes that must not work when
 *   idle, such as serverless functions.
 */
export type Mode = 'background' | 'on-request'

export interface HealthOptions<Name extends string = string> {
  /** Who the report is about. Default: it does not say. */
  readonly service?: Service
  /** The checks by name: a check, a check with its policy, or a plain function, which counts as a dependency. Default none. */
  readonly checks?: Readonly<Record<Name, Registrable>>
  /** Maintenance that comes by itself. Default none. */
  readonly maintenance?: readonly ScheduledMaintenance<NoInfer<Name>>[]
  /** Default `background`. */
  readonly mode?: Mode
  /** Time between `drain()` and its promise: how long the balancer takes to notice. Default `5s`. */
  readonly drainWait?: Duration
  /** Where whole errors go. Default `console`. */
  readonly logger?: Logger
  /** Default: the process's own clock. */
  readonly clock?: Clock
  /** Numbers from 0 up to 1 for the jitter. Default `Math.random`. */
  readonly random?: () => number
}

/** A check's status has changed. */
export interface Transition<Name extends string = string> {
  readonly check: Name
  readonly from: Status
  readonly to: Status
  /** What the new status rests on. */
  readonly result: Result
  /** Which gate decided, in words. */
  readonly reason: string
  /** Wall time in ms since 1970. */
  readonly at: number
}

/** A run of a check has ended. */
export interface Run<Name extends string = string> {
  readonly check: Name
  /** What sort of thing the check asks. */
  readonly kind: string
  /** What this run found, believed or not yet; free of credentials. */
  readonly result: Result
  /** Milliseconds it took, 0 or more. */
  readonly durationMs: number
  /** Wall time in ms since 1970 at which it ended. */
  readonly at: number
}

/** What {@link Health.on} tells of. */
export interface HealthEvents<Name extends string = string> {
  readonly transition: Transition<Name>
  readonly run: Run<Name>
}

/** What a report is about: everything, what one probe counts, or one check. */
export type Selection = 'all' | Probe | { readonly check: string }

export interface ViewOptions {
  /** Says too what takes some work to say: how long each check's runs take. Default false. */
  readonly detail?: boolean
  /** Whether the checks' lines are in it. Default true; without them, what is told is the whole alone. */
  readonly lines?: boolean
}

/** A selection of the checks as it stands now. What HTTP handlers work with; it never waits by itself. */
export interface View {
  /**
   * Starts what is due. Undefined when there is nothing to wait for; else a wait of at most the longest timeout.
   *
   * @param hop how many services asked each other on the way here. Default 0. Waits only for runs that began at the same
   * hop or a later one, so that services that ask each other in a circle never wait for each other; beyond hop 3 it
   * starts nothing (E12).
   */
  settle(hop?: number): Promise<void> | undefined
  /** What is believed now, without asking anything. */
  report(options?: ViewOptions): Report
  /**
   * The lines of that report one after the other, each as it stands when it is taken, for who has ten thousand to tell and
   * lets others work in between (E16).
   */
  lines(): Iterable<readonly [name: string, line: CheckReport]>
  /** Until when (monotonic ms) the report stays true, unless {@link Health.version} changes before. */
  validUntil(): number
}

/** The checks of one app, at work. */
export interface Health<Name extends string = string> extends AsyncDisposable {
  readonly clock: Clock
  /** Counts up with everything that is recorded, grows stale or is declared; a report rendered at one version holds for it. */
  readonly version: number
  /** Everything: all checks and their aggregate. Waits for first answers, at most their timeouts. */
  report(): Promise<Report<Name>>
  /** What an orchestrator's probe is answered. */
  probe(probe: Probe): Promise<Report>
  /** One check's line. @throws {RangeError} when there is none of that name. */
  check(name: Name): Promise<CheckReport>
  /** True when there is a check of that name. */
  has(name: string): boolean
  /** @throws {RangeError} when the selection names a check that does not exist. */
  view(selection: Selection): View
  /** Adds a check at run time. @throws {HealthSetupError} when the name is taken or something else is wrong. */
  register(name: string, registration: Registrable): void
  /**
   * Calls the listener on every change of a check's status (`transition`), or at the end of every run (`run`), which is told
   * before the transition that it brings about. Returns what takes the listener off again.
   */
  on<Event extends keyof HealthEvents<Name>>(
    event: Event,
    listener: (event: HealthEvents<Name>[Event]) => void,
  ): () => void
  /**
   * Takes a check or the whole service out of service: it reads `maintenance`, which is answered with 503 and, when the
   * end is known, `Retry-After`. A check in maintenance is not asked. It ends by itself at `until`, or by the function
   * that is returned; a check is then asked at once, and its answer believed at once.
   *
   * @throws {HealthSetupError} when there is no such check or an option is malformed.
   */
  maintenance(options: MaintenanceOptions<Name>): () => void
  /** The maintenances that are on. */
  readonly maintenances: readonly Maintenance[]
  /**
   * Does what must be done before the app can serve, such as migrations. Until it is done, readiness and startup are 503;
   * it stands in reports under its name. Resolves to whether it was done, and never rejects: a failure is reported and
   * logged. Listen before, so that the probes are answered meanwhile.
   *
   * @throws {HealthSetupError} when the name is taken or an option is malformed.
   */
  startup(name: string, task: StartupTask, options?: StartupOptions): Promise<boolean>
  /**
   * Tells those who watch the app about it: stands in every report. Fields that are given replace earlier ones.
   *
   * @throws {HealthSetupError} when a field is malformed.
   */
  announce(announcement: Announcement): void
  /**
   * Announces the end: readiness and the whole turn to maintenance (503) at once, liveness stays as it is (E9).
   * Resolves after the configured wait; close the listener then. Every call gets the promise of the first.
   */
  drain(): Promise<void>
  /** Stops all timers, aborts what runs, closes the checks. Every call gets the promise of the first. */
  close(): Promise<void>
}
