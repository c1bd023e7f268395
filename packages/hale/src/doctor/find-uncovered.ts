import { COVERAGE } from './coverage.ts'
import type { Coverage } from './coverage-row.ts'
import type { Finding } from './finding.ts'
import { asksOneThing } from './kinds.ts'
import { linesForServe, linesToPaste } from './lines-to-paste.ts'
import type { KnownCheck } from './unwise-checks.ts'

/** What shows what an app depends on. */
export interface Surroundings {
  /** Names of the packages that it depends on by itself. */
  readonly dependencies: readonly string[]
  /** Names of its environment variables; never their values. */
  readonly environmentNames: readonly string[]
  /** Of variables that hold an address its scheme: `{ DATABASE_URL: 'mysql' }`, which a name does not tell. */
  readonly schemes?: Readonly<Record<string, string>>
  /** What runs beside it, as a Compose file has it. */
  readonly services?: readonly Service[]
  /** What the lines to paste are for: the app itself, or a file of `hale serve` beside it. Default `app`. */
  readonly pasteInto?: 'app' | 'serve'
}

/** A container that runs beside an app. */
export interface Service {
  /** How a finding calls it: `db of compose.yaml`. */
  readonly name: string
  /** `docker.io/library/postgres:18`. */
  readonly image: string
}

interface Trace {
  readonly row: Coverage
  readonly packages: readonly string[]
  readonly names: string[]
  readonly services: string[]
}

/** What the packages, the variables and the services show, and no check covers. */
export function findUncovered(
  { dependencies, environmentNames, pasteInto = 'app', schemes = {}, services = [] }: Surroundings,
  checks: readonly KnownCheck[],
): readonly Finding[] {
  const has = new Set(dependencies)
  const traces = COVERAGE.map((row): Trace => ({
    row,
    packages: Object.keys(row.packages).filter((each) => has.has(each)),
    names: [],
    services: [],
  }))
  /** Of several kinds that a name or an image could be of, the one that the app uses or checks, else the first. */
  const ownerOf = (fitting: readonly Trace[]): Trace | undefined =>
    fitting.find(isUsed) ?? fitting.find((each) => covered(each, checks)) ?? fitting[0]
  for (const { image, name } of services) ownerOf(traces.filter(({ row }) => shows(row, image)))?.services.push(name)
  for (const name of new Set(environmentNames)) {
    if (FOR_BROWSERS.test(name)) continue
    const scheme = Object.hasOwn(schemes, name) ? schemes[name] : undefined
    const ofScheme = traces.filter(({ row }) => scheme !== undefined && row.schemes?.includes(scheme) === true)
    const fitting = ofScheme.length > 0 ? ofScheme : traces.filter(({ row }) => row.environment.test(name))
    ownerOf(fitting)?.names.push(name)
  }
  const taken = new Set(checks.map(({ name }) => name))
  return mergeDrivers(traces.filter((each) => isUsed(each) || each.names.length > 0))
    .filter((each) => !covered(each, checks))
    .map((trace) => {
      const name = [trace.row.name, trace.row.check].find((each) => !taken.has(each)) ?? `${trace.row.name}2`
      taken.add(name)
      const found = { name, packages: trace.packages, names: trace.names, has }
      const lines = pasteInto === 'app' ? linesToPaste(trace.row, found) : linesForServe(trace.row, found)
      return toFinding(trace, lines)
    })
}

/** What a bundler writes into pages: addresses of this app, not of what it depends on. */
const FOR_BROWSERS = /^(?:NEXT_PUBLIC|NUXT_PUBLIC|EXPO_PUBLIC|PUBLIC|VITE|REACT_APP|GATSBY|STORYBOOK)_/
/** What comes with a server and is none. */
const BESIDE_A_SERVER = /exporter|express|insight|commander|admin|backup|operator|-ui$/

function shows({ images }: Coverage, image: string): boolean {
  const path = image.replace(/[:@][^/]*$/, '').split('/')
  const last = path.at(-1) ?? ''
  // Microsoft calls it mssql/server.
  const name = last === 'server' ? (path.at(-2) ?? last) : last
  return images?.test(name) === true && !BESIDE_A_SERVER.test(name)
}

const isUsed = ({ packages, services }: Trace): boolean => packages.length + services.length > 0

function covered({ row }: Trace, checks: readonly KnownCheck[]): boolean {
  // A check that is also used for much else, such as `tcp`, covers only what its name says.
  const kinds = new Set([row.check, ...(row.orBy ?? [])].filter((kind) => kind !== 'tcp'))
  return checks.some(
    ({ kind, name }) => kinds.has(kind) || (name !== undefined && !asksOneThing(kind) && row.named.test(name)),
  )
}

/** An ORM and the driver below it are one database: it is asked through the ORM, as the app does. */
function mergeDrivers(traces: readonly Trace[]): readonly Trace[] {
  const orm = traces.find(({ row, packages }) => row.check === 'orm' && packages.length > 0)
  if (orm === undefined) return traces
  const drivers = traces.filter((each) => each !== orm && each.row.orBy === orm.row.orBy)
  const merged: Trace = {
    row: orm.row,
    packages: [...orm.packages, ...drivers.flatMap(({ packages }) => packages)],
    names: [...orm.names, ...drivers.flatMap(({ names }) => names)],
    services: drivers.flatMap(({ services }) => services),
  }
  return traces.flatMap((each) => (each === orm ? [merged] : drivers.includes(each) ? [] : [each]))
}

function toFinding({ packages, names, services }: Trace, lines: readonly string[]): Finding {
  const found = [...packages, ...names, ...services].map((each) => `\`${each}\``)
  const one = found.length === 1
  return {
    code: 'NOT_COVERED',
    what: `${listed(found)} ${one ? 'is' : 'are'} here; nothing checks ${one ? 'it' : 'them'}.`,
    why: 'When it fails, the health says that all is well.',
    lines,
  }
}

function listed(names: readonly string[]): string {
  return names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names.at(-1) ?? ''}`
}
