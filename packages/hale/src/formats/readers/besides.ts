import { asData, type Fields } from './fields.ts'

/** What an object says besides the fields that are read by name: its free data. Undefined when there is nothing. */
export function dataBesides(fields: Fields, known: readonly string[]): Readonly<Record<string, unknown>> | undefined {
  return asData(Object.fromEntries(Object.entries(fields).filter(([key]) => !known.includes(key))))
}
