import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { parseSync } from 'oxc-parser'

/** A node of the syntax tree, as generic as walking needs it. */
export interface Node {
  readonly type: string
  readonly start: number
  readonly end: number
  readonly [key: string]: unknown
}

export interface Declaration {
  readonly node: Node
  readonly exported: boolean
}

/** A source file: what it declares at its top, and where the rest of its names come from. */
export interface Module {
  readonly file: string
  readonly declarations: ReadonlyMap<string, Declaration>
  /** Of this repository only. */
  readonly imports: ReadonlyMap<string, { readonly file: string; readonly name: string }>
  /** The docstring that ends right before a node, as plain text with its line breaks; empty without one. */
  readonly docOf: (node: Node) => string
  /** What is written of a node. */
  readonly textOf: (node: Node) => string
}

const modules = new Map<string, Module>()

/** Reads and parses a file once. */
export function readModule(file: string): Module {
  const known = modules.get(file)
  if (known !== undefined) return known
  const text = readFileSync(file, 'utf8')
  const { comments, errors, program } = parseSync(file, text)
  if (errors.length > 0) throw new Error(`${file}: ${errors[0]?.message}`)
  const declarations = new Map<string, Declaration>()
  const imports = new Map<string, { readonly file: string; readonly name: string }>()
  // Where a declaration begins, its `export` included: a docstring stands before that.
  const starts = new Map<Node, number>()

  for (const statement of program.body as unknown as readonly Node[]) {
    if (statement.type === 'ImportDeclaration') {
      const from = String((statement['source'] as Node)['value'])
      if (!from.startsWith('.')) continue
      for (const specifier of statement['specifiers'] as readonly Node[]) {
        const { imported, local } = specifier as { readonly imported?: Node; readonly local?: Node }
        imports.set(nameOf(local), { file: join(dirname(file), from), name: nameOf(imported) })
      }
      continue
    }
    const exported = statement.type === 'ExportNamedDeclaration'
    const node = exported ? (statement['declaration'] as Node | null) : statement
    if (node === null) continue
    starts.set(node, statement.start)
    for (const name of namesOf(node)) declarations.set(name, { node, exported })
  }

  const docOf = (node: Node): string => {
    const start = starts.get(node) ?? node.start
    const comment = comments.findLast(({ end }) => end <= start)
    const isDoc = comment?.type === 'Block' && comment.value.startsWith('*')
    if (!isDoc || text.slice(comment.end, start).trim() !== '') return ''
    return comment.value
      .slice(1)
      .split('\n')
      .map((line) => line.replace(/^\s*\* ?/, '').trimEnd())
      .join('\n')
      .trim()
  }
  const textOf = ({ end, start }: Node): string => text.slice(start, end)
  const module = { file, declarations, imports, docOf, textOf }
  modules.set(file, module)
  return module
}

function namesOf(node: Node): readonly string[] {
  if (node.type === 'VariableDeclaration') {
    const patterns = (node['declarations'] as readonly Node[]).map((each) => each['id'] as Node)
    return patterns.flatMap((pattern) => (pattern.type === 'Identifier' ? [nameOf(pattern)] : []))
  }
  const id = node['id'] as Node | null | undefined
  return id === undefined || id === null ? [] : [nameOf(id)]
}

/** The name of an identifier; empty when it is none. */
export function nameOf(node: Node | null | undefined): string {
  return typeof node?.['name'] === 'string' ? node['name'] : ''
}

/** Calls `see` for a node and all below it; below one for which it says false it does not go. */
export function walk(node: Node, see: (node: Node) => boolean): void {
  if (!see(node)) return
  for (const value of Object.values(node)) {
    for (const child of Array.isArray(value) ? (value as readonly unknown[]) : [value]) {
      if (isNode(child)) walk(child, see)
    }
  }
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && typeof (value as Partial<Node>).type === 'string'
}
