import { redact, redactData, type Result } from 'hale'
import { createNamer } from 'hale/formats/flatten'
import type { ComponentOutcome, ProbeOutcome } from '../model.ts'

/**
 * Takes secrets out of what one target answered, by their shape, before anything of it is believed, stored, shown or
 * sent (E10, S4). What was in the answer before is remembered: only text that is new is searched, since most answers
 * repeat the last one and a search costs microseconds a line.
 */
export function createRedaction(): (outcome: ProbeOutcome) => ProbeOutcome {
  const texts = createMemory(redactWhole)
  const data = createMemory((json) => redactData(JSON.parse(json)) as NonNullable<Result['data']>)

  const redactResult = (result: Result): Result => {
    const { code, message, observed } = result
    if (code === undefined && message === undefined && observed === undefined && result.data === undefined)
      return result
    return {
      status: result.status,
      ...(code === undefined ? {} : { code: texts.of(code) }),
      ...(message === undefined ? {} : { message: texts.of(message) }),
      ...(observed === undefined ? {} : { observed: redactObserved(observed) }),
      ...(result.data === undefined ? {} : { data: data.of(JSON.stringify(result.data)) }),
    }
  }
  const redactObserved = (observed: NonNullable<Result['observed']>): NonNullable<Result['observed']> => {
    const { value, unit } = observed
    if (typeof value !== 'string' && unit === undefined) return observed
    return {
      value: typeof value === 'string' ? texts.of(value) : value,
      ...(unit === undefined ? {} : { unit: texts.of(unit) }),
    }
  }
  const redactComponent = (component: ComponentOutcome, name: string): ComponentOutcome => ({
    ...component,
    name,
    result: redactResult(component.result),
    runbook: component.runbook === undefined ? undefined : texts.of(component.runbook),
  })

  return (outcome) => {
    const { result, document, components } = outcome
    // Two names that differed in a secret only must not become one component.
    const unique = createNamer()
    const redacted: ProbeOutcome = {
      ...outcome,
      result: redactResult(result),
      document: document?.problem === undefined ? document : { ...document, problem: texts.of(document.problem) },
      components: components.map((each) => redactComponent(each, unique(texts.of(each.name)))),
    }
    texts.turn()
    data.turn()
    return redacted
  }
}

/** Text that was cut before it came here may end in half a secret, which has lost the shape that it would be known by. */
function redactWhole(text: string): string {
  return redact(text.endsWith('…') ? text.replace(/\S*…$/u, '…') : text)
}

/** Remembers what was made of the keys of this turn and the one before. */
function createMemory<T>(make: (key: string) => T): { of(key: string): T; turn(): void } {
  let before = new Map<string, T>()
  let now = new Map<string, T>()
  return {
    of(key) {
      const known = now.get(key)
      if (known !== undefined) return known
      const value = before.get(key) ?? make(key)
      now.set(key, value)
      return value
    },
    turn() {
      before = now
      now = new Map()
    },
  }
}
