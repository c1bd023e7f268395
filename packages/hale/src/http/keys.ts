import type { Problem } from '../core/misuse.ts'
import { sameDigest, sha256, type Digest } from './digest.ts'
import { higher, type Tier } from './tier.ts'

/** A key with what it opens. */
export interface ScopedKey {
  /** As it is, or as `sha256:` and its digest in hexadecimal digits. Undefined or empty: passed over. */
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
/** Characters below which a key could be found by trying, so that tries at it are limited. */
const UNGUESSABLE_LENGTH = 16

interface Known {
  readonly digest: Digest
  readonly tier: Tier
  readonly expiresAt: number
  readonly guessable: boolean
}

/** What a presented key is judged by. */
export interface Occasion {
  /** Wall time in ms since 1970. */
  readonly wall: number
  /** The client has tries left; if not, keys that could be guessed do not open. */
  readonly mayGuess: boolean
}

/** The keys of a handler. Holds digests only; no key that was configured or presented is kept (S1). */
export interface KeyRing {
  readonly size: number
  /** What the key opens, at once where the runtime hashes at once. `public`: nothing. */
  judge(key: string, occasion: Occasion): Tier | Promise<Tier>
}

/** Undefined and empty keys are passed over, as an environment variable that is not set yields them. */
export function createKeyRing(keys: readonly Key[], problems: Problem[]): KeyRing {
  const known = keys.flatMap((key, index) => read(key, `keys[${index}]`, problems) ?? [])
  const ready = all(known)
  return {
    size: known.length,
    judge(key, occasion) {
      if (key.length > MAX_LENGTH) return 'public'
      const presented = sha256(key)
      if (!(ready instanceof Promise) && !(presented instanceof Promise)) return opens(ready, presented, occasion)
      return Promise.all([ready, presented]).then(([all, digest]) => opens(all, digest, occasion))
    },
  }
}

/** All digests are compared, whichever fits. */
function opens(known: readonly Known[], presented: Digest, { mayGuess, wall }: Occasion): Tier {
  return known
    .filter(({ digest }) => sameDigest(digest, presented))
    .filter(({ expiresAt, guessable }) => wall < expiresAt && (mayGuess || !guessable))
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
  const expiresAt = expires === undefined ? Infinity : new Date(expires).getTime()
  if (Number.isNaN(expiresAt)) refuse('expires is not a date such as "2027-01-31"')
  if (scope !== 'detail' && scope !== 'admin') refuse(`scope is ${JSON.stringify(scope)}, neither detail nor admin`)
  if (key === undefined || key === '') return undefined
  if (typeof key !== 'string') refuse('the key is not text')
  else if (key.startsWith('sha256:') && !HASHED.test(key)) refuse('sha256: is not followed by 64 hexadecimal digits')
  if (problems.length > before) return undefined

  const hex = HASHED.exec(key)?.[1]
  const rest = { tier: scope, expiresAt, guessable: hex === undefined && key.length < UNGUESSABLE_LENGTH }
  const digest = hex === undefined ? sha256(key) : fromHex(hex)
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
