import { parseDuration } from 'hale'
import type { KnownCheck } from 'hale/doctor'

/** What a source file shows without being run. */
export interface SourceFacts {
  readonly checks: readonly KnownCheck[]
  /** Names of the variables that it reads. */
  readonly environmentNames: readonly string[]
}

const IMPORT =
  /(?:(?:import|export)\s*(?:\{([^{}]*)\}|\*(?:\s*as\s+\w+)?)\s*from|import\s*\(|require\s*\()\s*(['"])hale\/checks\/([\w-]+)\2/g
/** Comments, and the strings, in which none begins. What follows other characters is an address or a pattern: `https://`, `/[/*]/`. */
const COMMENT_OR_STRING =
  /(['"])(?:\\[^]?|(?!\1)[^\\\n])*(?:\1|$)|`(?:\\[^]?|[^\\`])*(?:`|$)|(?<![^\s;,(){}])\/(?:\/.*|\*(?:[^]*?\*\/|[^]*))/gm
const VARIABLE = /\b(?:process|import\.meta|Bun)\.env(?:\.([A-Za-z_]\w*)|\[\s*(['"`])([A-Za-z_]\w*)\2\s*\])/g
/** `const { REDIS_URL, PORT: port = '3000' } = process.env` */
const TAKEN = /\{([^{}]*)\}\s*=\s*(?:process|import\.meta|Bun)\.env\b/g
const NAME = /(?:^|,)\s*([A-Za-z_]\w*)/g
/** `config.get('REDIS_URL')`, as of Nest. */
const OF_NEST = /\b[cC]onfig(?:Service)?\.(?:get|getOrThrow)(?:<[^<>]*>)?\(\s*(['"`])([A-Z][A-Z\d_]*)\1/g

/**
 * Reads a file's text: a check counts as registered when it is imported, and its policy is read where it stands beside it
 * (`{ check: postgres(pool), impact: 'fails' }`) in plain literals. What is computed is not seen.
 */
export function readSource(written: string, where: string): SourceFacts {
  const text = written.replaceAll(COMMENT_OR_STRING, (found) => (found.startsWith('/') ? ' ' : found))
  const checks = [...text.matchAll(IMPORT)].flatMap(([, names, , kind = '']): KnownCheck[] => {
    const factory = names
      ?.split(',')[0]
      ?.trim()
      .split(/\s+as\s+/)
      .at(-1)
    const registered = factory === undefined ? [] : registrationsOf(text, factory)
    if (registered.length === 0) return [{ kind, where }]
    return registered.map(({ name, policy }) => ({ name, kind, where, ...policy }))
  })
  const taken = [...text.matchAll(TAKEN)].flatMap(([, names = '']) =>
    [...names.matchAll(NAME)].map(([, name = '']) => name),
  )
  const environmentNames = [
    ...[...text.matchAll(VARIABLE)].map(([, plain, , quoted]) => plain ?? quoted ?? ''),
    ...taken,
    ...[...text.matchAll(OF_NEST)].map(([, , name = '']) => name),
  ]
  return { checks, environmentNames }
}

interface Registered {
  readonly name: string
  readonly policy: Pick<KnownCheck, 'impact' | 'probes' | 'timeoutMs'>
}

/** `db: { check: postgres(…), … }`, `db: postgres(…)` and `register('db', postgres(…))`. */
function registrationsOf(text: string, factory: string): readonly Registered[] {
  const start = new RegExp(`([\\w-]+)['"]?\\s*[:,]\\s*(\\{\\s*check:\\s*)?${factory}\\s*\\(`, 'g')
  return [...text.matchAll(start)]
    .filter(([, name]) => name !== 'check')
    .map((match) => {
      const [call, name = '', object] = match
      return { name, policy: object === undefined ? {} : policyOf(afterCall(text, match.index + call.length)) }
    })
}

/** What follows the arguments of a call, up to the end of the object that it stands in; strings are passed over. */
function afterCall(text: string, from: number): string {
  let depth = 1
  let begin = from
  for (const { 0: token, index } of text.slice(from).matchAll(/(['"`])(?:\\.|(?!\1)[^\\])*\1|[(){}[\]]/gs)) {
    if (/^[([{]/.test(token)) depth += 1
    else if (/^[)\]}]/.test(token)) {
      if (begin !== from && depth === 0) return text.slice(begin, from + index)
      depth -= 1
      if (begin === from && depth === 0) begin = from + index + 1
    }
  }
  return ''
}

function policyOf(text: string): Registered['policy'] {
  const impact = (['fails', 'degrades', 'informs'] as const).find(
    (each) => /\bimpact:\s*['"](\w+)['"]/.exec(text)?.[1] === each,
  )
  const [, quoted, bare] = /\btimeout:\s*(?:['"]([^'"]+)['"]|([\d_]+))/.exec(text) ?? []
  const timeoutMs = parseDuration(quoted ?? (bare === undefined ? undefined : Number(bare.replaceAll('_', ''))))
  const [, listed] = /\bprobes:\s*\[([^\]]*)\]/.exec(text) ?? []
  const probes = (['live', 'ready', 'startup'] as const).filter((each) => listed?.includes(each))
  return {
    ...(impact === undefined ? {} : { impact }),
    ...(timeoutMs === undefined ? {} : { timeoutMs }),
    ...(listed === undefined ? {} : { probes }),
  }
}
