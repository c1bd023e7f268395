import type { lookup as systemLookup, LookupAddress, LookupAllOptions } from 'node:dns'

type Found = (error: NodeJS.ErrnoException | null, addresses: readonly LookupAddress[]) => void

/**
 * Looks a name up once for all who ask while the answer is under way.
 *
 * The system's lookup cannot be cancelled and holds one of the few threads that Node has for all of them. Without this one
 * name whose DNS server is silent, asked for at every probe, would hold them all and fail every other target's lookup.
 */
export function shareLookups(
  lookup: typeof systemLookup,
): (hostname: string, options: LookupAllOptions, callback: Found) => void {
  const underWay = new Map<string, Found[]>()
  return (hostname, options, callback) => {
    const key = `${hostname} ${options.family} ${options.hints} ${options.order}`
    const others = underWay.get(key)
    if (others !== undefined) {
      others.push(callback)
      return
    }
    const waiting = [callback]
    underWay.set(key, waiting)
    lookup(hostname, options, (error, addresses) => {
      underWay.delete(key)
      for (const each of waiting) each(error, addresses)
    })
  }
}
