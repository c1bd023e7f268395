import type { Clock, Timer } from './clock.ts'
import { parseDuration, type Duration } from './duration.ts'
import { show } from './misuse.ts'
import { redact } from './redact.ts'
import { isText, refuseOptions, textRule } from './rules.ts'

/** What is taken out of service on purpose, why, and for how long. */
export interface MaintenanceOptions<Name extends string = string> {
  /** The check it is about. Default: the whole service, whose checks are asked and shown as ever. */
  readonly check?: Name
  /** Why, in one line for a person. Default `In maintenance.` */
  readonly message?: string
  /** When it ends by itself. Default: when it is ended. */
  readonly until?: Date
  /** How long it lasts; instead of `until`. Default: until it is ended. */
  readonly for?: Duration
}

/** A maintenance that is on. */
export interface Maintenance {
  /** Undefined: the whole service. */
  readonly check: string | undefined
  readonly message: string
  /** Wall time in ms since 1970. */
  readonly since: number
  /** Wall time at which it ends by itself. */
  readonly until: number | undefined
}

export interface MaintenanceBookOptions {
  readonly clock: Clock
  readonly has: (check: string) => boolean
  /** Told of everything that begins or ends, after it has. */
  readonly onChange: (check: string | undefined) => void
}

// A timer of more than 2^31 - 1 ms fires at once in every JavaScript runtime.
const LONGEST_TIMER_MS = 2 ** 31 - 1

/** The maintenances that are on. Several may be on for one thing; it is out of service until the last of them ends. */
export class MaintenanceBook {
  readonly #options: MaintenanceBookOptions
  readonly #on = new Map<Maintenance, Timer | undefined>()

  constructor(options: MaintenanceBookOptions) {
    this.#options = options
  }

  /**
   * Returns what ends it; harmless when it has ended.
   *
   * @throws {HealthSetupError} naming everything that is wrong with the options.
   */
  declare(options: MaintenanceOptions): () => void {
    const { clock, onChange } = this.#options
    const maintenance = this.#read(options)
    this.#on.set(maintenance, undefined)
    const end = (): void => {
      this.#on.get(maintenance)?.cancel()
      if (this.#on.delete(maintenance)) onChange(maintenance.check)
    }
    if (maintenance.until !== undefined)
      this.#endAt(maintenance, clock.now() + maintenance.until - maintenance.since, end)
    onChange(maintenance.check)
    return end
  }

  /** What is on for a check or, without one, for the whole: of several the one that lasts longest. */
  of(check?: string): Maintenance | undefined {
    return this.all()
      .filter((each) => each.check === check)
      .toSorted((a, b) => (b.until ?? Infinity) - (a.until ?? Infinity))[0]
  }

  /** Everything that is on. */
  all(): readonly Maintenance[] {
    return [...this.#on.keys()]
  }

  /** Ends nothing, but leaves no timer behind. */
  close(): void {
    for (const timer of this.#on.values()) timer?.cancel()
  }

  /** By the monotonic clock: once declared, it lasts as long as it was to last (E6). */
  #endAt(maintenance: Maintenance, dueAt: number, end: () => void): void {
    const { clock } = this.#options
    const ms = Math.min(dueAt - clock.now(), LONGEST_TIMER_MS)
    const next = (): void => (clock.now() >= dueAt ? end() : this.#endAt(maintenance, dueAt, end))
    this.#on.set(maintenance, clock.after(ms, next))
  }

  #read(options: MaintenanceOptions): Maintenance {
    const { clock, has } = this.#options
    const since = clock.wall()
    refuseOptions<MaintenanceOptions>(
      options,
      {
        check: (check) => check !== undefined && !(isText(check) && has(check)) && `there is no check ${show(check)}`,
        message: textRule,
        for: (lasting, { until }) => {
          if (lasting === undefined) return false
          if (until !== undefined) return 'give "for" or "until", not both'
          return !(Number(parseDuration(lasting)) > 0) && `${show(lasting)} is not a duration such as "30m"`
        },
        until: (until) =>
          until !== undefined &&
          !(until instanceof Date && until.getTime() > since) &&
          `${until instanceof Date ? String(until) : show(until)} is not a Date that is yet to come`,
      },
      'maintenance.',
    )
    const { check, for: lasting, message = 'In maintenance.', until } = options
    const lastingMs = parseDuration(lasting)
    return Object.freeze({
      check,
      message: redact(message),
      since,
      until: until?.getTime() ?? (lastingMs === undefined ? undefined : since + lastingMs),
    })
  }
}
