import { oneLine } from '../../core/one-line.ts'
import { redact } from '../../core/redact.ts'

/**
 * Loads an optional peer the first time that it is needed.
 *
 * @param instead what else one can do.
 * @throws {Error} saying what to install, when it is not there.
 */
export async function loadPeer<T>(
  name: string,
  load: () => Promise<T>,
  instead = 'give the check your own client',
): Promise<T> {
  try {
    return await load()
  } catch (error) {
    const code = (error as { code?: unknown } | null)?.code
    if (code !== 'ERR_MODULE_NOT_FOUND' && code !== 'MODULE_NOT_FOUND') throw error
    throw new Error(`The package ${name} is not installed. Run: npm install ${name}, or ${instead}.`, { cause: error })
  }
}

/** `db.internal:5432/shop` of a connection URL: where it goes, without who goes there. Undefined when it is no URL, or names no place. */
export function placeOfUrl(url: string | URL): string | undefined {
  if (!URL.canParse(String(url))) return undefined
  const { host, pathname } = new URL(String(url))
  const place = `${host}${pathname === '/' ? '' : pathname}`
  return place === '' ? undefined : shortened(place)
}

/** A place as messages show it, which a path can make very long. */
export function shortened(place: string): string {
  return oneLine(redact(place), LONGEST_PLACE)
}

/** Characters. */
const LONGEST_PLACE = 100
