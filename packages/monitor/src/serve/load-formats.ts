import type { ServedFormat } from '@hale/contract'
import type { HandlerOptions } from 'hale/http/handler'

/** The formats by their names, in their order. */
export async function loadFormats(
  names: readonly ServedFormat[],
): Promise<NonNullable<HandlerOptions['formats']> | undefined> {
  const { FORMATS } = await import('hale/formats/index')
  const [first, ...rest] = names.flatMap((name) => FORMATS.filter((format) => format.name === name))
  return first === undefined ? undefined : [first, ...rest]
}
