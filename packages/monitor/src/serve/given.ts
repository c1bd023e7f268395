import { asList } from '@hale/contract'
import { z } from 'zod'

/** Options as the file gave them: what is not said is not there, and a list of one is a list. */
export type Given<T> = T extends object ? { readonly [K in keyof T]: Given<Listed<Exclude<T[K], undefined>>> } : T

/** Of what may be a list or one of its items the list. */
type Listed<T> = [Extract<T, readonly unknown[]>] extends [never] ? T : Extract<T, readonly unknown[]>

/** Puts single values into lists where the schema that they have passed takes a list too. */
export function toGiven<T extends z.ZodRawShape>(
  { shape }: z.ZodObject<T>,
  options: Readonly<Record<string, unknown>>,
): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    Object.entries(options).map(([key, value]) => [key, takesList(shape[key]) ? asList(value) : value]),
  )
}

function takesList(schema: unknown): boolean {
  if (schema instanceof z.ZodOptional) return takesList(schema.unwrap())
  return schema instanceof z.ZodUnion && schema.options.some((option) => option instanceof z.ZodArray)
}
