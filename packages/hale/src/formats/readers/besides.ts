import { asData, firstText, type Fields } from './fields.ts'

/** What an object says besides the fields that are read by name: its free data. Undefined when there is nothing. */
export function dataBesides(
  fields: Fields,
  known: readonly (string | undefined)[],
): Readonly<Record<string, unknown>> | undefined {
  return asData(Object.fromEntries(Object.entries(fields).filter(([key]) => !known.includes(key))))
}

/** The first of the keys under which there is text. */
export function keyOfText(fields: Fields, keys: readonly string[]): string | undefined {
  return keys.find((key) => firstText(fields[key]) !== undefined)
}

/** The keys under which Hale puts a code and what was observed among the free data of others, where they were read. */
export function knownIn(code: string | undefined, observed: object | undefined): readonly string[] {
  return [...(code === undefined ? [] : ['code']), ...(observed === undefined ? [] : ['observedValue', 'observedUnit'])]
}
