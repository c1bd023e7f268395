/** What is read of the documents in `packages/hale/src/formats/golden`. */
export interface Expected {
  /** The HTTP code it came with. */
  readonly http: number
  /** Format, how certain, status, message, problem. */
  readonly says: string
  /** One line a check. */
  readonly checks?: readonly string[]
}

export const GOLDEN: Readonly<Record<string, Expected>> = {
  'vault-sealed.json': { http: 503, says: 'vault certain unhealthy: It is sealed.' },
  'nextcloud-maintenance.json': { http: 200, says: 'nextcloud certain maintenance' },
  'airflow.json': {
    http: 200,
    says: 'any-json likely unhealthy: The document says unhealthy, though the HTTP code is 200.',
    checks: ['metadatabase: healthy', 'scheduler: unhealthy'],
  },
  'flask-healthy.json': { http: 200, says: 'classic likely healthy' },
  'fastapi-unhealthy.json': {
    http: 503,
    says: 'classic likely unhealthy: could not connect to server: Connection refused',
  },
  'fastapi-tuple.json': { http: 200, says: 'classic likely unhealthy: database unreachable' },
  'fastapi-exception.json': { http: 503, says: 'classic likely unhealthy: redis: connection refused' },
  'classic-parts.json': {
    http: 200,
    says: 'classic likely degraded',
    checks: ['database: healthy', 'cache: unhealthy | timed out after 500 ms'],
  },
  'ietf.json': {
    http: 200,
    says: 'health+json certain degraded: replica lags behind',
    checks: [
      'cassandra:responseTime: healthy | 250 ms | 250ms | 2018-01-17T03:36:48.000Z',
      'cassandra:connections: degraded | 75 of 80 connections in use | 75 | 2018-01-17T03:36:48.000Z',
      'uptime: healthy | 1209600.245 s | 2018-01-17T03:36:48.000Z',
      'cpu:utilization/node-1: degraded | 85 percent',
      'cpu:utilization/node-2: healthy | 12 percent',
    ],
  },
  'aspnet.txt': { http: 200, says: 'plain-text certain degraded' },
  'aspnet-ui.json': {
    http: 503,
    says: 'aspnet-ui certain unhealthy',
    checks: [
      'sqlserver: unhealthy | timeout | 30ms | ready,db',
      'self: healthy | 0.0123ms',
      'backup: degraded | last backup is old | 93784500ms',
    ],
  },
  'aspnet-ui-numbers.json': {
    http: 200,
    says: 'aspnet-ui certain degraded',
    checks: ['redis: healthy | 1ms', 'queue: degraded | 1204 waiting | 0ms'],
  },
  'spring-boot-v3.json': {
    http: 503,
    says: 'spring-boot certain unhealthy',
    checks: [
      'db: unhealthy',
      'db/orders: healthy',
      'db/stock: unhealthy | org.springframework.jdbc.CannotGetJdbcConnectionException: Failed to obtain JDBC Connection',
      'diskSpace: healthy',
      'breaker: unhealthy',
      'partner: unknown | REPORTED_UNKNOWN | Its status is "FATAL_ERROR", a word without a known meaning.',
      'ping: healthy',
    ],
  },
  'spring-boot-v2.json': {
    http: 200,
    says: 'spring-boot certain healthy',
    checks: ['diskSpace: healthy', 'db: healthy', 'db/primary: healthy', 'db/replica: unknown', 'redis: healthy'],
  },
  'spring-boot-hidden.json': { http: 200, says: 'classic likely healthy' },
  'microprofile.json': {
    http: 503,
    says: 'microprofile certain unhealthy',
    checks: [
      'Database connections health check: unhealthy | Connection refused',
      'SmallRye Reactive Messaging: healthy',
      'SmallRye Reactive Messaging (2): healthy',
    ],
  },
  'microprofile-empty.json': { http: 200, says: 'microprofile certain healthy' },
  'hale.json': {
    http: 200,
    says: 'hale certain degraded',
    checks: [
      'database: healthy | 1.5 ms | 1.235ms | 2026-11-22T14:02:02.456Z | ready | fails',
      'cache: unhealthy | CONNECTION_REFUSED | Nothing listens on 127.0.0.1:6379. | degrades',
      'import: maintenance',
      'import/nightly: skipped',
    ],
  },
  'nginx-502.html': {
    http: 502,
    says: 'undefined none unhealthy: The HTTP code is 502. (The body is HTML or XML, no health document.)',
  },
  'spring-error.json': {
    http: 404,
    says: 'undefined none unhealthy: The HTTP code is 404. (The body is JSON, but its "status" says nothing about health.)',
  },
  'adonis-error.json': {
    http: 503,
    says: 'adonis certain unhealthy',
    checks: [
      'Database: healthy | Connected | 2026-11-22T12:57:34.672Z',
      'Queue: degraded | 1204 jobs wait | 2026-11-22T12:57:34.672Z',
      'Cache: unhealthy | Refused | 2026-11-22T12:57:34.672Z',
    ],
  },
  'adonis-ok.json': {
    http: 200,
    says: 'adonis certain healthy',
    checks: [
      'Database: healthy | Connected | 2026-11-22T12:57:34.639Z',
      'Memory heap check: healthy | Heap usage is under defined thresholds | 2026-11-22T12:57:34.639Z',
    ],
  },
  'adonis-warning.json': {
    http: 200,
    says: 'adonis certain degraded',
    checks: [
      'Database: healthy | Connected | 2026-11-22T12:57:34.658Z',
      'Queue: degraded | 1204 jobs wait | 2026-11-22T12:57:34.658Z',
    ],
  },
  'alexliesenfeld-down.json': {
    http: 503,
    says: 'alexliesenfeld certain unhealthy',
    checks: [
      'database: healthy | 2026-11-22T12:57:45.430Z',
      'search: unhealthy | dial tcp 127.0.0.1:9200: connect: connection refused | 2026-11-22T12:57:45.430Z',
    ],
  },
  'alexliesenfeld-unknown.json': {
    http: 503,
    says: 'alexliesenfeld certain unknown',
    checks: ['database: healthy | 2026-11-22T12:57:45.430Z', 'import: unknown'],
  },
  'alexliesenfeld-up.json': {
    http: 200,
    says: 'alexliesenfeld certain healthy',
    checks: ['database: healthy | 2026-11-22T12:57:45.430Z'],
  },
  'cloudnative-down.json': {
    http: 503,
    says: 'cloudnative certain unhealthy',
    checks: ['database: healthy', 'cache: unhealthy | connect ECONNREFUSED 127.0.0.1:6379'],
  },
  'cloudnative-starting.json': { http: 503, says: 'cloudnative certain unknown', checks: ['migrations: unknown'] },
  'cloudnative-stopping.json': { http: 503, says: 'cloudnative certain unknown', checks: ['drain: unknown'] },
  'cloudnative-up.json': {
    http: 200,
    says: 'cloudnative certain healthy',
    checks: ['database: healthy', 'loop: healthy'],
  },
  'django-3-bad.json': {
    http: 500,
    says: 'django-health-check certain unhealthy',
    checks: [
      'Cache backend: default: unhealthy | Cache key does not match',
      'DatabaseBackend: unhealthy | Database error',
      'Queue: degraded | 1204 jobs wait',
      'Stock: unhealthy | got nothing, wanted something',
    ],
  },
  'django-3.json': {
    http: 200,
    says: 'django-health-check certain healthy',
    checks: ['Cache backend: default: healthy', 'DatabaseBackend: healthy', 'Queue: healthy', 'Stock: healthy'],
  },
  'django-4.json': {
    http: 500,
    says: 'django-health-check certain unhealthy',
    checks: [
      "Cache(alias='default', key_prefix='djangohealthcheck_test', timeout=datetime.timedelta(seconds=5)): healthy",
      "Database(alias='default'): healthy",
      'Redis(client_factory=<function connect>): unhealthy | Redis connection refused',
      'Memory(min_memory_available=None, max_memory_usage_percent=90.0): degraded | 91.3% of memory is in use',
    ],
  },
  'dropwizard-admin.json': {
    http: 500,
    says: 'dropwizard likely unhealthy',
    checks: [
      'deadlocks: healthy | 0ms | 2026-11-22T14:02:03.456Z',
      'database: unhealthy | Connection refused | 12ms | 2026-11-22T14:02:03.456Z',
    ],
  },
  'dropwizard.json': {
    http: 200,
    says: 'dropwizard certain degraded',
    checks: ['database: healthy | ready | fails', 'recommendations: unhealthy | ready | degrades'],
  },
  'ft.json': {
    http: 200,
    says: 'ft certain degraded',
    checks: [
      'Elasticsearch answers: unhealthy | timeout after 2s | 2026-11-22T14:02:03.456Z | degrades',
      'Disk has room: healthy | OK | 2026-11-22T14:02:03.456Z | fails',
    ],
  },
  'go-sundheit-short.json': {
    http: 503,
    says: 'go-sundheit certain unhealthy',
    checks: ['custom.lottery.check: healthy', 'my.check: unhealthy'],
  },
  'go-sundheit.json': {
    http: 503,
    says: 'go-sundheit certain unhealthy',
    checks: [
      'lottery.check: unhealthy | Sorry, I failed | 0.0315ms | 2026-11-22T12:02:03.632Z',
      'url.check: healthy | http://httpbin.org/status/200,300 | 1250ms | 2026-11-22T12:02:03.632Z',
      "slow.check: unknown | didn't run yet | 2026-11-22T12:02:03.632Z",
    ],
  },
  'godaddy-error-bare.json': { http: 503, says: 'classic likely unhealthy' },
  'godaddy-error.json': {
    http: 503,
    says: 'godaddy certain unhealthy: connect ECONNREFUSED 127.0.0.1:5432; the cache is cold',
  },
  'godaddy-info.json': { http: 200, says: 'godaddy certain healthy', checks: ['database: healthy', 'cache: healthy'] },
  'godaddy-ok.json': { http: 200, says: 'classic likely healthy' },
  'godaddy-verbatim.json': { http: 200, says: 'classic likely healthy', checks: ['database: healthy'] },
  'hellofresh-ok.json': { http: 200, says: 'hellofresh certain healthy' },
  'hellofresh-partial.json': {
    http: 200,
    says: 'hellofresh certain degraded',
    checks: ['rabbitmq: unhealthy | Timeout during health check | degrades'],
  },
  'hellofresh-unavailable.json': {
    http: 503,
    says: 'hellofresh certain unhealthy',
    checks: [
      'rabbitmq: unhealthy | Timeout during health check',
      'mysql: unhealthy | dial tcp 127.0.0.1:3306: connect: connection refused',
    ],
  },
  'heptio.json': {
    http: 503,
    says: 'heptio likely unhealthy',
    checks: ['database: healthy', 'upstream-dep-dns: unhealthy | lookup upstream.example.com: no such host'],
  },
  'invision-failed.json': {
    http: 500,
    says: 'invision certain unhealthy',
    checks: [
      'payments: unhealthy | Get "http://payments:8080": dial tcp: connection refused | 2026-11-22T14:02:03.456Z | fails',
      'search: healthy | 2026-11-22T14:02:03.456Z',
    ],
  },
  'invision-spinning-up.json': { http: 200, says: 'invision certain unknown: Healthcheck spinning up' },
  'kubernetes-failed.txt': {
    http: 500,
    says: 'kubernetes certain unhealthy',
    checks: [
      'ping: healthy',
      'log: healthy',
      'etcd: unhealthy',
      'poststarthook/start-apiserver-admission-initializer: healthy',
      'poststarthook/rbac: skipped',
    ],
  },
  'kubernetes-verbose.txt': {
    http: 200,
    says: 'kubernetes certain healthy',
    checks: ['ping: healthy', 'log: healthy'],
  },
  'kubernetes.txt': { http: 200, says: 'plain-text likely healthy' },
  'lightship-live.txt': { http: 200, says: 'lightship certain healthy' },
  'lightship-not-ready.txt': {
    http: 500,
    says: 'lightship certain unhealthy: The document says unknown, but the HTTP code is 500.',
  },
  'lightship-ready.txt': { http: 200, says: 'lightship certain healthy' },
  'lightship-shutting-down.txt': {
    http: 500,
    says: 'lightship certain unhealthy: The document says unknown, but the HTTP code is 500.',
  },
  'medicus-degraded.json': {
    http: 200,
    says: 'medicus certain degraded',
    checks: ['database: healthy', 'queue: degraded'],
  },
  'medicus-healthy.json': { http: 200, says: 'medicus certain healthy', checks: ['database: healthy'] },
  'medicus-unhealthy.json': {
    http: 503,
    says: 'medicus certain unhealthy',
    checks: ['database: healthy', 'queue: degraded', 'cache: unhealthy | Error: connect ECONNREFUSED 127.0.0.1:6379'],
  },
  'py-healthcheck.json': {
    http: 500,
    says: 'py-healthcheck certain unhealthy',
    checks: [
      'redis_available: healthy | redis ok | 0.002ms | 2026-11-22T14:02:03.456Z',
      'mongo_available: unhealthy | [Errno 111] Connection refused | 1250ms | 2026-11-22T14:02:03.456Z',
    ],
  },
  'terminus-degraded.json': {
    http: 200,
    says: 'terminus certain degraded',
    checks: ['database: healthy | 0ms', 'queue: degraded | 1204 jobs wait'],
  },
  'terminus-empty.json': { http: 200, says: 'terminus certain healthy' },
  'terminus-error.json': {
    http: 503,
    says: 'terminus certain unhealthy',
    checks: [
      'database: healthy | 1ms',
      'cache: unhealthy | connect ECONNREFUSED 127.0.0.1:6379 | 1ms',
      'partner: unhealthy | timeout of 20ms exceeded | 22ms',
    ],
  },
  'terminus-ok.json': { http: 200, says: 'terminus certain healthy', checks: ['database: healthy | 3ms'] },
  'terminus-shutting-down.json': { http: 503, says: 'terminus certain unknown', checks: ['database: healthy | 0ms'] },
  'under-pressure-ok.json': { http: 200, says: 'classic likely healthy' },
  'under-pressure.json': { http: 503, says: 'under-pressure certain unhealthy: Under pressure!' },
  'open-metrics.txt': {
    http: 200,
    says: 'open-metrics certain degraded',
    checks: ['database: healthy | 1.235ms | fails', 'cache "hot": unhealthy | 2ms | degrades'],
  },
}
