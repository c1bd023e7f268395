import { Client as ElasticClient } from '@elastic/elasticsearch'
import { Client as OpensearchClient } from '@opensearch-project/opensearch'
import { describe, expect, it } from 'vitest'
import { askOnce } from '../../../../test/harness/ask.ts'
import {
  endingWith,
  expectFaultsFound,
  expectOneConnection,
  TOLD_APART,
} from '../../../../test/harness/expect-check.ts'
import { serveDocument, type ServedDocument } from '../../../../test/harness/documents.ts'
import { useServer } from '../../../../test/harness/use-server.ts'
import { HealthSetupError } from '../core/misuse.ts'
import { checkConformance } from '../testing/check-conformance.ts'
import { elasticsearch, type ElasticsearchOptions } from './elasticsearch.ts'

// No server of either can be had here: the fields are those of the documents that others test with, such as
// influxdata/telegraf, plugins/inputs/elasticsearch/testdata_test.go, and OpenSearch's docs/api-reference/cluster-api/cluster-health.
const health = (more: object = {}): string =>
  JSON.stringify({
    cluster_name: 'elasticsearch_telegraf',
    status: 'green',
    timed_out: false,
    number_of_nodes: 3,
    number_of_data_nodes: 3,
    number_of_in_flight_fetch: 0,
    active_primary_shards: 5,
    active_shards: 15,
    relocating_shards: 0,
    initializing_shards: 0,
    unassigned_shards: 0,
    delayed_unassigned_shards: 0,
    number_of_pending_tasks: 0,
    task_max_waiting_in_queue_millis: 0,
    active_shards_percent_as_number: 100,
    ...more,
  })
/** Elasticsearch's client refuses a server that does not say this. */
const product = { 'x-elastic-product': 'Elasticsearch' }

const real = useServer(() => serveDocument({ body: health(), headers: product }))

const at = (port: number): string => `http://elastic:hunter2hunter2@127.0.0.1:${port}`

describe('elasticsearch, by URL', () => {
  it.each(
    checkConformance({
      name: 'elasticsearch',
      healthy: () => elasticsearch(at(real.server.port)),
      broken: () => elasticsearch(at(1)),
      silent: () => elasticsearch(at(real.silent.port)),
      secrets: ['hunter2hunter2'],
    }),
  )('$name', async ({ run }) => {
    await expect(run()).resolves.toBeUndefined()
  })

  it('says how long it took, and what the cluster is', async () => {
    expect(await askOnce(elasticsearch(real.server.url))).toMatchObject({
      status: 'healthy',
      message: expect.stringMatching(/^_cluster\/health at 127\.0\.0\.1:\d+ answered in [\d.]+ m?s\.$/),
      data: { cluster: 'green', nodes: 3, dataNodes: 3, unassignedShards: 0 },
    })
    const slow = await askOnce(elasticsearch(real.server.url, { degraded: '0ms' }))
    expect(slow).toMatchObject({ status: 'degraded', code: 'SLOW', observed: { unit: 'ms' } })
  })

  it('asks below a path, for an index, with the headers and the user that it is given', async () => {
    await using other = await serveDocument({ body: health() })
    const url = `${at(other.port)}/search/`
    await askOnce(elasticsearch(url, { index: 'orders-*,items' }))
    await askOnce(elasticsearch(other.url, { headers: { authorization: 'ApiKey abc' } }))
    expect(other.asked.map((each) => [each.method, each.url, each.headers.authorization])).toEqual([
      ['GET', '/search/_cluster/health/orders-*%2Citems?timeout=1s', `Basic ${btoa('elastic:hunter2hunter2')}`],
      ['GET', '/_cluster/health?timeout=1s', 'ApiKey abc'],
    ])
  })

  const yellow = { status: 'yellow', unassigned_shards: 5 }
  it.each<[string, ServedDocument, ElasticsearchOptions, object]>([
    [
      'yellow',
      { body: health(yellow) },
      {},
      { status: 'degraded', code: 'CLUSTER_YELLOW', observed: { value: 'yellow' } },
    ],
    ['yellow, which may be', { body: health(yellow) }, { yellow: 'healthy' }, { status: 'healthy' }],
    [
      'red',
      { body: health({ status: 'red', unassigned_shards: 20 }) },
      {},
      { status: 'unhealthy', code: 'CLUSTER_RED' },
    ],
    [
      'red, after it waited for the index',
      { status: 408, body: health({ status: 'red', timed_out: true }) },
      { index: 'x' },
      { code: 'CLUSTER_RED', message: expect.stringMatching(/^The index x at /) },
    ],
    ['RED', { body: health({ status: 'RED' }) }, {}, { code: 'CLUSTER_RED' }],
    [
      'smaller than it should be',
      { body: health({ number_of_data_nodes: 2 }) },
      { dataNodes: 3 },
      { status: 'degraded', code: 'THRESHOLD_EXCEEDED', observed: { value: 2, unit: 'nodes' } },
    ],
    ['without a master', { status: 503, body: refusal('master_not_discovered_exception') }, {}, { code: 'NOT_READY' }],
    [
      'one that wants a password',
      { status: 401, body: refusal('security_exception', 401) },
      {},
      { code: 'AUTH_FAILED' },
    ],
    ['no cluster', { body: '<html>' }, {}, { code: 'PROTOCOL_ERROR' }],
    ['no cluster either', { status: 404, body: '' }, {}, { code: 'NOT_FOUND' }],
  ])('judges a cluster that is %s', async (_, document, options, expected) => {
    await using other = await serveDocument(document)
    expect(await askOnce(elasticsearch(other.url, options))).toMatchObject(expected)
  })

  it('E3, E12: detects whatever the way to the server does, over one connection, and is back as soon as it is', async () => {
    await expectOneConnection(real.server, (port) => elasticsearch(at(port)))
    await expectFaultsFound({ server: real.server, check: (port) => elasticsearch(at(port)) }, TOLD_APART)
  })
})

function refusal(type: string, status = 503): string {
  return JSON.stringify({ error: { type, reason: 'for a reason' }, status })
}

describe.each(
  Object.entries({
    '@elastic/elasticsearch': (node: string) => new ElasticClient({ node, maxRetries: 0 }),
    '@opensearch-project/opensearch': (node: string) => new OpensearchClient({ node, maxRetries: 0 }),
  }),
)("elasticsearch, through the app's own client of %s", (_, open) => {
  it('judges what the client says', async () => {
    await using red = await serveDocument({ body: health({ status: 'red' }), headers: product })
    await using shut = await serveDocument({ status: 401, body: refusal('security_exception', 401), headers: product })
    expect(await askOnce(elasticsearch(open(real.server.url), { where: 'search' }))).toMatchObject({
      status: 'healthy',
      message: expect.stringMatching(/^_cluster\/health at search answered/),
      data: { cluster: 'green' },
    })
    expect(await askOnce(elasticsearch(open(red.url), { index: 'orders' }))).toMatchObject({ code: 'CLUSTER_RED' })
    expect(red.asked[0]?.url).toMatch(/^\/_cluster\/health\/orders/)
    expect(await askOnce(elasticsearch(open(shut.url)))).toMatchObject({ code: 'AUTH_FAILED' })
    expect(await askOnce(elasticsearch(open(at(1))))).toMatchObject({ code: 'CONNECTION_REFUSED' })
  })

  it('E3: detects whatever the way to the server does, and is back as soon as it is', async () => {
    await expectFaultsFound(
      {
        server: real.server,
        timeoutMs: 150,
        check(port) {
          const client = open(at(port))
          return endingWith(elasticsearch(client), () => client.close())
        },
      },
      { reset: 'CONNECTION_RESET', slow: 'TIMEOUT' },
    )
  })
})

it('elasticsearch refuses what is neither client nor URL, and options that cannot be', () => {
  expect(() => elasticsearch({} as never)).toThrow(HealthSetupError)
  expect(() => elasticsearch('es://u:secret@x')).toThrow(/source: the URL must begin with http/)
  expect(() => elasticsearch('es://u:secret@x')).not.toThrow(/secret/)
  expect(() => elasticsearch('http://x', { dataNodes: 0, yellow: 'red' as never })).toThrow(/yellow: .*\n.*dataNodes: /)
})
