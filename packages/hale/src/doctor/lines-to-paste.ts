import type { Coverage } from './coverage-row.ts'

/** What is there of what a row is about. */
export interface Found {
  /** The name to register the check under. */
  readonly name: string
  readonly packages: readonly string[]
  /** Names of variables. */
  readonly names: readonly string[]
  /** All packages that the app depends on. */
  readonly has: ReadonlySet<string>
}

/**
 * An import and a line for `checks`, which compile. By the address that a variable holds where that needs no other package;
 * else through the app's own client, by the name that it often has; else by an address to mend.
 */
export function linesToPaste({ address, call, check, packages: clients }: Coverage, found: Found): readonly string[] {
  const { has, name, names, packages } = found
  const own = packages.map((each) => clients[each]).find((each) => each !== undefined)
  const variable = address && names.find((each) => address.variable.test(each))
  const lacks = address?.needs !== undefined && !has.has(address.needs) ? address.needs : undefined
  const path = `'hale/checks/${check}'`
  const lines = [`import { ${toFactory(check)} } from ${path}`]
  if (own !== undefined && (variable === undefined || lacks !== undefined)) {
    return [...lines, `${name}: ${call(own, names)},`, ...(/^\w+$/.test(own) ? [`// ${own}: the app's own`] : [])]
  }
  const source = variable === undefined ? address?.example : `process.env['${variable}'] ?? ''`
  lines.push(`${name}: ${call(source ?? own ?? '', names)},`)
  if (own !== undefined) lines.push(`// or through the app's own client, which shows more: ${call(own, names)}`)
  if (lacks !== undefined) lines.push(`// by an address it needs the package ${lacks}`)
  return lines
}

/** A line for `checks` in a file of `hale serve`, with its head. None where it has no such check. */
export function linesForServe(
  { address, check, fields }: Coverage,
  { name, names }: Pick<Found, 'name' | 'names'>,
): readonly string[] {
  if (fields === undefined || address === undefined) return []
  const variable = names.find((each) => address.variable.test(each))
  const source = variable === undefined ? address.example : `'\${${variable}}'`
  return ['checks:', `  ${name}: { type: ${check}, ${fields(source)} }`]
}

const toFactory = (check: string): string => check.replaceAll(/-(\w)/g, (_dash, letter: string) => letter.toUpperCase())
