import { HealthSetupError, type Problem } from '../core/misuse.ts'
import { sameDigest, sha256, type Digest } from './digest.ts'

/** A key as `sha256:` and 64 hexadecimal digits, so that the configuration need not hold the key itself. */
const HASHED = /^sha256:([0-9a-f]{64})$/i
const MAX_KEY_LENGTH = 512

/** Decides who sees the whole report. Holds digests only; no key that was configured or presented is kept (S1). */
export interface Access {
  /** True when the request presents one of the keys, as `X-API-Key` or as `Authorization: Bearer`. */
  allows(header: (name: string) => string | undefined): boolean | Promise<boolean>
}

/**
 * Access by API key. Undefined and empty keys are passed over, as an environment variable that is not set yields them;
 * without any key nobody sees the report.
 *
 * @throws {HealthSetupError} when a `sha256:` key is not a digest.
 */
export function createAccess(keys: readonly (string | undefined)[]): Access {
  const given = keys.flatMap((key) => (key === undefined || key === '' ? [] : [key]))
  const problems = given.flatMap((key, index): Problem[] =>
    key.startsWith('sha256:') && !HASHED.test(key)
      ? [{ field: `keys[${index}]`, message: 'sha256: is not followed by 64 hexadecimal digits' }]
      : [],
  )
  if (problems.length > 0) throw new HealthSetupError(problems)
  if (given.length === 0) return { allows: () => false }

  const known = all(given.map((key) => fromHex(HASHED.exec(key)?.[1]) ?? sha256(key)))
  return {
    allows(header) {
      const key = presentedKey(header)
      if (key === undefined || key.length > MAX_KEY_LENGTH) return false
      const presented = sha256(key)
      if (!(known instanceof Promise) && !(presented instanceof Promise)) return fits(known, presented)
      return Promise.all([known, presented]).then(([digests, digest]) => fits(digests, digest))
    },
  }
}

/** All digests are compared, whichever fits. */
function fits(digests: readonly Digest[], presented: Digest): boolean {
  return digests.filter((each) => sameDigest(each, presented)).length > 0
}

/** At once if all are there at once. */
function all(digests: readonly (Digest | Promise<Digest>)[]): readonly Digest[] | Promise<readonly Digest[]> {
  const there = digests.filter((each) => each instanceof Uint8Array)
  return there.length === digests.length ? there : Promise.all(digests.map(async (digest) => digest))
}

function presentedKey(header: (name: string) => string | undefined): string | undefined {
  const key = header('x-api-key')
  if (key !== undefined) return key
  const authorization = header('authorization')
  return authorization === undefined ? undefined : /^Bearer +(\S+) *$/i.exec(authorization)?.[1]
}

function fromHex(hex: string | undefined): Digest | undefined {
  return hex === undefined ? undefined : Uint8Array.from(hex.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16))
}
