import type { DependencyCheck } from '../core/check.ts'
import type { Finding } from '../core/error-sentences.ts'
import { degraded, unhealthy, type Result } from '../core/result.ts'
import { filledRule, isWhole, oneOf, optional, textRule, type Rules } from '../core/rules.ts'
import { clientCheck, sourceProblem, urlOf } from './support/client-check.ts'
import { codeInText } from './support/code-in-text.ts'
import { howMany } from './support/how-many.ts'
import {
  HttpRefusal,
  codeOfStatus,
  jsonOf,
  keepHttpClient,
  HTTP_ACCESS,
  type HttpAccess,
  type HttpClient,
} from './support/http-client.ts'
import { reshape, type KeptClient } from './support/kept-client.ts'
import { placeOfClient } from './support/client-place.ts'
import { refuseMisuse } from './support/misuse.ts'
import { placeOfUrl } from './support/peer.ts'
import { judgeTime, TIME_LIMITS, type TimeLimits } from './support/response-time.ts'
import { worstOf } from './support/worst-of.ts'

/** What a client must have: that of `@elastic/elasticsearch` or `@opensearch-project/opensearch`. */
export interface ElasticsearchClient {
  readonly cluster: { health(params?: { index?: string }): PromiseLike<unknown> }
}

export interface ElasticsearchOptions extends TimeLimits, HttpAccess {
  /** Judge this index, pattern or alias only. Default: the whole cluster. */
  readonly index?: string
  /** What a yellow cluster is, `degraded` or `healthy`: one of a single node always is yellow. Default `degraded`. */
  readonly yellow?: 'degraded' | 'healthy'
  /** Degraded, `THRESHOLD_EXCEEDED`, with fewer data nodes. Default: any number is right. */
  readonly dataNodes?: number
  /** How messages call the cluster. Default: host and port where the URL or the client tells them, else `Elasticsearch`. */
  readonly where?: string
}

const RULES: Rules<ElasticsearchOptions> = {
  index: filledRule,
  yellow: oneOf('degraded', 'healthy'),
  dataNodes: optional('a number of nodes', (nodes) => isWhole(nodes, 1)),
  where: textRule,
  ...TIME_LIMITS,
  ...HTTP_ACCESS,
}

/**
 * Asks Elasticsearch or OpenSearch for the health of the cluster, through the app's own client or over HTTP by URL. Costs one
 * `GET /_cluster/health` per run, which the master answers from memory, never more than one at a time.
 *
 * Observed: time of the answer in ms; the colour, or the number of data nodes, when something is wrong. Data: colour, nodes,
 * unassigned shards.
 *
 * Codes: `CLUSTER_RED` is unhealthy, `CLUSTER_YELLOW` degraded; `NOT_READY` without a master; `PROTOCOL_ERROR` when
 * something else answers.
 *
 * @throws {HealthSetupError} when the options cannot work.
 */
export function elasticsearch(
  source: ElasticsearchClient | string | URL,
  options: ElasticsearchOptions = {},
): DependencyCheck {
  const url = urlOf(source)
  const hasCluster = typeof (source as Partial<ElasticsearchClient> | null)?.cluster?.health === 'function'
  refuseMisuse('elasticsearch', options, RULES, {
    source:
      url === undefined
        ? !hasCluster && 'must be a client with cluster.health, or a URL'
        : sourceProblem(url, ['http', 'https'], []),
  })
  const { index } = options
  const place = options.where ?? (url === undefined ? placeOfClient(source) : placeOfUrl(url)) ?? 'Elasticsearch'

  return clientCheck<ElasticsearchClient>({
    kind: 'elasticsearch',
    through: url === undefined ? { client: source as ElasticsearchClient } : { kept: overHttp(new URL(url), options) },
    place,
    question: '_cluster/health',
    codes: codeOfElasticsearch,
    async ask(client, { clock }) {
      const startedAt = clock.now()
      const answer = await client.cluster.health(index === undefined ? {} : { index })
      const took = clock.now() - startedAt
      const health = healthOf(answer)
      if (health === undefined) {
        const message = `${place} did not answer with the health of a cluster. See whether Elasticsearch or OpenSearch listens there.`
        return unhealthy('PROTOCOL_ERROR', message)
      }
      return worstOf(
        judgeTime(took, options, `_cluster/health at ${place}`, dataOf(health)),
        judge(health, options, place),
      )
    },
  })
}

/** https://www.elastic.co/docs/api/doc/elasticsearch/operation/operation-cluster-health */
interface ClusterHealth {
  readonly status: 'green' | 'yellow' | 'red'
  readonly number_of_nodes?: number
  readonly number_of_data_nodes?: number
  readonly unassigned_shards?: number
}

/**
 * The document as it is, or in the `body` that OpenSearch's client answers with. Elasticsearch 8 also writes `GREEN`.
 */
function healthOf(answer: unknown): ClusterHealth | undefined {
  const document = ((answer as { body?: unknown } | null)?.body ?? answer) as ClusterHealth | null
  const status = String(document?.status).toLowerCase()
  return status === 'green' || status === 'yellow' || status === 'red' ? { ...document, status } : undefined
}

function dataOf(health: ClusterHealth): Readonly<Record<string, unknown>> {
  const { status, number_of_nodes: nodes, number_of_data_nodes: dataNodes, unassigned_shards: unassigned } = health
  return { cluster: status, nodes, dataNodes, unassignedShards: unassigned }
}

function judge(health: ClusterHealth, options: ElasticsearchOptions, place: string): Result | undefined {
  const { status, unassigned_shards: unassigned = 0, number_of_data_nodes: nodes = 0 } = health
  const of = options.index === undefined ? `The cluster at ${place}` : `The index ${options.index} at ${place}`
  const inAll = unassigned === 0 ? '' : ` (${unassigned} unassigned in all)`
  if (status === 'red') {
    const message = `${of} is red: some primary shards are not assigned${inAll}, so some data cannot be read. Ask _cluster/allocation/explain why.`
    return unhealthy('CLUSTER_RED', message, { observed: { value: status } })
  }
  if (status === 'yellow' && options.yellow !== 'healthy') {
    const message = `${of} is yellow: ${unassigned === 1 ? '1 copy of a shard is' : `${unassigned} copies of shards are`} not assigned, so the loss of a node may lose data. Ask _cluster/allocation/explain why.`
    return degraded('CLUSTER_YELLOW', message, { observed: { value: status } })
  }
  if (nodes >= (options.dataNodes ?? 0)) return undefined
  const message = `${of} has ${howMany(nodes, 'data nodes')}, expected ${options.dataNodes}. See which one left, and its log.`
  return degraded('THRESHOLD_EXCEEDED', message, { observed: { value: nodes, unit: 'nodes' } })
}

/**
 * The two clients put the status of an answer that says no into `statusCode`, and Node's own error nowhere but in the
 * text.
 */
function codeOfElasticsearch(error: unknown): Finding | undefined {
  const { statusCode, message } = (error ?? {}) as { statusCode?: unknown; message?: unknown }
  return codeOfStatus(statusCode) ?? codeInText(String(message))
}

function overHttp(url: URL, options: ElasticsearchOptions): KeptClient<ElasticsearchClient> {
  return reshape(keepHttpClient(url, options), (client) => ({
    cluster: { health: (params) => askOver(client, params?.index) },
  }))
}

async function askOver(client: HttpClient, index?: string): Promise<unknown> {
  const path = `/_cluster/health${index === undefined ? '' : `/${encodeURIComponent(index)}`}?timeout=1s`
  const { body, status } = await client.ask('GET', path, { accept: 'application/json' })
  const document = jsonOf(body)
  // A cluster whose health is not what was waited for is described with 408.
  if (status >= 400 && healthOf(document) === undefined) throw new HttpRefusal(status, reasonOf(document))
  return document
}

function reasonOf(document: unknown): string {
  const { error } = (document ?? {}) as { error?: { type?: unknown; reason?: unknown } | string }
  return typeof error === 'object' ? `${String(error.type)}, ${String(error.reason)}` : (error ?? '')
}
