import { CODES } from '../../../packages/hale/src/core/codes.ts'
import { nameOf, readModule, walk, type Node } from './read-module.ts'

/** What a function can lead to. */
export interface Given {
  /** Codes that its own source, and that of the helpers it reaches, gives. */
  readonly codes: ReadonlySet<string>
  /** Whether it turns errors into results by the table that all checks share, `core/error-codes.ts`. */
  readonly byTable: boolean
}

const TABLE: ReadonlySet<string> = new Set(['codeFromError', 'resultFromError'])

/**
 * The codes that an exported function can give, from the source: the literals in it and in everything that it names, through
 * the imports of its file, as far as the core. Types, keys, and what a code is compared with are not given.
 */
export function codesGivenBy(file: string, name: string): Given {
  const codes = new Set<string>()
  const seen = new Set<string>()
  let byTable = false

  const reach = (inFile: string, named: string): void => {
    if (seen.has(`${inFile}#${named}`)) return
    seen.add(`${inFile}#${named}`)
    const module = readModule(inFile)
    const declaration = module.declarations.get(named)
    if (declaration === undefined) {
      const imported = module.imports.get(named)
      if (imported === undefined) return
      if (!imported.file.includes('/core/')) reach(imported.file, imported.name)
      else if (TABLE.has(imported.name)) byTable = true
      return
    }
    walkValues(declaration.node, (node) => {
      for (const code of codesOf(node)) codes.add(code)
      if (node.type === 'Identifier') reach(inFile, nameOf(node))
    })
  }
  reach(file, name)
  return { codes, byTable }
}

/** The codes that the literals of a file give. */
export function codesWrittenIn(file: string): ReadonlySet<string> {
  const codes = new Set<string>()
  for (const { node } of readModule(file).declarations.values()) {
    walkValues(node, (each) => {
      for (const code of codesOf(each)) codes.add(code)
    })
  }
  return codes
}

/** The code that a literal is, or all that a text such as `REPORTED_${status}` can become. */
function codesOf(node: Node): readonly string[] {
  const all = Object.keys(CODES)
  if (node.type === 'Literal') return all.filter((code) => code === node['value'])
  if (node.type !== 'TemplateLiteral') return []
  const [first] = node['quasis'] as readonly Node[]
  const begins = (first?.['value'] as { readonly raw: string } | undefined)?.raw ?? ''
  return /^[A-Z]+_$/.test(begins) ? all.filter((code) => code.startsWith(begins)) : []
}

function walkValues(root: Node, see: (node: Node) => void): void {
  walk(root, (node) => {
    if (isNoValue(node)) return false
    if (node.type === 'BinaryExpression' && /^[!=]==$/.test(String(node['operator']))) {
      for (const side of [node['left'], node['right']] as readonly Node[]) {
        if (side.type !== 'Literal') walkValues(side, see)
      }
      return false
    }
    if ((node.type === 'Property' && node['computed'] !== true) || node.type === 'SwitchCase') {
      const given = node.type === 'Property' ? [node['value']] : (node['consequent'] as readonly unknown[])
      for (const each of given as readonly Node[]) walkValues(each, see)
      return false
    }
    if (node.type === 'MemberExpression' && node['computed'] !== true) {
      walkValues(node['object'] as Node, see)
      return false
    }
    see(node)
    return true
  })
}

/** Types, and sets of words that are looked up. */
function isNoValue(node: Node): boolean {
  if (node.type === 'TSAsExpression' || node.type === 'TSSatisfiesExpression' || node.type === 'TSNonNullExpression')
    return false
  if (node.type === 'NewExpression') return nameOf(node['callee'] as Node) === 'Set'
  return node.type.startsWith('TS')
}
