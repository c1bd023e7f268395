import type { Format } from './format.ts'

/**
 * One word: `Healthy`, `Degraded` and `Unhealthy`, as ASP.NET Core's health checks say it, and `Unknown` and `Maintenance`.
 * What is skipped is `Healthy`. It says the same with the key and without.
 */
export const plainTextFormat: Format = {
  name: 'plain-text',
  contentTypes: ['text/plain'],
  contentType: 'text/plain; charset=utf-8',
  write: ({ status }) => (status === 'skipped' ? 'Healthy' : status.charAt(0).toUpperCase() + status.slice(1)),
}
