import { describe, expect, it } from 'vitest'
import { serveHealth } from '../../test/serve-health.ts'
import { healthy } from '../core/result.ts'
import { aspnetUiFormat } from '../formats/aspnet-ui.ts'
import { haleFormat } from '../formats/hale.ts'
import { kubernetesFormat } from '../formats/kubernetes.ts'
import { microprofileFormat } from '../formats/microprofile.ts'
import { springBootFormat } from '../formats/spring-boot.ts'

const checks = { db: () => healthy() }
const SPRING = 'application/vnd.spring-boot.actuator.v3+json'
const PROMETHEUS =
  'application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.6,application/openmetrics-text;version=0.0.1;q=0.5,' +
  'text/plain;version=1.0.0;escaping=allow-utf-8;q=0.4,text/plain;version=0.0.4;q=0.3,*/*;q=0.2'

/** What real clients send. Undefined: no such header. */
const CLIENTS = {
  'HAProxy, nginx, Go, .NET, check_http': undefined,
  'curl, wget, kubelet, Node’s fetch, requests': '*/*',
  axios: 'application/json, text/plain, */*',
  Chrome:
    'text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,image/apng,*/*;q=0.8,application/signed-exchange;v=b3;q=0.7',
  'Firefox and Safari': 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8',
  'Java’s HttpURLConnection': 'text/html, image/gif, image/jpeg, *; q=.2, */*; q=.2',
  'Spring Boot Admin': `${SPRING}, application/vnd.spring-boot.actuator.v2+json, application/json`,
  Prometheus: PROMETHEUS,
  'Hale’s monitor': 'application/json, application/health+json;q=0.9, */*;q=0.8',
  'Hale’s check': 'application/health+json, application/json;q=0.9, */*;q=0.5',
} as const

async function typesOf(path: string, formats?: Parameters<typeof serveHealth>[1]): Promise<Record<string, string>> {
  const { ask } = serveHealth({ checks }, formats)
  const answered = Object.entries(CLIENTS).map(async ([client, accept]) => {
    const { headers, status } = await ask(path, accept === undefined ? {} : { accept })
    expect(status).toBe(200)
    return [client, headers['content-type']?.split(';')[0] ?? '']
  })
  return Object.fromEntries(await Promise.all(answered)) as Record<string, string>
}

describe('what real clients accept', () => {
  it('at /health: a browser gets the page, a scraper the metrics, those who ask for the draft the draft, all others JSON', async () => {
    expect(await typesOf('/health')).toEqual({
      'HAProxy, nginx, Go, .NET, check_http': 'application/json',
      'curl, wget, kubelet, Node’s fetch, requests': 'application/json',
      axios: 'application/json',
      Chrome: 'text/html',
      'Firefox and Safari': 'text/html',
      // It calls itself a browser.
      'Java’s HttpURLConnection': 'text/html',
      'Spring Boot Admin': 'application/json',
      Prometheus: 'application/openmetrics-text',
      'Hale’s monitor': 'application/json',
      'Hale’s check': 'application/health+json',
    })
  })

  it('at /health/metrics: OpenMetrics for a scraper that prefers it, Prometheus’ text for all others', async () => {
    const { Prometheus, ...others } = await typesOf('/health/metrics')
    expect(Prometheus).toBe('application/openmetrics-text')
    expect(new Set(Object.values(others))).toEqual(new Set(['text/plain']))
  })

  it('beside Hale’s own, Spring Boot Admin gets Spring’s and nobody else does', async () => {
    const { 'Spring Boot Admin': admin, ...others } = await typesOf('/health', {
      formats: [haleFormat, springBootFormat],
    })
    expect(admin).toBe(SPRING)
    expect(new Set(Object.values(others))).toEqual(new Set(['application/json']))
  })

  it.each([haleFormat, springBootFormat, microprofileFormat, aspnetUiFormat, kubernetesFormat])(
    'fixed by a mount: everybody gets $name',
    async (format) => {
      const types = Object.values(await typesOf('/health', { formats: [format] }))
      expect(new Set(types)).toEqual(new Set([format.contentTypes[0]?.split(';')[0]]))
    },
  )
})
