import type { IncomingMessage } from 'node:http'
import type { HealthListener } from './listener.ts'

/**
 * For middleware that is mounted at a wildcard, as Nest does: Express takes away from `url` what that matches, all of it. The
 * listener sees the whole `url` again, and who comes after sees what it would have seen.
 */
export function wholeUrl(listener: HealthListener): HealthListener {
  return (request: IncomingMessage & { readonly originalUrl?: string }, response, next) => {
    const { originalUrl, url = '/' } = request
    request.url = originalUrl ?? url
    listener(request, response, () => {
      request.url = url
      next?.()
    })
  }
}
