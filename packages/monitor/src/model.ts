import type { TargetKind } from '@hale/contract'
import type { Code, Impact, Observed, Policy, Result, Status } from 'hale'

/** One target as the configuration gives it, every default filled in. Plain data: it is stored and compared. */
export interface TargetSpec {
  /** Stable identity: history hangs on it (M9). Lower-case letters, digits and dashes. */
  readonly id: string
  readonly name: string
  readonly kind: TargetKind
  /** What is probed: an `http(s)://` URL, or `tcp://host:port`. May hold credentials: show it only through `redact`. */
  readonly address: string
  readonly policy: Policy
  /** Every so manieth probe opens a fresh DNS lookup, connection and TLS session; the others keep theirs alive. 1: always. */
  readonly freshEvery: number
  readonly http: HttpExpectation
  /** Channels that are told; undefined: all of them. */
  readonly notify: readonly string[] | undefined
  readonly group: string | undefined
  readonly tags: readonly string[]
  readonly runbook: string | undefined
}

/** How an HTTP target is asked and what must be true of its answer. */
export interface HttpExpectation {
  readonly method: 'GET' | 'HEAD' | 'POST'
  readonly headers: Readonly<Record<string, string>>
  /** Ranges of good status codes, both ends included. Not used for health documents, whose format says what a code means. */
  readonly status: readonly (readonly [number, number])[]
  readonly bodyContains: string | undefined
  /** Total time from which the answer counts as degraded or unhealthy. */
  readonly degradedAboveMs: number | undefined
  readonly unhealthyAboveMs: number | undefined
  readonly followRedirects: number
  readonly maxBodyBytes: number
  /** Days before the end of the certificate's life at which the target is degraded, and unhealthy. */
  readonly certificateDays: { readonly degraded: number; readonly unhealthy: number }
  readonly verifyTls: boolean
}

/** Milliseconds each phase of a probe took. The first three are absent when the connection was kept alive. */
export interface Phases {
  readonly dnsMs?: number
  readonly connectMs?: number
  readonly tlsMs?: number
  readonly firstByteMs?: number
  readonly transferMs?: number
}

export interface Certificate {
  readonly subject: string
  readonly issuer: string
  /** Wall time (ms since 1970) at which it ends. */
  readonly validTo: number
}

/** Which health document was read, or why none could be. */
export interface DocumentInfo {
  /** Name of the format, as `hale/formats` gives it; undefined when none was recognised. */
  readonly format: string | undefined
  /** How sure that is. Undefined when none was recognised, and in what was stored before it was kept. */
  readonly certainty?: 'certain' | 'likely' | undefined
  readonly problem: string | undefined
}

/** What one probe of one target found. */
export interface ProbeOutcome {
  readonly result: Result
  readonly durationMs: number
  readonly phases: Phases | undefined
  readonly certificate: Certificate | undefined
  readonly document: DocumentInfo | undefined
  /** Sub-checks read from the document; empty when there are none. */
  readonly components: readonly ComponentOutcome[]
}

export interface ComponentOutcome {
  /** Path inside the document, parts joined by `/`. */
  readonly name: string
  readonly result: Result
  readonly durationMs: number | undefined
  readonly impact: Impact | undefined
  readonly runbook: string | undefined
}

/** Number of a series in the store: a target's own, or one component's. Small and dense, for segments. */
export type SeriesId = number

/** One series: a target (`component` is empty) or one component of it. */
export interface Series {
  readonly id: SeriesId
  readonly shard: number
  readonly targetId: string
  /** Empty for the target's own series. */
  readonly component: string
}

/** One stored observation of one series. */
export interface Sample {
  readonly series: SeriesId
  /** Wall time, ms since 1970. */
  readonly at: number
  readonly status: Status
  /** Rounded by the store to 10 µs below 10 ms and to 1 % above; undefined when not measured. */
  readonly durationMs: number | undefined
  /** Code of what was wrong; undefined when healthy. */
  readonly code: Code | undefined
  readonly phases: Phases | undefined
}

/** A span in which a series had one status. The open one has no end. `unobserved`: nobody looked (M7). */
export interface StateInterval {
  readonly series: SeriesId
  /** Counts up by one for each transition of the series. */
  readonly seq: number
  readonly status: Status | 'unobserved'
  readonly from: number
  readonly to: number | undefined
  readonly code: Code | undefined
  readonly reason: string
}

export type Severity = 'warning' | 'critical'

/** A span in which a target was not healthy. */
export interface Incident {
  /** `<series>-<seq>` of the transition that opened it: the same transition can never open two. */
  readonly id: string
  readonly targetId: string
  readonly severity: Severity
  readonly openedAt: number
  readonly closedAt: number | undefined
  /** The component that failed first, if the document named one. */
  readonly component: string | undefined
  readonly code: Code | undefined
  /** In words: what is wrong and why, as first seen. */
  readonly cause: string
}

/** One line in an incident's story. */
export interface IncidentEvent {
  readonly incidentId: string
  /** 1, 2, 3 … within the incident. */
  readonly n: number
  readonly at: number
  readonly kind: 'opened' | 'worsened' | 'improved' | 'changed' | 'resolved' | 'note'
  readonly text: string
}

/** What a channel is told, frozen when it is made: a retry sends the same (M3). */
export interface Message {
  readonly kind: 'firing' | 'update' | 'resolved' | 'digest' | 'test'
  readonly incidentId: string
  readonly target: { readonly id: string; readonly name: string; readonly address: string }
  readonly status: Status
  readonly severity: Severity
  readonly code: Code | undefined
  /** One line: what happened. */
  readonly title: string
  /** More lines: cause, since, runbook. */
  readonly text: string
  readonly observed: Observed | undefined
  readonly runbook: string | undefined
  /** When it happened, which may be long before it is delivered. */
  readonly at: number
  readonly openedAt: number
  /** Address of the incident's page, if the monitor knows its own. */
  readonly link: string | undefined
  /** For a digest: the messages it stands for, oldest first; each keeps its own key. */
  readonly parts?: readonly { readonly key: string; readonly message: Message }[]
}

export type NotificationStatus = 'pending' | 'delivered' | 'dead' | 'superseded'

/** One message of one incident to one channel; lives in the outbox until delivered. */
export interface Notification {
  /** `<incident>:<n>:<channel>`: the idempotency key that the receiver sees. */
  readonly key: string
  readonly incidentId: string
  readonly n: number
  readonly channel: string
  readonly message: Message
  readonly status: NotificationStatus
  readonly tries: number
  /** Not sent before this wall time. */
  readonly nextAt: number
  /** An earlier try may have reached the receiver. */
  readonly ambiguous: boolean
  readonly createdAt: number
  readonly deliveredAt: number | undefined
  /** Key of the digest it was folded into. */
  readonly foldedInto: string | undefined
}

/** One try to deliver a notification, kept for whoever asks why (M5). */
export interface Attempt {
  readonly key: string
  readonly at: number
  readonly outcome: 'delivered' | 'retry' | 'permanent' | 'ambiguous'
  /** What the channel answered: `HTTP 503`, `connection refused`; safe to show. */
  readonly detail: string
  readonly tookMs: number
}
