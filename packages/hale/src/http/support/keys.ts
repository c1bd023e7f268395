import { refuseUnknown, type Problem } from '../../core/misuse.ts'
import { sameDigest, sha256, type Digest } from './digest.ts'
import { higher, type Tier } from './tier.ts'

/** A key with what it opens. */
export interface ScopedKey {
  /**
   * As it is, or as `sha256:` and its digest in hexadecimal digits. White space around it is dropped; undefined or empty:
   * passed over. Make it with `openssl rand -hex 32`: wrong keys are not rationed, so a short one could be found by trying.
   */
  readonly key: string | undefined
  readonly scope: 'detail' | 'admin'
  /** What it is called in error messages. */
  readonly name?: string
  /** When it ends, as a date or as text that `Date.parse` understands. Default never. */
  readonly expires?: Date | string
}

/** A key; a plain string opens the report. */
export type Key = string | undefined | ScopedKey

/** A key as `sha256:` and 64 hexadecimal digits, so that the configuration need not hold the key itself. */
const HASHED = /^sha256:([0-9a-f]{64})$/i
const MAX_LENGTH = 512
/** What a header can carry: visible characters of ASCII, and spaces between them. */
const SENDABLE = /^[\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?$/

interface Known {
  readonly digest: Digest
  readonly tier: Tier
  readonly expiresAt: number
}

/** The keys of a handler. Holds digests only; no key that was configured or presented is kept (S1). */
export interface KeyRing {
  readonly size: number
  /**
   * What the key opens, at once where the runtime hashes at once. `public`: nothing. `wall` is wall time in ms since 1970.
   * Costs one digest, however many keys there are, so that it is never rationed: a right key always opens.
   */
  judge(key: string, wall: number): Tier | Promise<Tier>
}

/** Undefined and empty keys are passed over, as an environment variable that is not set yields them. */
export function createKeyRing(keys: readonly Key[], problems: Problem[]): KeyRing {
  const known = keys.flatMap((key, index) => read(key, `keys[${index}]`, problems) ?? [])
  const ready = all(known)
  return {
    size: known.length,
    judge(key, wall) {
      if (key.length > MAX_LENGTH) return 'public'
      const presented = sha256(key)
      if (!(ready instanceof Promise) && !(presented instanceof Promise)) return opens(ready, presented, wall)
      return Promise.all([ready, presented]).then(([all, digest]) => opens(all, digest, wall))
    },
  }
}

/** All digests are compared, whichever fits. */
function opens(known: readonly Known[], presented: Digest, wall: number): Tier {
  return known
    .filter(({ digest }) => sameDigest(digest, presented))
    .filter(({ expiresAt }) => wall < expiresAt)
    .reduce<Tier>((tier, each) => higher(tier, each.tier), 'public')
}

function read(given: Key, field: string, problems: Problem[]): Known | Promise<Known> | undefined {
  const {
    expires,
    key,
    name,
    scope = 'detail',
  }: Partial<ScopedKey> = typeof given === 'object' && given !== null ? given : { key: given }
  const before = problems.length
  const refuse = (message: string): void => {
    problems.push({ field: name === undefined ? field : `${field} (${name})`, message })
  }
  if (typeof given === 'object' && given !== null) {
    refuseUnknown(given, ['key', 'scope', 'name', 'expires'], (option, message) => refuse(`${option}: ${message}`))
  }
  const expiresAt = expires === undefined ? Infinity : new Date(expires).getTime()
  if (Number.isNaN(expiresAt)) refuse('expires is not a date such as "2027-01-31"')
  if (scope !== 'detail' && scope !== 'admin') refuse(`scope is ${JSON.stringify(scope)}, neither detail nor admin`)
  // A file or an environment variable often ends with a line break, which no header can carry.
  const text = typeof key === 'string' ? key.trim() : key
  if (text === undefined || text === '') return undefined
  if (typeof text !== 'string') refuse('the key is not text')
  else if (text.startsWith('sha256:') && !HASHED.test(text)) refuse('sha256: is not followed by 64 hexadecimal digits')
  else if (text.length > MAX_LENGTH) refuse(`the key is longer than ${MAX_LENGTH} characters, so it would never open`)
  else if (!SENDABLE.test(text)) refuse('the key has characters that no header carries, so it would never open')
  if (problems.length > before) return undefined

  const hex = HASHED.exec(text)?.[1]
  const rest = { tier: scope, expiresAt }
  const digest = hex === undefined ? sha256(text) : fromHex(hex)
  return digest instanceof Promise ? digest.then((known) => ({ digest: known, ...rest })) : { digest, ...rest }
}

/** At once if all are there at once. */
function all(keys: readonly (Known | Promise<Known>)[]): readonly Known[] | Promise<readonly Known[]> {
  const there = keys.filter((each): each is Known => !(each instanceof Promise))
  return there.length === keys.length ? there : Promise.all(keys.map(async (key) => key))
}

function fromHex(hex: string): Digest {
  return Uint8Array.from(hex.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16))
}
