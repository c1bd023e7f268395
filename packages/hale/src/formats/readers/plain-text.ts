import type { Body, Reader, Reading } from './reader.ts'
import { statusOfWord } from './status-words.ts'

/**
 * One status word and nothing else, as plain text or as a JSON string. `Healthy`, `Degraded` and `Unhealthy`, in this
 * very case, are what ASP.NET Core's health checks answer unless told otherwise.
 *
 * @see https://learn.microsoft.com/aspnet/core/host-and-deploy/health-checks
 */
export const plainTextReader: Reader = { name: 'plain-text', read }

function read({ json, text }: Body): Reading | undefined {
  const word = typeof json === 'string' ? json.trim() : text
  // `true` is JSON of something, not a word that somebody wrote down as a status.
  if (typeof json === 'boolean') return undefined
  const status = statusOfWord(word)
  if (status === undefined) return undefined
  const certainty = /^(?:Healthy|Degraded|Unhealthy)$/.test(word) ? 'certain' : 'likely'
  return { certainty, report: { status, checks: {} } }
}
