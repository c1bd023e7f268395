import { basename } from 'node:path'
import { codesGivenBy } from './codes-given.ts'
import { nameOf, readModule, walk, type Module, type Node } from './read-module.ts'

/** What the source says of one check. */
export interface CheckDescription {
  /** Of its file, as in `hale/checks/<name>`. */
  readonly name: string
  /** Of the function that makes it. */
  readonly factory: string
  /** The function's signature, without what it returns. */
  readonly takes: string
  readonly scope: 'dependency' | 'local'
  /** First paragraph of its docstring without the sentences on cost. */
  readonly asks: string
  /** The sentences on cost. */
  readonly cost: string
  /** The paragraph that begins with `Observed:`, without that word. */
  readonly observed: string
  /** Policy of its own, such as `every` `1m`. */
  readonly defaults: ReadonlyMap<string, string>
  readonly options: readonly OptionDescription[]
  readonly codes: readonly string[]
  /** The paragraph that begins with `Codes:`, without that word: what some of them mean here. */
  readonly codeNote: string | undefined
  /** Whether errors get the codes of the common table besides. */
  readonly byTable: boolean
}

export interface OptionDescription {
  readonly name: string
  readonly required: boolean
  /** As it is written, such as `Duration`. */
  readonly type: string
  /** What its docstring says after `Default`; undefined when it says nothing of it. */
  readonly byDefault: string | undefined
  readonly meaning: string
}

/** @throws {Error} when the file exports no function that returns a check. */
export function describeCheck(file: string): CheckDescription {
  const module = readModule(file)
  const [factory, node] = findFactory(module)
  const paragraphs = module.docOf(node).split(/\n\s*\n/)
  const sentences = sentencesOf(paragraphs[0] ?? '')
  const isCost = (sentence: string): boolean => /^(?:Costs?|Never more than one at a time)\b/.test(sentence)
  const paragraphOf = (word: string): string | undefined =>
    paragraphs.find((paragraph) => paragraph.startsWith(word))?.replace(word, '')
  const codeNote = paragraphOf('Codes:')
  const { byTable, codes } = codesGivenBy(file, factory)
  const parameters = node['params'] as readonly Node[]
  return {
    name: basename(file, '.ts'),
    factory,
    takes: parameters.map(parameterText).join(', '),
    scope: returnsLocal(node) ? 'local' : 'dependency',
    asks: sentences.filter((sentence) => !isCost(sentence)).join(' '),
    cost: sentences.filter(isCost).join(' '),
    observed: oneLine(paragraphOf('Observed:') ?? ''),
    defaults: policyDefaults(module),
    options: parameters.flatMap((parameter) => optionsOf(module, typeOf(parameter))),
    codes: [...codes].toSorted(),
    codeNote: codeNote === undefined ? undefined : oneLine(codeNote),
    byTable,
  }
}

const CHECKS = new Set(['DependencyCheck', 'LocalCheck', 'Heartbeat'])

function findFactory(module: Module): readonly [string, Node] {
  for (const [name, { exported, node }] of module.declarations) {
    if (exported && node.type === 'FunctionDeclaration' && CHECKS.has(returnName(node))) return [name, node]
  }
  throw new Error(`${module.file} exports no function that returns a check`)
}

function returnName(node: Node): string {
  const type = (node['returnType'] as Node | null)?.['typeAnnotation'] as Node | undefined
  return nameOf(type?.['typeName'] as Node | undefined)
}

const returnsLocal = (node: Node): boolean => returnName(node) !== 'DependencyCheck'

/** A parameter's name, in brackets when it may be left out. */
function parameterText(parameter: Node): string {
  const isOptional = parameter.type === 'AssignmentPattern' || parameter['optional'] === true
  const pattern = parameter.type === 'AssignmentPattern' ? (parameter['left'] as Node) : parameter
  const name = pattern.type === 'Identifier' ? nameOf(pattern) : 'options'
  return isOptional ? `${name}?` : name
}

function typeOf(parameter: Node): Node | undefined {
  const pattern = parameter.type === 'AssignmentPattern' ? (parameter['left'] as Node) : parameter
  return (pattern['typeAnnotation'] as Node | null | undefined)?.['typeAnnotation'] as Node | undefined
}

function optionsOf(module: Module, type: Node | undefined): readonly OptionDescription[] {
  const name = nameOf(type?.['typeName'] as Node | undefined)
  return name.endsWith('Options') ? membersOf(module, name) : []
}

/** Members of an interface of the file and of what it extends, those that it inherits last. */
export function describeOptions(file: string, name: string): readonly OptionDescription[] {
  return membersOf(readModule(file), name)
}

function membersOf(module: Module, name: string, only?: readonly string[]): readonly OptionDescription[] {
  const declared = module.declarations.get(name)?.node
  if (declared === undefined) {
    const imported = module.imports.get(name)
    if (imported === undefined) throw new Error(`${module.file} says nothing of ${name}`)
    return membersOf(readModule(imported.file), imported.name, only)
  }
  if (declared.type === 'TSTypeAliasDeclaration') {
    return membersOf(module, nameOf((declared['typeAnnotation'] as Node)['typeName'] as Node), only)
  }
  const body = (declared['body'] as Node)['body'] as readonly Node[]
  const own = body.filter(({ type }) => type === 'TSPropertySignature').map((member) => toOption(member, module))
  const inherited = (declared['extends'] as readonly Node[]).flatMap((heritage) => {
    const parent = nameOf(heritage['expression'] as Node)
    if (parent !== 'Pick') return membersOf(module, parent)
    const [picked, words] = (heritage['typeArguments'] as Node)['params'] as readonly [Node, Node]
    const wanted: string[] = []
    walk(words, ({ type, value }) => {
      if (type === 'Literal') wanted.push(String(value))
      return true
    })
    return membersOf(module, nameOf(picked['typeName'] as Node), wanted)
  })
  const names = new Set(own.map((option) => option.name))
  return [...own, ...inherited.filter((option) => !names.has(option.name))].filter(
    (option) => only === undefined || only.includes(option.name),
  )
}

function toOption(member: Node, { docOf, textOf }: Module): OptionDescription {
  const sentences = sentencesOf(docOf(member))
  const byDefault = sentences.find((sentence) => sentence.startsWith('Default'))
  return {
    name: nameOf(member['key'] as Node),
    required: member['optional'] !== true,
    type: oneLine(textOf((member['typeAnnotation'] as Node)['typeAnnotation'] as Node)),
    byDefault: byDefault?.replace(/^Default(?::| is)? /, '').replace(/\.$/, ''),
    meaning: sentences.filter((sentence) => sentence !== byDefault).join(' '),
  }
}

/** `defaults: { every: '1m' }` in the call that makes the check. */
function policyDefaults(module: Module): ReadonlyMap<string, string> {
  const found = new Map<string, string>()
  for (const { node } of module.declarations.values()) {
    walk(node, (each) => {
      const value = each['value'] as Node | undefined
      const isDefaults = each.type === 'Property' && nameOf(each['key'] as Node) === 'defaults'
      if (!isDefaults || value?.type !== 'ObjectExpression') return true
      for (const property of value['properties'] as readonly Node[]) {
        const { value: given } = property['value'] as Node
        if (typeof given === 'string') found.set(nameOf(property['key'] as Node), given)
      }
      return false
    })
  }
  return found
}

/** A sentence ends where a full stop is followed by a capital or a code, outside brackets and backticks. */
function sentencesOf(text: string): readonly string[] {
  const found: string[] = []
  let [start, depth, isCode] = [0, 0, false]
  const line = oneLine(text)
  for (let index = 0; index < line.length; index++) {
    const char = line[index] ?? ''
    if (char === '`') isCode = !isCode
    else if (!isCode && '([{'.includes(char)) depth += 1
    else if (!isCode && ')]}'.includes(char)) depth -= 1
    const ends = char === '.' && !isCode && depth === 0 && /^ [A-Z"`]/.test(line.slice(index + 1))
    if (!ends) continue
    found.push(line.slice(start, index + 1))
    start = index + 2
  }
  const rest = line.slice(start)
  return rest === '' ? found : [...found, rest]
}

/** Without the numbers of invariants, which say nothing to a reader of docs. */
const oneLine = (text: string): string =>
  text
    .replaceAll(/\s+/g, ' ')
    .replaceAll(/ \([EMS]\d+\)/g, '')
    .trim()
