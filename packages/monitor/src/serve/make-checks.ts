import { asList, checkPolicy, type CheckPolicy } from '@hale/contract'
import { defineCheck, type DependencyCheck, type LocalCheck, type Problem, type Registrable } from 'hale'
import { resolveRegistration } from 'hale/core/defaults'
import { z } from 'zod'
import type { ConfigPath } from '../config/problem.ts'
import type { Reading } from '../config/reading.ts'
import { suggest } from 'hale/core/suggest'
import { validate } from '../config/validate.ts'
import type { CheckType } from './check-types/check-type.ts'
import { CHECK_TYPES, NOT_BESIDE_AN_APP } from './check-types/index.ts'
import { checkWhens } from './check-when.ts'
import { toGiven } from './given.ts'
import { isMapping, refuseMissing, type Mapping } from './refuse.ts'
import { tryOut, usableOf } from './usable.ts'
import { toWhen } from './when.ts'

/** A check that was made as the file has it, and its policy. */
interface Made {
  readonly name: string
  readonly check: DependencyCheck | LocalCheck
  readonly policy: Partial<CheckPolicy>
}

/**
 * Makes the checks that a file names, and notes everything that is wrong with them. All are there only where nothing is.
 */
export async function makeChecks(
  given: Mapping,
  reading: Reading,
  isInstalled: (name: string) => boolean,
): Promise<readonly Made[]> {
  const made: Made[] = []
  for (const [name, options] of Object.entries(given)) {
    // Where there is no mapping, or no type in it, the schema has said so.
    if (!isMapping(options)) continue
    const path: ConfigPath = ['checks', name]
    const { type } = options
    const known = typeof type === 'string' && Object.hasOwn(CHECK_TYPES, type) ? CHECK_TYPES[type] : undefined
    if (typeof type === 'string' && known === undefined) refuseType(type, path, reading)
    if (known !== undefined) refuseMissing(known.needs, 'asks', [...path, 'type'], reading, isInstalled)
    // What a type takes that there is not, nobody knows.
    const schema =
      known === undefined
        ? z.looseObject(checkPolicy.shape)
        : z.strictObject({ ...known.options.shape, ...checkPolicy.shape })
    validate(schema, options, path, reading.refuse)
    if (known?.scope === 'dependency') refuseLiveness(options, path, reading)

    const check = known && (await makeCheck(known, options, path, reading))
    const policy = policyOf(options, path, reading)
    refusePolicy(name, check, policy, reading)
    if (check !== undefined) made.push({ name, check, policy })
  }
  await checkWhens(given, reading, isInstalled)
  return made
}

/** The checks of a file with which nothing is wrong, as the library takes them. */
export async function toRegistrations(made: readonly Made[]): Promise<Record<string, Registrable>> {
  const registrations: Record<string, Registrable> = {}
  for (const { check, name, policy } of made) {
    const { type: _type, when, ...rest } = policy
    const condition = when === undefined ? {} : { when: await toWhen(when) }
    registrations[name] = { check, ...toGiven(checkPolicy, rest), ...condition } as Registrable
  }
  return registrations
}

function refuseType(type: string, path: ConfigPath, { refuse }: Reading): void {
  const types = Object.keys(CHECK_TYPES)
  const why = Object.hasOwn(NOT_BESIDE_AN_APP, type) ? NOT_BESIDE_AN_APP[type] : undefined
  if (why !== undefined) refuse([...path, 'type'], `${type} ${why}; there are ${types.join(', ')}`)
  else {
    const suggestion = suggest(type, types)
    const others = suggestion === undefined ? `; there are ${types.join(', ')}` : ''
    refuse([...path, 'type'], `there is no check of that type${others}`, { suggestion })
  }
}

function refuseLiveness({ probes, type }: Mapping, path: ConfigPath, { refuse }: Reading): void {
  if (!asList(probes).includes('live')) return
  const why = `what ${String(type)} asks would not be mended by a restart of the app`
  const local = Object.keys(CHECK_TYPES).filter((each) => CHECK_TYPES[each]?.scope === 'local')
  refuse(
    [...path, 'probes'],
    `live is for checks of this machine only, such as ${local.slice(0, 3).join(', ')}: ${why}`,
  )
}

async function makeCheck(
  type: CheckType,
  options: Mapping,
  path: ConfigPath,
  reading: Reading,
): Promise<DependencyCheck | LocalCheck | undefined> {
  const own = Object.fromEntries(Object.entries(options).filter(([key]) => !(key in checkPolicy.shape)))
  const usable = usableOf(type.options, own, path, reading)
  return await tryOut(
    usable,
    reading,
    () => type.make(usable.options),
    (field) => placeOf(path, field, options),
  )
}

/** The policy as the file has it, without what was refused. */
function policyOf(options: Mapping, path: ConfigPath, reading: Reading): Partial<CheckPolicy> {
  const own = Object.entries(options).filter(([key]) => key in checkPolicy.shape && !reading.isBad([...path, key]))
  // Each of these is judged by the others.
  const times = ['every', 'timeout', 'staleAfter']
  const isWhole = !times.some((key) => reading.isBad([...path, key]))
  return Object.fromEntries(own.filter(([key]) => isWhole || !times.includes(key))) as Partial<CheckPolicy>
}

/** Stands in for a check that could not be made. */
const NONE = defineCheck({ kind: 'none', run: () => ({ status: 'unknown' }) })

function refusePolicy(
  name: string,
  check: DependencyCheck | LocalCheck | undefined,
  { probes: _probes, type: _type, when: _when, ...policy }: Partial<CheckPolicy>,
  { refuseFurther }: Reading,
): void {
  const problems: Problem[] = []
  resolveRegistration(name, { check: check ?? NONE, ...toGiven(checkPolicy, policy) } as Registrable, problems)
  for (const { field, message } of problems) {
    // The schema has judged the name.
    if (field !== 'name') refuseFurther(['checks', name, field], message)
  }
}

/** The library's word for a field, in the file. */
function placeOf(path: ConfigPath, field: string, options: Mapping): ConfigPath {
  const [first = ''] = field.split('.')
  const key = first === 'source' ? ('path' in options ? 'path' : 'url') : first === 'type' ? 'record' : first
  return [...path, key]
}
