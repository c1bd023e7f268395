import {
  isAlias,
  isMap,
  isNode,
  isPair,
  isScalar,
  isSeq,
  LineCounter,
  parseDocument,
  visit,
  type Document,
  type Node,
  type Pair,
} from 'yaml'
import { formatPath, type ConfigPath, type ConfigProblem } from './problem.ts'
import { describeSyntax } from './describe-syntax.ts'
import { substituteScalars } from './substitute.ts'

/** A parsed file that knows where everything stands. */
export interface Source {
  /** Its content as plain data; undefined when it is no YAML. */
  readonly value: unknown
  /** What is wrong with it as YAML, or with its variables. */
  readonly problems: readonly ConfigProblem[]
  /** Texts with a variable that is missing: they stand in the value as they were written, and cannot be judged. */
  readonly open: ReadonlySet<unknown>
  /** Line and column of a value or of its key; of the nearest thing around it when there is no such value. */
  locate(path: ConfigPath, at: 'key' | 'value'): Position
}

type Position = Pick<ConfigProblem, 'line' | 'column'>

/** Aliases may stand for this many nodes all in all: enough for templates, too few for a bomb. */
const MAX_ALIAS_COUNT = 1_000

/** Reads YAML 1.2 (which JSON is too), and puts in the environment's variables. */
export function readSource(text: string, env: Environment): Source {
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, merge: true, stringKeys: true })
  const positionAt = (offset: number): Position => {
    const { line, col } = lines.linePos(offset)
    return { line: Math.max(1, line), column: Math.max(1, col) }
  }
  const locate: Source['locate'] = (path, at) => positionAt(offsetOf(document, path, at))
  const noYaml = (problems: readonly ConfigProblem[]): Source => ({
    value: undefined,
    problems,
    open: new Set(),
    locate,
  })

  // With a key that stands there twice the rest can still be read.
  const errors = document.errors.filter(({ code }) => code !== 'DUPLICATE_KEY')
  if (errors.length > 0) {
    return noYaml(errors.map((error) => ({ ...positionAt(error.pos[0]), path: '', message: describeSyntax(error) })))
  }
  const unresolved = substituteScalars(document, env)
  const inside = placesOf(document, new Set(unresolved.map(({ node }) => node)))
  const problems = [
    ...(document.errors.length > 0 ? findDuplicates(document, positionAt) : []),
    ...unresolved.flatMap(({ messages, node }) =>
      messages.map((message) => ({
        ...positionAt(node.range?.[0] ?? 0),
        path: formatPath(inside.get(node) ?? []),
        message,
      })),
    ),
  ]
  try {
    const value: unknown = document.toJS({ maxAliasCount: MAX_ALIAS_COUNT })
    return { value, problems, open: new Set(unresolved.map(({ text: each }) => each)), locate }
  } catch (error) {
    return noYaml([...problems, ...describeAliases(document, error, positionAt)])
  }
}

/** The variables that `${NAME}` may stand for. */
export type Environment = Readonly<Record<string, string | undefined>>

/** The paths of some nodes of a document. */
function placesOf(document: Document, wanted: ReadonlySet<Node>): ReadonlyMap<Node, ConfigPath> {
  const places = new Map<Node, ConfigPath>()
  if (wanted.size === 0) return places
  visit(document, {
    Scalar(key, node, ancestors) {
      if (wanted.has(node)) places.set(node, pathOf([...ancestors, node], key))
    },
  })
  return places
}

/** The keys and indices on the way down to the last of a chain of nodes. */
function pathOf(chain: readonly unknown[], lastIndex: unknown): ConfigPath {
  return chain.flatMap((node, index): ConfigPath => {
    if (isPair(node)) return [keyOf(node)]
    const above = chain[index - 1]
    if (!isSeq(above)) return []
    return [index === chain.length - 1 ? Number(lastIndex) : above.items.indexOf(node)]
  })
}

function keyOf({ key }: Pair): string {
  return isScalar(key) ? String(key.value) : String(key)
}

function findDuplicates(document: Document, positionAt: (offset: number) => Position): ConfigProblem[] {
  const problems: ConfigProblem[] = []
  visit(document, {
    Pair(_, pair, ancestors) {
      const map = ancestors.at(-1)
      if (!isMap(map) || keyOf(pair) === '<<') return
      const first = map.items.find((each) => keyOf(each) === keyOf(pair))
      if (first === undefined || first === pair) return
      const { line } = positionAt(startOf(first.key) ?? 0)
      problems.push({
        ...positionAt(startOf(pair.key) ?? 0),
        path: formatPath(pathOf([...ancestors, pair], undefined)),
        message: `stands here a second time; the first is in line ${line}`,
      })
    },
  })
  return problems
}

/** Aliases fail when the document is turned into data, without a place. */
function describeAliases(
  document: Document,
  error: unknown,
  positionAt: (offset: number) => Position,
): readonly ConfigProblem[] {
  const problems: ConfigProblem[] = []
  const anchors = new Set<string>()
  visit(document, {
    Node(_, node) {
      if (!isAlias(node)) {
        if (node.anchor !== undefined) anchors.add(node.anchor)
      } else if (!anchors.has(node.source)) {
        const message = `there is no &${node.source} above that *${node.source} could stand for; text that begins with * needs quotes`
        problems.push({ ...positionAt(node.range?.[0] ?? 0), path: '', message })
      }
    },
  })
  if (problems.length > 0) return problems
  const message =
    error instanceof ReferenceError
      ? 'its aliases (*name) stand for more than 1,000 values; write some of them out'
      : `cannot be read as YAML: ${error instanceof Error ? error.message : String(error)}`
  return [{ line: 1, column: 1, path: '', message }]
}

function offsetOf(document: Document, path: ConfigPath, at: 'key' | 'value'): number {
  let node: unknown = document.contents
  let offset = startOf(node) ?? 0
  for (const [index, part] of path.entries()) {
    const last = index === path.length - 1
    if (isMap(node)) {
      // Of a key that stands there twice the last counts, as in the value.
      const pair = node.items.findLast(
        (item) => isPair(item) && isScalar(item.key) && String(item.key.value) === String(part),
      )
      if (pair === undefined) break
      node = pair.value
      offset = (last && at === 'key' ? undefined : startOf(node)) ?? startOf(pair.key) ?? offset
    } else if (isSeq(node)) {
      node = node.items[Number(part)]
      offset = startOf(node) ?? offset
    } else break
  }
  return offset
}

function startOf(node: unknown): number | undefined {
  return isNode(node) ? node.range?.[0] : undefined
}
