import { checkPolicy, type CheckPolicy } from '@hale/contract'
import { HealthSetupError, type Problem, type Registrable } from 'hale'
import { resolveRegistration } from 'hale/core/defaults'
import type { ConfigPath } from '../config/problem.ts'
import { suggest } from 'hale/core/suggest'
import { validate } from '../config/validate.ts'
import { CHECK_TYPES, NOT_BESIDE_AN_APP } from './check-types.ts'
import type { Reading } from './reading.ts'
import { isMapping, refuseMissing, refuseSetup, type Mapping } from './refuse.ts'
import { toWhen } from './when.ts'

/** Makes the checks that a file names, and notes everything that is wrong with them. */
export async function makeChecks(
  given: Mapping,
  reading: Reading,
  isInstalled: (name: string) => boolean,
): Promise<Record<string, Registrable>> {
  const made: Record<string, Registrable> = {}
  for (const [name, options] of Object.entries(given)) {
    if (!isMapping(options) || typeof options['type'] !== 'string') continue // the schema has said so
    const { type } = options
    const known = Object.hasOwn(CHECK_TYPES, type) ? CHECK_TYPES[type] : undefined
    const path: ConfigPath = ['checks', name]
    if (known === undefined) {
      refuseType(type, path, reading)
      continue
    }
    refuseMissing(known.needs, 'asks', [...path, 'type'], reading, isInstalled)
    if (asksForWindow(options['when']) && !isInstalled('croner')) {
      const message = 'a window needs the package croner, which is not installed; run: npm install croner'
      reading.refuse([...path, 'when'], message)
    }
    const before = reading.count()
    validate(checkPolicy.extend(known.options.shape), options, path, reading.refuse)
    if (reading.count() > before) continue
    const registration = await register(name, options as Mapping & CheckPolicy, known.make, reading)
    if (registration !== undefined) made[name] = registration
  }
  return made
}

function refuseType(type: string, path: ConfigPath, { refuse }: Reading): void {
  const types = Object.keys(CHECK_TYPES)
  const why = Object.hasOwn(NOT_BESIDE_AN_APP, type) ? NOT_BESIDE_AN_APP[type] : undefined
  if (why !== undefined) refuse([...path, 'type'], `${type} ${why}; there are ${types.join(', ')}`)
  else {
    const message = `there is no check of that type; there are ${types.join(', ')}`
    refuse([...path, 'type'], message, { suggestion: suggest(type, types) })
  }
}

async function register(
  name: string,
  options: Mapping & CheckPolicy,
  make: (options: unknown) => Promise<unknown>,
  reading: Reading,
): Promise<Registrable | undefined> {
  const [policy, own] = split(options)
  const { when, ...rest } = policy
  try {
    const registration = {
      check: await make(own),
      ...rest,
      ...(when === undefined ? {} : { when: await toWhen(when) }),
    } as Registrable
    const problems: Problem[] = []
    resolveRegistration(name, registration, problems)
    if (problems.length > 0) throw new HealthSetupError(problems)
    return registration
  } catch (error) {
    refuseSetup(error, reading, (_check, field) => placeOf(name, field, options))
    return undefined
  }
}

/** Whether a `when`, of whatever shape, names a window somewhere in it. */
function asksForWindow(when: unknown): boolean {
  if (Array.isArray(when)) return when.some(asksForWindow)
  return isMapping(when) && Object.entries(when).some(([key, value]) => key === 'window' || asksForWindow(value))
}

/** What all checks take, and what this one takes. */
function split(options: Mapping & CheckPolicy): [Omit<CheckPolicy, 'type'>, Mapping] {
  const policy: Record<string, unknown> = {}
  const own: Record<string, unknown> = {}
  for (const [key, value] of Object.entries(options)) {
    if (key !== 'type') (key in checkPolicy.shape ? policy : own)[key] = value
  }
  return [policy, own]
}

/** The library's word for a field, in the file. */
function placeOf(name: string, field: string, options: Mapping): ConfigPath {
  const [first = ''] = field.split('.')
  const key = first === 'source' ? ('path' in options ? 'path' : 'url') : first === 'type' ? 'record' : first
  return key === 'name' && !('name' in options) ? ['checks', name] : ['checks', name, key]
}
