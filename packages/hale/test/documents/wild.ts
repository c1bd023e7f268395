import type { Status } from '../../src/core/status.ts'

/** What something in the wild answers on a URL that is asked for its health. */
export interface WildDocument {
  readonly what: string
  /** Where the document, or its shape and its words, is shown. */
  readonly source: string
  readonly http: number
  /** JSON, unless it is text. */
  readonly body: unknown
  /** What it is to be read as. */
  readonly status: Status
  /** Parts that are to be read, and as what. Default: it does not matter. */
  readonly parts?: Readonly<Record<string, Status>>
}

const AIRFLOW = 'https://airflow.apache.org/docs/apache-airflow/2.1.2/logging-monitoring/check-health.html'
const CONSUL = 'https://developer.hashicorp.com/consul/api-docs/health'
const ELASTIC = 'https://www.elastic.co/docs/api/doc/elasticsearch/operation/operation-cluster-health'
const KIBANA = 'https://elastic.co/docs/api/doc/serverless/operation/operation-get-status'
const SONAR = 'https://github.com/SonarSource/sonarqube, …/platform/ws/example-health.json'
const SPATIE = 'https://spatie.be/docs/laravel-health/v1/viewing-results/as-json'
const VAULT = 'https://developer.hashicorp.com/vault/api-docs/system/health'
const NEXTCLOUD = 'https://docs.nextcloud.com/server/latest/admin_manual/configuration_server/occ_command.html'
const GITLAB = 'https://docs.gitlab.com/administration/monitoring/health_check'
const ETCD = 'https://github.com/etcd-io/etcd/blob/main/CHANGELOG/CHANGELOG-3.3.md'
const INFLUX = 'https://github.com/influxdata/influxdb, http/health.go'
const RAILS_GEM = 'https://github.com/Purple-Devs/health_check'
const COLLECTOR =
  'https://github.com/open-telemetry/opentelemetry-collector-contrib/tree/main/extension/healthcheckextension'
const COUCH = 'https://docs.couchdb.org/en/stable/cluster/sharding.html'
const MATTERMOST = 'https://api.mattermost.com/#tag/system/operation/GetPing'
const GRAFANA = 'https://github.com/grafana/grafana, pkg/api/health_test.go'

const worker = { worker_id: '172.20.0.4:8083' }
const diskCheck = {
  name: 'UsedDiskSpace',
  label: 'Used disk space',
  notificationMessage: 'The disk is almost full (97% used).',
  shortSummary: '97%',
  status: 'failed',
  meta: { disk_space_used_percentage: 97 },
}
const vault = { initialized: true, sealed: false, standby: false, performance_standby: false, version: '1.20.4' }
const nextcloud = {
  installed: true,
  maintenance: false,
  needsDbUpgrade: false,
  version: '34.0.3.2',
  versionstring: '34.0.3',
  edition: '',
  productname: 'Nextcloud',
  extendedSupport: false,
}
const serf = { Node: 'foobar', CheckID: 'serfHealth', Name: 'Serf Health Status', Status: 'passing', Output: '' }
const redis = { Node: 'foobar', CheckID: 'service:redis', Name: "Service 'redis' check", Status: 'critical' }
const cluster = { cluster_name: 'testcluster', timed_out: false, number_of_nodes: 1, active_shards: 1 }

/**
 * Documents that no reader was written for, and some that one was; gathered from manuals, sources and bug reports. Those of
 * OkComputer, Typesense, Meilisearch, RabbitMQ, Keycloak, Druid, Loki, Prometheus and Rails are as their manuals describe them,
 * not as somebody recorded them.
 */
export const WILD: readonly WildDocument[] = [
  {
    what: 'Airflow, its scheduler dead; the code is always 200',
    source: AIRFLOW,
    http: 200,
    body: {
      metadatabase: { status: 'healthy' },
      scheduler: { status: 'unhealthy', latest_scheduler_heartbeat: '2018-12-26 17:15:11+00:00' },
    },
    status: 'unhealthy',
    parts: { metadatabase: 'healthy', scheduler: 'unhealthy' },
  },
  {
    what: 'Airflow',
    source: AIRFLOW,
    http: 200,
    body: { metadatabase: { status: 'healthy' }, scheduler: { status: 'healthy', latest_scheduler_heartbeat: null } },
    status: 'healthy',
    parts: { metadatabase: 'healthy', scheduler: 'healthy' },
  },
  {
    what: 'spatie/laravel-health with a check that failed; the code is 200 unless configured',
    source: SPATIE,
    http: 200,
    body: { finishedAt: 1795363200, checkResults: [diskCheck] },
    status: 'unhealthy',
    parts: { UsedDiskSpace: 'unhealthy' },
  },
  {
    what: 'spatie/laravel-health with a warning, from its JSON store',
    source: 'https://spatie.be/docs/laravel-health/v1/storing-results/in-a-json-file',
    http: 200,
    body: {
      finishedAt: '2021-01-01 12:25:12',
      checkResults: [
        { name: 'UsedDiskSpace', message: 'The disk getting full', status: 'warning', meta: {} },
        { name: 'Database', message: '', status: 'ok', meta: {} },
      ],
    },
    status: 'degraded',
    parts: { UsedDiskSpace: 'degraded', Database: 'healthy' },
  },
  {
    what: 'GitLab’s readiness with all=1 after an update',
    source: 'https://github.com/sameersbn/docker-gitlab/issues/2839',
    http: 503,
    body: {
      status: 'failed',
      master_check: [{ status: 'failed', message: 'unexpected Master check result: false' }],
      db_check: [{ status: 'ok' }],
    },
    status: 'unhealthy',
    parts: { master_check: 'unhealthy', db_check: 'healthy' },
  },
  {
    what: 'GitLab’s liveness, before 12.4',
    source: 'https://gitlab.com/gitlab-org/gitlab-ce/issues/66253',
    http: 200,
    body: { db_check: { status: 'ok' }, redis_check: { status: 'ok' }, gitaly_check: { status: 'failed' } },
    status: 'unhealthy',
    parts: { gitaly_check: 'unhealthy' },
  },
  { what: 'GitLab’s health, in words', source: GITLAB, http: 200, body: 'GitLab OK\n', status: 'healthy' },
  {
    what: 'SonarQube’s cluster, red, with 200',
    source: SONAR,
    http: 200,
    body: {
      health: 'RED',
      causes: [{ message: 'Application node app-1 is RED' }],
      nodes: [
        { name: 'app-1', type: 'APPLICATION', host: '192.168.1.1', health: 'RED', causes: [{ message: 'foo' }] },
        { name: 'app-2', type: 'APPLICATION', host: '192.168.1.2', health: 'YELLOW', causes: [{ message: 'bar' }] },
      ],
    },
    status: 'unhealthy',
    parts: { 'app-1': 'unhealthy', 'app-2': 'degraded' },
  },
  {
    what: 'SonarQube, yellow',
    source: SONAR,
    http: 200,
    body: { health: 'YELLOW', causes: [{ message: 'Search nodes are few' }] },
    status: 'degraded',
  },
  { what: 'SonarQube, green', source: SONAR, http: 200, body: { health: 'GREEN', causes: [] }, status: 'healthy' },
  {
    what: 'SonarQube’s status while it migrates',
    source: 'https://next.sonarqube.com/sonarqube/web_api/api/system/status',
    http: 200,
    body: { id: '20150504120436', version: '5.1', status: 'DB_MIGRATION_RUNNING' },
    status: 'unknown',
  },
  { what: 'Vault', source: VAULT, http: 200, body: vault, status: 'healthy' },
  { what: 'Vault, sealed', source: VAULT, http: 503, body: { ...vault, sealed: true }, status: 'unhealthy' },
  {
    what: 'Vault, sealed, asked with sealedcode=200',
    source: VAULT,
    http: 200,
    body: { ...vault, sealed: true },
    status: 'unhealthy',
  },
  {
    what: 'Vault, not initialised, asked with uninitcode=200',
    source: VAULT,
    http: 200,
    body: { ...vault, initialized: false, sealed: true },
    status: 'unhealthy',
  },
  {
    what: 'etcd without a leader',
    source: ETCD,
    http: 503,
    body: { health: 'false', reason: 'RAFT NO LEADER' },
    status: 'unhealthy',
  },
  {
    what: 'etcd behind a proxy that says 200',
    source: ETCD,
    http: 200,
    body: { health: 'false' },
    status: 'unhealthy',
  },
  { what: 'etcd', source: ETCD, http: 200, body: { health: 'true', reason: '' }, status: 'healthy' },
  { what: 'Nextcloud', source: NEXTCLOUD, http: 200, body: nextcloud, status: 'healthy' },
  {
    what: 'Nextcloud in maintenance, with 200',
    source: NEXTCLOUD,
    http: 200,
    body: { ...nextcloud, maintenance: true },
    status: 'maintenance',
  },
  {
    what: 'Nextcloud that waits for its database to be upgraded',
    source: NEXTCLOUD,
    http: 200,
    body: { ...nextcloud, needsDbUpgrade: true },
    status: 'unhealthy',
  },
  {
    what: 'Kong, its database gone, with 200',
    source: 'https://developer.konghq.com/gateway/traffic-control/health-checks-circuit-breakers/',
    http: 200,
    body: { database: { reachable: false }, server: { total_requests: 1312, connections_handled: 1291 } },
    status: 'unhealthy',
    parts: { database: 'unhealthy' },
  },
  {
    what: 'Kong',
    source: 'https://developer.konghq.com/gateway/traffic-control/health-checks-circuit-breakers/',
    http: 200,
    body: { database: { reachable: true }, server: { total_requests: 1312, connections_handled: 1291 } },
    status: 'healthy',
    parts: { database: 'healthy' },
  },
  {
    what: 'a connector of Kafka Connect with a task that failed, with 200',
    source: 'https://kafka.apache.org/documentation/#connect_rest',
    http: 200,
    body: {
      name: 'dwh.mydatabase.person',
      connector: { state: 'RUNNING', ...worker },
      tasks: [
        { id: 0, state: 'RUNNING', ...worker },
        { id: 1, state: 'FAILED', ...worker, trace: 'org.apache.kafka.connect.errors.ConnectException: …' },
      ],
      type: 'sink',
    },
    status: 'unhealthy',
    parts: { connector: 'healthy', 'tasks 0': 'healthy', 'tasks 1': 'unhealthy' },
  },
  {
    what: 'Consul’s checks of a node, with 200',
    source: CONSUL,
    http: 200,
    body: [serf, { ...redis, Output: 'connection refused' }],
    status: 'unhealthy',
    parts: { 'Serf Health Status': 'healthy', "Service 'redis' check": 'unhealthy' },
  },
  {
    what: 'Consul’s nodes of a service, with 200',
    source: 'https://pastebin.com/d3gA0bLG',
    http: 200,
    body: [
      {
        Node: { Node: 'vault-do-sfo1-002', Datacenter: 'vault' },
        Service: { ID: 'vault', Service: 'vault', Tags: ['standby'] },
        Checks: [serf, { CheckID: 'vault-sealed-check', Name: 'Vault Sealed Status', Status: 'critical' }],
      },
    ],
    status: 'unhealthy',
    parts: { 'Vault Sealed Status': 'unhealthy' },
  },
  {
    what: 'Consul’s agent on a service that passes',
    source: 'https://developer.hashicorp.com/consul/api-docs/agent/service',
    http: 200,
    body: [{ AggregatedStatus: 'passing', Service: { ID: 'web1', Service: 'web' }, Checks: [serf] }],
    status: 'healthy',
  },
  {
    what: 'Elasticsearch, red',
    source: ELASTIC,
    http: 200,
    body: { ...cluster, status: 'red' },
    status: 'unhealthy',
  },
  {
    what: 'Elasticsearch, yellow',
    source: ELASTIC,
    http: 200,
    body: { ...cluster, status: 'yellow' },
    status: 'degraded',
  },
  { what: 'Elasticsearch', source: ELASTIC, http: 200, body: { ...cluster, status: 'green' }, status: 'healthy' },
  {
    what: 'Elasticsearch’s health report',
    source: 'https://www.elastic.co/docs/api/doc/elasticsearch/operation/operation-health-report',
    http: 200,
    body: {
      status: 'yellow',
      cluster_name: 'docker-cluster',
      indicators: {
        master_is_stable: { status: 'green', symptom: 'The cluster has a stable master node' },
        shards_availability: { status: 'yellow', symptom: 'This cluster has 1 unavailable replica shard.' },
      },
    },
    status: 'degraded',
    parts: { master_is_stable: 'healthy', shards_availability: 'degraded' },
  },
  {
    what: 'Kibana, degraded',
    source: KIBANA,
    http: 200,
    body: {
      name: 'kibana',
      uuid: '5b2de169',
      version: { number: '8.18.0' },
      status: {
        overall: { level: 'degraded', summary: '1 service is degraded: [elasticsearch]' },
        core: { elasticsearch: { level: 'degraded', summary: 'slow' }, savedObjects: { level: 'available' } },
        plugins: { alerting: { level: 'available' } },
      },
    },
    status: 'degraded',
    parts: { elasticsearch: 'degraded', savedObjects: 'healthy', alerting: 'healthy' },
  },
  {
    what: 'Kibana, critical',
    source: KIBANA,
    http: 503,
    body: { status: { overall: { level: 'critical' } } },
    status: 'unhealthy',
  },
  {
    what: 'Kibana',
    source: KIBANA,
    http: 200,
    body: { status: { overall: { level: 'available' } } },
    status: 'healthy',
  },
  {
    what: 'Kibana 6, red',
    source: 'https://www.elastic.co/guide/en/beats/metricbeat/6.0/metricbeat-metricset-kibana-status.html',
    http: 200,
    body: { name: 'kibana', status: { overall: { state: 'red' } } },
    status: 'unhealthy',
  },
  {
    what: 'the router of JFrog’s platform',
    source: 'https://github.com/api-evangelist/jfrog, json-schema/jfrog-system-health-schema.json',
    http: 200,
    body: {
      router: { node_id: 'a1', state: 'HEALTHY', message: 'OK' },
      services: [
        { service_id: 'jfrt@01', node_id: 'a1', state: 'HEALTHY', message: 'OK' },
        { service_id: 'jfac@01', node_id: 'a1', state: 'UNHEALTHY', message: 'no answer' },
      ],
    },
    status: 'unhealthy',
    parts: { router: 'healthy', 'jfrt@01': 'healthy', 'jfac@01': 'unhealthy' },
  },
  {
    what: 'HCL Volt MX',
    source:
      'https://help.hcl-software.com/voltmx/v10/Foundry/vmf_integrationservice_admin_console_userguide/Content/Health_Check.html',
    http: 200,
    body: {
      healthCheck: 'FAILED',
      healthDetail: { 'Access to Reports DB': 'FAILED', 'Access to Admin DB': 'PASSED' },
      version: 'xxxx',
    },
    status: 'unhealthy',
    parts: { 'Access to Reports DB': 'unhealthy', 'Access to Admin DB': 'healthy' },
  },
  {
    what: 'Gitea, its database gone',
    source: 'https://docs.gitea.com/administration/config-cheat-sheet',
    http: 503,
    body: {
      status: 'fail',
      description: 'Gitea: Git with a cup of tea',
      checks: {
        'cache:ping': [{ status: 'pass', time: '2022-02-19T09:16:08Z' }],
        'database:ping': [{ status: 'fail', time: '2022-02-19T09:16:08Z' }],
      },
    },
    status: 'unhealthy',
    parts: { 'cache:ping': 'healthy', 'database:ping': 'unhealthy' },
  },
  {
    what: 'InfluxDB',
    source: INFLUX,
    http: 200,
    body: {
      name: 'influxdb',
      message: 'ready for queries and writes',
      status: 'pass',
      checks: [],
      version: '2.0.4',
      commit: '4e7a59bb9a',
    },
    status: 'healthy',
  },
  {
    what: 'Mattermost, its file store gone',
    source: MATTERMOST,
    http: 500,
    body: {
      ActiveSearchBackend: 'database',
      status: 'UNHEALTHY',
      database_status: 'OK',
      filestore_status: 'UNHEALTHY',
    },
    status: 'unhealthy',
    parts: { database_status: 'healthy', filestore_status: 'unhealthy' },
  },
  {
    what: 'the health_check gem of Rails, set to 200 for partial failures',
    source: RAILS_GEM,
    http: 200,
    body: { healthy: false, message: 'health_check failed: no route to the mail server' },
    status: 'unhealthy',
  },
  {
    what: 'the health_check gem of Rails',
    source: RAILS_GEM,
    http: 200,
    body: { healthy: true, message: 'success' },
    status: 'healthy',
  },
  {
    what: 'Rails’ own /up after an exception at boot',
    source: 'https://api.rubyonrails.org/classes/Rails/HealthController.html',
    http: 500,
    body: '<!DOCTYPE html><html><body style="background-color: red"></body></html>',
    status: 'unhealthy',
  },
  {
    what: 'OkComputer in Rails, a check that failed',
    source: 'https://github.com/emmahsax/okcomputer',
    http: 500,
    body: {
      default: { message: 'Application is running', success: true, time: 0.0001 },
      database: { message: 'Failed to connect', success: false, time: 0.02 },
    },
    status: 'unhealthy',
    parts: { default: 'healthy', database: 'unhealthy' },
  },
  {
    what: 'plug_checkup in Phoenix, asked to answer 200',
    source: 'https://github.com/ggpasqualino/plug_checkup',
    http: 200,
    body: [
      { name: 'Redis', time: 301, healthy: true, error: null },
      { name: 'DB', time: 1200, healthy: false, error: 'connection refused' },
    ],
    status: 'unhealthy',
    parts: { Redis: 'healthy', DB: 'unhealthy' },
  },
  {
    what: 'Typesense without room on its disk',
    source: 'https://typesense.org/docs/latest/api/cluster-operations.html#health',
    http: 503,
    body: { ok: false, resource_error: 'OUT_OF_DISK' },
    status: 'unhealthy',
  },
  {
    what: 'Meilisearch',
    source: 'https://www.meilisearch.com/docs/reference/api/health',
    http: 200,
    body: { status: 'available' },
    status: 'healthy',
  },
  {
    what: 'Grafana, its database gone',
    source: GRAFANA,
    http: 503,
    body: { database: 'failing', version: '11.5.0', commit: '4550cfb5b7' },
    status: 'unhealthy',
    parts: { database: 'unhealthy' },
  },
  {
    what: 'Grafana',
    source: GRAFANA,
    http: 200,
    body: { database: 'ok', version: '11.5.0', commit: '4550cfb5b7' },
    status: 'healthy',
    parts: { database: 'healthy' },
  },
  {
    what: 'CouchDB’s node in maintenance',
    source: COUCH,
    http: 404,
    body: { status: 'maintenance_mode' },
    status: 'unhealthy',
  },
  {
    what: 'CouchDB',
    source: 'https://docs.couchdb.org/en/stable/api/server/common.html#up',
    http: 200,
    body: { status: 'ok', seeds: {} },
    status: 'healthy',
  },
  {
    what: 'RabbitMQ with an alarm',
    source: 'https://www.rabbitmq.com/docs/http-api-reference',
    http: 503,
    body: { status: 'failed', reason: 'Alarms are in effect in the cluster', alarms: [{ node: 'rabbit@a' }] },
    status: 'unhealthy',
  },
  {
    what: 'the OpenTelemetry collector',
    source: COLLECTOR,
    http: 200,
    body: { status: 'Server available', upSince: '2020-10-22T08:07:33.656859114Z', uptime: '8m33.548333561s' },
    status: 'healthy',
  },
  {
    what: 'the OpenTelemetry collector before it serves',
    source: COLLECTOR,
    http: 503,
    body: { status: 'Server not available', upSince: '0001-01-01T00:00:00Z', uptime: '' },
    status: 'unhealthy',
  },
  {
    what: 'Micronaut, its database gone',
    source: 'https://docs.micronaut.io/latest/guide/#healthEndpoint',
    http: 503,
    body: {
      name: 'demo',
      status: 'DOWN',
      details: {
        jdbc: { name: 'demo', status: 'DOWN', details: { 'jdbc:h2:mem:devDb': { name: 'demo', status: 'DOWN' } } },
        'compositeDiscoveryClient()': { name: 'demo', status: 'UP' },
        diskSpace: { name: 'demo', status: 'UP', details: { total: 1000240963584, free: 35355635712 } },
      },
    },
    status: 'unhealthy',
    parts: { jdbc: 'unhealthy', 'compositeDiscoveryClient()': 'healthy', diskSpace: 'healthy' },
  },
  {
    what: 'Spring Boot with groups, one of its states out of service',
    source: 'https://prostore.datamart.ru/docs_prostore_archive/v7-0/http_api/health/health.html',
    http: 503,
    body: {
      status: 'DOWN',
      components: {
        dtmState: { status: 'DOWN', details: { exception: 'Query processing verticle is not running' } },
        readinessState: { status: 'OUT_OF_SERVICE' },
        ping: { status: 'UP' },
      },
      groups: ['liveness', 'readiness', 'startup'],
    },
    status: 'unhealthy',
    parts: { dtmState: 'unhealthy', readinessState: 'unhealthy', ping: 'healthy' },
  },
  {
    what: 'Keycloak, its database gone',
    source: 'https://www.keycloak.org/observability/health',
    http: 503,
    body: {
      status: 'DOWN',
      checks: [
        { name: 'Keycloak database connections async health check', status: 'DOWN', data: { 'Failing since': '…' } },
      ],
    },
    status: 'unhealthy',
    parts: { 'Keycloak database connections async health check': 'unhealthy' },
  },
  {
    what: 'Prometheus, in words',
    source: 'https://prometheus.io/docs/prometheus/latest/management_api/',
    http: 200,
    body: 'Prometheus Server is Healthy.\n',
    status: 'healthy',
  },
  {
    what: 'Loki while it starts, in words',
    source: 'https://grafana.com/docs/loki/latest/reference/loki-http-api/',
    http: 503,
    body: 'Ingester not ready: waiting for 15s after being ready\n',
    status: 'unhealthy',
  },
  {
    what: 'Druid, which says false',
    source: 'https://druid.apache.org/docs/latest/api-reference/service-status-api/',
    http: 200,
    body: false,
    status: 'unhealthy',
  },
]
