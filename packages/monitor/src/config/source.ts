import { isMap, isNode, isPair, isScalar, isSeq, LineCounter, parseDocument, type Document, type YAMLError } from 'yaml'
import { substituteScalars } from './substitute.ts'
import type { ConfigPath, ConfigProblem } from './problem.ts'

/** A parsed file that knows where everything stands. */
export interface Source {
  /** Its content as plain data; undefined when it is no YAML. */
  readonly value: unknown
  /** What is wrong with it as YAML, or with its variables. */
  readonly problems: readonly ConfigProblem[]
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

  if (document.errors.length > 0) {
    return { value: undefined, problems: document.errors.map((error) => describe(error, positionAt)), locate }
  }
  const problems = substituteScalars(document, env).map(({ offset, message }) => ({
    ...positionAt(offset),
    path: '',
    message,
  }))
  try {
    return { value: document.toJS({ maxAliasCount: MAX_ALIAS_COUNT }), problems, locate }
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error)
    return { value: undefined, problems: [...problems, { line: 1, column: 1, path: '', message }], locate }
  }
}

/** The variables that `${NAME}` may stand for. */
export type Environment = Readonly<Record<string, string | undefined>>

function describe(error: YAMLError, positionAt: (offset: number) => Position): ConfigProblem {
  const message = error.code === 'DUPLICATE_KEY' ? 'this key stands here a second time' : error.message
  return { ...positionAt(error.pos[0]), path: '', message }
}

function offsetOf(document: Document, path: ConfigPath, at: 'key' | 'value'): number {
  let node: unknown = document.contents
  let offset = startOf(node) ?? 0
  for (const [index, part] of path.entries()) {
    const last = index === path.length - 1
    if (isMap(node)) {
      const pair = node.items.find(
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
