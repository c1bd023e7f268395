import { checkValues, exporterGroups } from '@hale/contract'
import { isReadableUrl, UNREADABLE_URL } from 'hale/core/readable-url'
import type { DatadogOptions } from 'hale/exporters/datadog'
import { z } from 'zod'
import { exporterType, type ExporterType } from './exporter-type.ts'
import { OPENTELEMETRY_PACKAGES } from './opentelemetry.ts'

const { headers, host, listOf, port, short, url } = checkValues
const { dotted, labels, push } = exporterGroups

/** Every exporter that a file can name. A new one is one entry here and one row in docs/serve.md. */
export const EXPORTER_TYPES: Readonly<Record<string, ExporterType>> = {
  statsd: exporterType(z.strictObject({ ...dotted, ...push }), async (health, options) =>
    (await import('hale/exporters/statsd')).createStatsdExporter(health, options),
  ),
  graphite: exporterType(z.strictObject({ ...dotted, ...push }), async (health, options) =>
    (await import('hale/exporters/graphite')).createGraphiteExporter(health, options),
  ),
  dogstatsd: exporterType(
    z.strictObject({
      host: host.optional(),
      port: port.optional(),
      socketPath: short.optional(),
      tags: labels.optional(),
      ...push,
    }),
    async (health, options) => (await import('hale/exporters/dogstatsd')).createDogstatsdExporter(health, options),
  ),
  datadog: exporterType(
    z.strictObject({
      apiKey: z.string(),
      site: short.optional(),
      endpoint: url.optional(),
      series: z.enum(['v1', 'v2']).optional(),
      host: short.optional(),
      tags: labels.optional(),
      ...push,
    }),
    async (health, { site, ...options }) => {
      const { createDatadogExporter } = await import('hale/exporters/datadog')
      return createDatadogExporter(health, { ...options, ...(site === undefined ? {} : { site: site as DatadogSite }) })
    },
  ),
  'new-relic': exporterType(
    z.strictObject({
      licenseKey: z.string(),
      accountId: z.int(),
      region: z.enum(['US', 'EU']).optional(),
      endpoint: url.optional(),
      attributes: labels.optional(),
      ...push,
    }),
    async (health, options) => (await import('hale/exporters/new-relic')).createNewRelicExporter(health, options),
  ),
  opentelemetry: {
    ...exporterType(
      z.strictObject({
        endpoint: url
          .refine(isHttp, 'must be a URL that begins with http:// or https://')
          .refine(isReadableUrl, UNREADABLE_URL)
          .optional(),
        headers: headers.optional(),
        attributes: labels.optional(),
        signals: listOf(z.enum(['metrics', 'logs', 'traces']), { least: 1 }).optional(),
        every: push.every,
      }),
      async (health, options) => (await import('./opentelemetry.ts')).startOpenTelemetry(health, options),
    ),
    needs: OPENTELEMETRY_PACKAGES,
    // The schema says it all, and the SDK would be at work at once.
    tryOut: async () => undefined,
  },
}

/** The exporter knows which there are, and says so. */
type DatadogSite = NonNullable<DatadogOptions['site']>

function isHttp(text: string): boolean {
  return URL.canParse(text) && /^https?:$/.test(new URL(text).protocol)
}
