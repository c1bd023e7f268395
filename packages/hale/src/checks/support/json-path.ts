/** What a path may lead to. */
export type JsonValue = string | number | boolean | null

export function isJsonValue(value: unknown): value is JsonValue {
  return value === null || ['string', 'number', 'boolean'].includes(typeof value)
}

/** `queues.0.state`: names and numbers with dots between. */
export function isJsonPath(path: string): boolean {
  return !path.split('.').includes('')
}

/** The document of a text; undefined when it is not JSON. */
export function parseJson(text: string): { readonly value: unknown } | undefined {
  try {
    return { value: JSON.parse(text) }
  } catch {
    return undefined
  }
}

/** What stands at a path of names and indices, such as `queues.0.state`; undefined where there is nothing. */
export function findInJson(document: unknown, path: string): unknown {
  let at = document
  for (const part of path.split('.')) {
    if (typeof at !== 'object' || at === null || !Object.hasOwn(at, part)) return undefined
    at = (at as Readonly<Record<string, unknown>>)[part]
  }
  return at
}
