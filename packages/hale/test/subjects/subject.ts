import type { DependencyCheck } from 'hale'

/** What can go wrong between a check and what it asks. */
export const FAULTS = ['refuse', 'reset', 'black hole', 'slow', 'garbage', 'auth lost', 'full pool'] as const
export type Fault = (typeof FAULTS)[number]

/** Puts right what was broken. */
export type Mend = () => Promise<unknown>

/** An account of a server, which is one subject's own. */
export interface Account {
  /** The server's URL with it, through this port of loopback. */
  readonly url: (port: number) => string
  /** Takes it away, and its sessions with it. */
  readonly lose: () => Promise<Mend>
}

/** One check over one client, or over a URL, beside the real server that it asks. */
export interface Subject {
  /** Its file in `hale/checks`. */
  readonly check: string
  /** The package of the app's own client; `url` when the check connects by itself, or how the URL begins. */
  readonly client: string
  /** Makes the check, and the client, so that they go through this port of loopback. */
  readonly open: (port: number) => Promise<Opened>
  /** Its account; none when the server knows of none. */
  readonly account?: Account
  /** Faults that it cannot meet, and why. */
  readonly without?: Readonly<Partial<Record<Fault, string>>>
}

export interface Opened {
  readonly check: DependencyCheck
  /** The app borrows all connections of its pool and does not give them back. */
  readonly takeAll?: () => Promise<Mend>
  /** Ends the app's client. */
  readonly end?: () => unknown
}

/** A running server, and all that is checked of it. */
export interface Bed extends AsyncDisposable {
  readonly server: { readonly host: string; readonly port: number }
  /** Default TCP. */
  readonly protocol?: 'tcp' | 'udp'
  readonly subjects: readonly Subject[]
  /** Makes another account, for whoever else is to be compared. */
  readonly openAccount?: () => Promise<Account>
}

/** Reasons for having no pool. */
export const KEEPS_ONE = 'the check keeps one connection of its own'
export const CONNECTS_ANEW = 'it connects anew each time'
export const ONE_CONNECTION = 'the client has one connection, no pool'

/** The URL of an account, through another port. */
export function through(url: string, port: number): string {
  const changed = new URL(url)
  changed.port = String(port)
  return changed.href
}
