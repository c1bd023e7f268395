import type { State } from 'hale'
import type {
  Attempt,
  Incident,
  IncidentEvent,
  Notification,
  NotificationStatus,
  Sample,
  Series,
  SeriesId,
  StateInterval,
  TargetSpec,
} from '../model.ts'

/**
 * Everything the monitor remembers. One port, several back ends, one conformance suite (`storeConformance`).
 * All times are wall milliseconds since 1970; leases and locks are compared with the store's own clock only.
 * Every method rejects with a {@link StoreError}; a rejected write has left nothing behind.
 */
export interface Store extends AsyncDisposable {
  /** Renews this worker's lease and claims free shards up to its fair share. Called every `ttlMs / 4`. */
  renewAndClaim(worker: string, ttlMs: number): Promise<{ readonly owned: readonly Lease[]; readonly excess: number }>
  /** Gives shards back, so that another worker can have them at once. */
  release(worker: string, shards: readonly number[]): Promise<void>
  /** All that a worker needs to go on where the last owner of the shard stopped. */
  loadShard(lease: Lease): Promise<ShardImage>
  /** The number of each named series of a target, made where it is new. Idempotent. */
  defineSeries(lease: Lease, targetId: string, components: readonly string[]): Promise<readonly Series[]>
  /**
   * The tick transaction: fence, segment, states, intervals, incidents and outbox rows together or not at all (M3).
   * A shard whose epoch has moved comes back `fenced`, a tick already done `replayed`; neither wrote anything (M12).
   */
  commitTicks(ticks: readonly TickCommit[]): Promise<ReadonlyMap<number, 'ok' | 'fenced' | 'replayed'>>
  /**
   * Locks what is due for delivery, oldest first, at most `max` messages a channel, where a digest counts as many as it
   * stands for but is never left out for that alone; and only of channels that have nothing locked by anybody, this
   * worker included: a younger notification never overtakes an older one on its channel, one that is not due yet holds
   * back those after it. An ambiguous one comes alone, and ends the run of those before it, so that what comes together
   * may be folded. One whose lock lapsed without a settlement is ambiguous.
   */
  claimOutbox(worker: string, max: number, lockMs: number): Promise<readonly Notification[]>
  /** Replaces locked, unambiguous notifications by one digest, which is locked in their stead. One transaction (M4). */
  foldOutbox(worker: string, keys: readonly string[], digest: NewNotification, lockMs: number): Promise<Notification>
  /** Writes down how deliveries ended. Only who holds the lock may settle; other settlements are ignored and returned. */
  settle(worker: string, settlements: readonly Settlement[]): Promise<readonly string[]>
  /** When something can next be claimed: its time comes, or a lock lapses. Undefined when nothing is pending. */
  nextDelivery(): Promise<number | undefined>
  readonly history: HistoryReader
  readonly roster: Roster
  readonly access: AccessStore
  /** Drops what is older than the retention; bounded work a call, so call it now and then. Returns what went. */
  retain(retention: Retention): Promise<readonly string[]>
}

/** Says what the store could not do, and whether trying again later makes sense. */
export class StoreError extends Error {
  readonly retryable: boolean
  constructor(message: string, options: { readonly retryable: boolean; readonly cause?: unknown }) {
    super(message, { cause: options.cause })
    this.name = 'StoreError'
    this.retryable = options.retryable
  }
}

/** Leave to write for one shard. The epoch is the fencing token. */
export interface Lease {
  readonly shard: number
  readonly epoch: number
}

/** One shard as its last owner left it. */
export interface ShardImage {
  readonly lease: Lease
  /** Number of the last committed tick; the next is one more. */
  readonly tick: number
  /** Wall time of the last committed tick: what came after it was not observed. Undefined for a new shard. */
  readonly lastTickAt: number | undefined
  readonly targets: readonly TargetSpec[]
  readonly series: readonly Series[]
  readonly states: ReadonlyMap<SeriesId, StoredState>
  /** The open interval of each series. */
  readonly intervals: ReadonlyMap<SeriesId, StateInterval>
  /** Open incidents, with how many events and notifications they have. */
  readonly incidents: readonly OpenIncident[]
}

export interface OpenIncident {
  readonly incident: Incident
  readonly events: number
  /** Highest `n` of its notifications. */
  readonly notifications: number
  /** Channels that have been or will be told of it: recovery goes to these (M6). */
  readonly told: readonly string[]
}

/** A series' state as it is kept across restarts; written only when it changes in more than its times. */
export interface StoredState {
  readonly state: State
  /** Anything else that belongs to the series: last phases, certificate, document format. Plain JSON. */
  readonly facts: Readonly<Record<string, unknown>>
}

export interface TickCommit {
  readonly lease: Lease
  /** One more than the last. */
  readonly tick: number
  readonly at: number
  readonly samples: readonly Sample[]
  readonly states: ReadonlyMap<SeriesId, StoredState>
  /** New intervals; each closes the open one of its series at its own `from`. */
  readonly intervals: readonly StateInterval[]
  /** Incidents opened or changed; the whole row each. */
  readonly incidents: readonly Incident[]
  readonly events: readonly IncidentEvent[]
  readonly notifications: readonly NewNotification[]
  readonly rollups: readonly HourRollup[]
}

export type NewNotification = Pick<Notification, 'key' | 'incidentId' | 'n' | 'channel' | 'message' | 'createdAt'>

/** One closed hour of one series. */
export interface HourRollup {
  readonly series: SeriesId
  /** Wall time at which the hour begins. */
  readonly hour: number
  readonly up: number
  readonly failed: number
  readonly unknown: number
  /** Latency sketch (`evaluate/sketch.ts`), merged by addition. */
  readonly sketch: Uint8Array
}

export interface Settlement {
  readonly attempt: Attempt
  /** What becomes of the notification. `retry` names when. */
  readonly next: { readonly to: 'delivered' | 'dead' } | { readonly to: 'retry'; readonly at: number }
}

/** Reads for pages. Every list is one indexed query with a limit (M11). */
export interface HistoryReader {
  /** Samples of some series, oldest first; from `from` on, before `to`. */
  samples(series: readonly SeriesId[], from: number, to: number): Promise<readonly Sample[]>
  /** The same in batches, roughly oldest first, for more samples than one wants to hold at once. */
  sampleBatches(series: readonly SeriesId[], from: number, to: number): AsyncIterable<readonly Sample[]>
  /** The last samples of every series of a shard, at most `each` a series, oldest first, none older than `since`. */
  lastSamples(shard: number, each: number, since: number): Promise<ReadonlyMap<SeriesId, readonly Sample[]>>
  rollups(series: SeriesId, from: number, to: number): Promise<readonly HourRollup[]>
  /** Intervals that overlap the range, oldest first. */
  intervals(series: readonly SeriesId[], from: number, to: number): Promise<readonly StateInterval[]>
  incidents(query: IncidentQuery): Promise<readonly Incident[]>
  incident(id: string): Promise<{ readonly incident: Incident; readonly events: readonly IncidentEvent[] } | undefined>
  notifications(query: NotificationQuery): Promise<readonly NotificationWithAttempts[]>
}

export interface IncidentQuery {
  readonly targetId?: string
  readonly open?: boolean
  /** Opened before this wall time: the last one's `openedAt`, to page on. */
  readonly before?: number
  /** A page has more than this only to end with all of the last one's instant, so that paging on misses none. */
  readonly limit: number
}

export interface NotificationQuery {
  readonly incidentId?: string
  readonly channel?: string
  readonly status?: NotificationStatus
  readonly before?: number
  readonly limit: number
}

export interface NotificationWithAttempts {
  readonly notification: Notification
  readonly attempts: readonly Attempt[]
}

/** The targets there are. */
export interface Roster {
  /**
   * Makes the stored targets those of the configuration. A target keeps its history by its `id`; one with a new id and
   * the kind and address of exactly one that vanished in the same call takes that one's place (M9).
   * Vanished targets keep their history, are unobserved from when they were last watched, have no open incident, and
   * begin anew should they come back. Owners of shards in which something changed are fenced, so that they load them anew.
   */
  sync(targets: readonly TargetSpec[]): Promise<RosterChange>
  list(): Promise<readonly TargetSpec[]>
}

export interface RosterChange {
  readonly added: readonly string[]
  readonly removed: readonly string[]
  /** From old id to new. */
  readonly renamed: ReadonlyMap<string, string>
}

/** Keys and sessions, only as digests (S1, S2). */
export interface AccessStore {
  addKey(key: KeyRecord): Promise<void>
  keys(): Promise<readonly KeyRecord[]>
  removeKey(id: string): Promise<boolean>
  addSession(session: SessionRecord): Promise<void>
  session(digest: string): Promise<SessionRecord | undefined>
  removeSession(digest: string): Promise<void>
  /** Removes expired sessions, or all but one. */
  removeSessions(which: { readonly expiredAt: number } | { readonly allBut: string | undefined }): Promise<void>
}

export interface KeyRecord {
  readonly id: string
  readonly name: string
  /** SHA-256 of the key, hex. */
  readonly digest: string
  readonly scope: 'read' | 'admin'
  readonly createdAt: number
}

export interface SessionRecord {
  /** SHA-256 of the cookie's value, hex. */
  readonly digest: string
  readonly scope: 'read' | 'admin'
  readonly createdAt: number
  readonly expiresAt: number
}

export interface Retention {
  /** Raw samples older than this are dropped, a day at a time. */
  readonly samplesBefore: number
  readonly rollupsBefore: number
  readonly incidentsBefore: number
}
