import { suggest } from './suggest.ts'

/** One thing that is wrong with what was passed in. */
export interface Problem {
  /** The check it is about; absent when it is about the whole. */
  readonly check?: string
  /** The field that is wrong. */
  readonly field: string
  /** What it is, and what was meant. */
  readonly message: string
}

/** Thrown when Hale is set up in a way that cannot work. Names everything that is wrong, not only the first. */
export class HealthSetupError extends Error {
  override readonly name = 'HealthSetupError'
  readonly code = 'INVALID_SETUP'
  readonly problems: readonly Problem[]

  constructor(problems: readonly Problem[]) {
    super(`Hale is not set up right:\n${problems.map((problem) => `  - ${describe(problem)}`).join('\n')}`)
    this.problems = problems
  }
}

function describe({ check, field, message }: Problem): string {
  return check === undefined ? `${field}: ${message}` : `check "${check}", ${field}: ${message}`
}

/** Refuses options of a name that there is not: a misspelt one would be passed over in silence. */
export function refuseUnknown(
  given: object,
  known: readonly string[],
  refuse: (field: string, message: string) => void,
): void {
  for (const field of Object.keys(given)) {
    if (known.includes(field)) continue
    const meant = suggest(field, known)
    refuse(
      hideLogIn(field),
      `there is no such option; ${meant === undefined ? `there are ${known.join(', ')}` : `did you mean "${meant}"?`}`,
    )
  }
}

/** Writes a value that was given, for a message that says what is wrong with it. An address in a wrong place keeps its password. */
export function show(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(show).join(', ')}]`
  if (typeof value === 'function') return 'a function'
  if (typeof value === 'object' && value !== null) return 'an object'
  return typeof value === 'string' ? JSON.stringify(hideLogIn(value)) : String(value)
}

/** Not `redact`, which finds more: exporters show their options too, and would carry all of it. */
const hideLogIn = (text: string): string => text.replaceAll(/(?<=:\/\/)\S*@/g, '***@')
