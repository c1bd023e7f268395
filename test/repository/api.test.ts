import { readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { expect, it } from 'vitest'
import { findEntryPoints, library } from '../harness/entry-points.ts'

/** What a declaration file exports: each name with one line that says what it is, its types by name. */
function exportsOf(file: string): ReadonlyMap<string, string> {
  const text = readFileSync(file, 'utf8').replaceAll(/\/\*[^]*?\*\/|^\/\/.*/gm, '')
  const found = new Map<string, string>()
  const own = text.matchAll(
    /^export (?:declare )?((?:abstract )?class|interface|type|const|function) ([\w$]+)([^]*?)(?=^export |^declare |^interface |^type |(?![^]))/gm,
  )
  for (const [, kind = '', name = '', rest = ''] of own) {
    const line = `${kind} ${name}${headOf(kind, rest)}`
    found.set(name, found.has(name) ? `${found.get(name)}\n  ${line}` : line)
  }
  for (const [, names = '', from = ''] of text.matchAll(/^export (?:type )?\{([^}]*)\} from '([^']+)'/gm)) {
    const there = exportsOf(join(dirname(file), from.replace(/\.[jt]s$/, '.d.ts')))
    for (const each of names.split(',')) {
      const [name = '', as = name] = each
        .trim()
        .replace(/^type /, '')
        .split(' as ')
      if (name !== '') found.set(as, there.get(name) ?? `${as}, which ${relative(library, file)} does not find`)
    }
  }
  return found
}

/** Signatures, types of constants and ancestors are the contract; bodies of interfaces are read in the source. */
function headOf(kind: string, rest: string): string {
  const line = rest.replaceAll(/\s+/g, ' ').trim().replace(/;$/, '')
  if (kind === 'type') return ''
  if (kind === 'function') return line
  if (kind === 'const') return line.replaceAll(/readonly (\w+): '[^']*'/g, '$1')
  const head = line.slice(0, line.indexOf('{')).trim()
  return head === '' ? '' : head.startsWith('<') ? head : ` ${head}`
}

it('exports what test/repository/api.txt says: `npx vitest run test/repository/api.test.ts -u` writes it anew', async () => {
  const pages = findEntryPoints().map(({ path, types }) => {
    const lines = [...exportsOf(join(library, types))].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, line]) => line)
    return [join('hale', path), ...lines.map((line) => `  ${line}`), ''].join('\n')
  })
  expect(pages.length).toBeGreaterThan(20)
  await expect(pages.join('\n')).toMatchFileSnapshot('./api.txt')
})
