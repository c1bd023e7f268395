import { COVERAGE, type Coverage } from './coverage.ts'
import type { Finding } from './finding.ts'
import type { KnownCheck } from './unwise-checks.ts'

interface Trace {
  readonly row: Coverage
  readonly packages: readonly string[]
  readonly names: string[]
}

/** What the packages and the variables show, and no check covers. */
export function findUncovered(
  dependencies: readonly string[],
  environmentNames: readonly string[],
  checks: readonly KnownCheck[],
): readonly Finding[] {
  const has = new Set(dependencies)
  const traces = COVERAGE.map((row): Trace => ({
    row,
    packages: row.packages.filter((each) => has.has(each)),
    names: [],
  }))
  for (const name of new Set(environmentNames)) {
    const fitting = traces.filter(({ row }) => row.environment.test(name))
    const owner = fitting.find(({ packages }) => packages.length > 0) ?? fitting.find((each) => covered(each, checks))
    ;(owner ?? fitting[0])?.names.push(name)
  }
  return mergeDrivers(traces.filter((each) => each.packages.length + each.names.length > 0))
    .filter((each) => !covered(each, checks))
    .map(toFinding)
}

function covered({ row }: Trace, checks: readonly KnownCheck[]): boolean {
  // A check that is also used for much else, such as `tcp`, covers only what its name says.
  const kinds = new Set([row.check, ...(row.orBy ?? [])].filter((kind) => kind !== 'tcp'))
  return checks.some(({ kind, name }) => kinds.has(kind) || (name !== undefined && row.named.test(name)))
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
  }
  return traces.flatMap((each) => (each === orm ? [merged] : drivers.includes(each) ? [] : [each]))
}

function toFinding({ row, packages, names }: Trace): Finding {
  const found = [...packages, ...names].map((each) => `\`${each}\``)
  const variable = names.find((name) => /(?:URL|URI|DSN)$/.test(name))
  const path = `'hale/checks/${row.check}'`
  const address = variable === undefined ? undefined : `process.env['${variable}'] ?? ''`
  return {
    code: 'NOT_COVERED',
    what: `${listed(found)} ${found.length === 1 ? 'is' : 'are'} here; nothing checks ${found.length === 1 ? 'it' : 'them'}.`,
    why: 'When it fails, the health says that all is well.',
    lines: [`import { ${toFactory(row.check)} } from ${path}`, `${row.name}: ${row.call(address)},`],
  }
}

const toFactory = (check: string): string => check.replaceAll(/-(\w)/g, (_dash, letter: string) => letter.toUpperCase())

function listed(names: readonly string[]): string {
  return names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names.at(-1) ?? ''}`
}
