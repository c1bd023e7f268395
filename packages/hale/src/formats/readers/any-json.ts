import type { CheckReport, Report } from '../../core/report.ts'
import { severity, type Status } from '../../core/status.ts'
import { MAX_DEPTH, type Budget } from '../budget.ts'
import { collectChecks } from './collect.ts'
import { asFields, defined, firstText, say, type Fields } from './fields.ts'
import { namesNoCheck } from './names.ts'
import type { Body, Reader, Reading } from './reader.ts'
import { readWord, statusOfWord, type Said } from './status-words.ts'
import { statusOf } from './whole.ts'

/**
 * Any other JSON that says of itself or of its parts how they are, wherever in it: Airflow, Kafka Connect, Kibana, Consul,
 * SonarQube, spatie/laravel-health, and what people make themselves. Tried when nothing else fits, so that a document that
 * tells of a failure with 200 is not healthy because of its code.
 */
export const anyJsonReader: Reader = { name: 'any-json', read, last: true }

/** Where a thing says how it is, in small letters, the most telling first. */
const TELLING = 'status state health healthy ishealthy healthcheck level aggregatedstatus reachable'.split(' ')
/** What an envelope says of the request: what lies in it knows better. */
const ENVELOPE = ['ok', 'success', 'result']
const MESSAGES =
  'message notificationmessage output error reason summary symptom description trace resource_error'.split(' ')
const NAMES = ['name', 'checkid', 'service_id', 'label']

type Part = readonly [name: string, check: CheckReport]

function read({ json }: Body, budget: Budget): Reading | undefined {
  if (typeof json === 'boolean') return reading({ status: json ? 'healthy' : 'unhealthy' }, {})
  const own = lower(json)
  const found = partsIn(json, '', budget, 0)
  const whole = wordIn(own, TELLING) ?? found.find(([name]) => /^overall$/i.test(name))?.[1]
  const parts = found.filter(([, check]) => check !== whole)
  const envelope = wordIn(own, ENVELOPE)
  // The things of an app have a "state" too: only where a word is one of ours is this about health.
  if (![whole, envelope, ...parts.map(([, check]) => check)].some(isKnown)) return undefined
  const checks = collectChecks(parts, budget, (check) => check)
  return reading(say(whole ?? judge(envelope, statusOf(checks, budget)), undefined, messageIn(own)), checks)
}

function reading(said: Said, checks: Report['checks']): Reading {
  return { certainty: 'likely', report: { ...said, checks } }
}

/** The worse of what the envelope says and what its contents do. */
function judge(envelope: Said | undefined, inside: Status): Said {
  return envelope !== undefined && severity(envelope.status) >= severity(inside) ? envelope : { status: inside }
}

/** What is found in an object or a list that says nothing of itself: things that do, and words under names. */
function partsIn(value: unknown, name: string, budget: Budget, depth: number): Part[] {
  if (Array.isArray(value)) {
    return value.flatMap((item: unknown, index) => {
      const own = lower(item)
      const id = typeof own['id'] === 'string' || typeof own['id'] === 'number' ? own['id'] : index
      return partOf(item, firstText(...NAMES.map((key) => own[key])) ?? `${name} ${id}`.trim(), budget, depth)
    })
  }
  return Object.entries(asFields(value) ?? {}).flatMap(([key, each]) => {
    if (typeof each !== 'string') return partOf(each, key, budget, depth)
    const status = namesNoCheck(key) || TELLING.includes(key.toLowerCase()) ? undefined : statusOfWord(each)
    return status === undefined ? [] : [[key, { status }] as const]
  })
}

function partOf(value: unknown, name: string, budget: Budget, depth: number): Part[] {
  if (typeof value !== 'object' || value === null || depth > MAX_DEPTH) return []
  const own = lower(value)
  const said = wordIn(own, TELLING) ?? wordIn(own, ENVELOPE)
  if (said === undefined) return partsIn(value, name, budget, depth + 1)
  const inside = Object.entries(value).flatMap(([key, each]) => partOf(each, key, budget, depth + 1))
  const checks = inside.length === 0 ? undefined : collectChecks(inside, budget, (check) => check)
  return [[name, defined<CheckReport>({ ...say(said, undefined, messageIn(own)), checks })]]
}

/** The first known word under one of these keys, else the first that is unknown. */
function wordIn(own: Fields, keys: readonly string[]): Said | undefined {
  const said = keys.map((key) => readWord(own[key])).filter((each) => each !== undefined)
  return said.find(isKnown) ?? said[0]
}

function isKnown(said: Said | CheckReport | undefined): boolean {
  if (said === undefined) return false
  const within = 'checks' in said ? Object.values(said.checks ?? {}) : []
  return said.code !== 'REPORTED_UNKNOWN' || within.some(isKnown)
}

function messageIn(own: Fields): string | undefined {
  return firstText(...MESSAGES.map((key) => own[key]))
}

/** The object with its keys in small letters; empty for anything else. */
function lower(value: unknown): Fields {
  return Object.fromEntries(Object.entries(asFields(value) ?? {}).map(([key, each]) => [key.toLowerCase(), each]))
}
