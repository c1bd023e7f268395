import { expect, it } from 'vitest'
import { saidOf } from '../../test/said-of.ts'
import { openServe } from './open-serve.ts'

async function ofServe(text: string): Promise<readonly string[]> {
  const options = { file: 'hale.yaml', env: {}, isInstalled: () => true, mode: 'on-request' } as const
  return await openServe(text, options).then(() => ['is taken'], saidOf)
}

/** A check, and what is said of it. */
const CHECKS: readonly (readonly [text: string, ...said: string[]])[] = [
  ['disk: { type: disk, degraded: 10 }', '2:33 checks.disk.degraded: 10 has no unit; write 10% or 10GB'],
  ['disk: { type: disk, degraded: 0.2 }', '2:33 checks.disk.degraded: 0.2 has no unit; write 20% or 0.2GB'],
  ['disk: { type: disk, degraded: 2% }', '2:33 checks.disk.degraded: 2% must not be below unhealthy, 5%'],
  ['disk: { type: disk, degraded: 120% }', '2:33 checks.disk.degraded: is more than 100%'],
  [
    'disk: { type: disk, degraded: ten percent }',
    '2:33 checks.disk.degraded: is neither a share such as 10% nor an amount such as 5GB',
  ],
  ['disk: { type: disk, inodesDegraded: 10 }', '2:39 checks.disk.inodesDegraded: 10 has no unit; write 10%'],
  ['disk: { type: dsk }', '2:17 checks.disk.type: there is no check of that type (disk?)'],
  ['disk: disk', '2:9 checks.disk: is text, not a mapping of keys to values'],
  ['disk:', '2:8 checks.disk: has no value'],
  ['- type: disk', '2:3 checks: is a list, not a mapping of keys to values'],
  ['disk: { path: / }', '2:9 checks.disk.type: is missing'],
  ['disk: { type: [disk] }', '2:17 checks.disk.type: is a list, not text'],
  ['disk: { type: disk, path: 5 }', '2:29 checks.disk.path: is a number, not text; put it between quotes'],
  ['disk: { type: disk, path: "" }', '2:29 checks.disk.path: must not be empty'],
  ['disk: { type: disk, path: }', '2:29 checks.disk.path: has no value'],
  ['memory: { type: memory, degraded: 80 }', '2:37 checks.memory.degraded: 80 has no unit; write 80% or 80GB'],
  [
    '"my disk": { type: disk }',
    '2:3 checks.my disk: is no name; use 1 to 64 letters, digits, "_", "-" or ".", the first a letter or digit',
  ],
  ['api: { type: http, url: example.com }', '2:27 checks.api.url: must be a URL that begins with http:// or https://'],
  ['api: { type: http }', '2:8 checks.api.url: is missing'],
  [
    'api: { type: http, url: http://x/, status: 2000 }',
    '2:46 checks.api.status: is not a status code or a range such as 200-299',
  ],
  [
    'api: { type: http, url: http://x/, status: [ok] }',
    '2:47 checks.api.status[0]: is not a status code or a range such as 200-299',
  ],
  [
    'api: { type: http, url: http://x/, status: { a: 1 } }',
    '2:46 checks.api.status: is not a status code or a range such as 200-299',
  ],
  ['api: { type: http, url: http://x/, status: [] }', '2:46 checks.api.status: must not be empty'],
  [
    'api: { type: http, url: http://x/, status: "299-200" }',
    '2:46 checks.api.status: is not a status code or a range such as 200-299',
  ],
  [
    'api: { type: http, url: http://x/, method: get }',
    '2:46 checks.api.method: must be one of GET, HEAD, OPTIONS, POST (GET?)',
  ],
  [
    'api: { type: http, url: http://x/, headers: [a] }',
    '2:47 checks.api.headers: is a list, not a mapping of keys to values',
  ],
  [
    'api: { type: http, url: http://x/, headers: { "a b": x } }',
    '2:49 checks.api.headers.a b: is not the name of a header',
  ],
  ['api: { type: http, url: http://x/, timeout: 5 }', '2:47 checks.api.timeout: 5 has no unit; write 5s or 5ms'],
  [
    'api: { type: http, url: http://x/, timeout: 5 seconds }',
    '2:47 checks.api.timeout: is not a duration such as 500ms, 10s or 1h30m',
  ],
  ['api: { type: http, url: http://x/, every: 30d }', '2:45 checks.api.every: must be 24 days at most'],
  [
    'api: { type: http, url: http://x/, every: 1m, staleAfter: 10s }',
    '2:61 checks.api.staleAfter: 10 s is over before the next run (1 min)',
  ],
  [
    'api: { type: http, url: http://x/, degraded: 2s, unhealthy: 1s }',
    '2:48 checks.api.degraded: 2s must not be above unhealthy, 1s',
  ],
  [
    'api: { type: http, url: http://x/, probes: live }',
    '2:46 checks.api.probes: live is for checks of this machine only, such as disk, memory, event-loop: what http asks would not be mended by a restart of the app',
  ],
  [
    'api: { type: http, url: http://x/, probes: [redy] }',
    '2:47 checks.api.probes[0]: must be one of live, ready, startup (ready?)',
  ],
  ['api: { type: http, url: http://x/, probes: 5 }', '2:46 checks.api.probes: must be one of live, ready, startup'],
  [
    'api: { type: http, url: http://x/, impact: fail }',
    '2:46 checks.api.impact: must be one of fails, degrades, informs (fails?)',
  ],
  ['api: { type: http, url: http://x/, failureThreshold: 0 }', '2:56 checks.api.failureThreshold: must be at least 1'],
  [
    'api: { type: http, url: http://x/, failureThreshold: 1.5 }',
    '2:56 checks.api.failureThreshold: is a number with a fraction, not a whole number',
  ],
  [
    'api: { type: http, url: http://x/, failureThreshold: "3" }',
    '2:56 checks.api.failureThreshold: is text, not a number; write it without quotes',
  ],
  [
    'api: { type: http, url: http://x/, jitter: 20% }',
    '2:46 checks.api.jitter: is not a share from 0 to 1, such as 0.1',
  ],
  [
    'api: { type: http, url: http://x/, jitter: 20 }',
    '2:46 checks.api.jitter: is not a share from 0 to 1, such as 0.1',
  ],
  [
    'api: { type: http, url: http://x/, tags: 5 }',
    '2:44 checks.api.tags: is a number, not text; put it between quotes',
  ],
  ['api: { type: http, url: http://x/, redirects: yes }', '2:49 checks.api.redirects: is text, not a number'],
  [
    'api: { type: http, url: http://x/, json: [1] }',
    '2:44 checks.api.json: is a list, not a mapping of keys to values',
  ],
  ['api: { type: http, url: http://x/, json: { a: [1] } }', '2:49 checks.api.json.a: is not a plain value'],
  ['api: { type: http, url: http://x/, tls: true }', '2:43 checks.api.tls: is true, not a mapping of keys to values'],
  [
    'api: { type: http, url: http://x/, tls: { ca: nothing } }',
    '2:49 checks.api.tls.ca: is not PEM, which begins with -----BEGIN; put the text of the file here, after a |',
  ],
  ['api: { type: http, url: http://x/, json: { "a..b[": 1 } }', '2:44 checks.api.json: has a path with an empty part'],
  [
    'api: { type: http, url: http://x/, bodyContains: 5 }',
    '2:52 checks.api.bodyContains: is a number, not text; put it between quotes',
  ],
  [
    'api: { type: http, url: http://x/, initialDelay: -5s }',
    '2:52 checks.api.initialDelay: is not a duration such as 500ms, 10s or 1h30m',
  ],
  [
    'db: { type: postgres, url: "localhost:5432" }',
    '2:30 checks.db.url: the URL must begin with postgres:// or postgresql://',
  ],
  ['db: { type: postgres, url: postgres://x, role: leader }', '2:50 checks.db.role: must be one of primary, replica'],
  [
    'db: { type: postgres, url: postgres://x, migrations: [a] }',
    '2:56 checks.db.migrations: is a list, not a mapping of keys to values',
  ],
  [
    'db: { type: postgres, url: postgres://x, migrations: { applied: SELECT 1 } }',
    '2:56 checks.db.migrations.expected: is missing',
  ],
  [
    'db: { type: postgres, url: postgres://x, lagDegraded: 5 }',
    '2:57 checks.db.lagDegraded: 5 has no unit; write 5s or 5ms',
  ],
  ['db: { type: mongodb, url: http://x }', '2:29 checks.db.url: the URL must begin with mongodb:// or mongodb+srv://'],
  ['db: { type: sqlite }', '2:7 checks.db.path: is missing'],
  [
    'db: { type: sqlite, path: x.db, writable: "yes" }',
    '2:45 checks.db.writable: is text, not true or false; write true',
  ],
  [
    'db: { type: redis, url: redis://x, memoryDegraded: 80 }',
    '2:54 checks.db.memoryDegraded: 80 has no unit; write 80%',
  ],
  ['db: { type: elasticsearch, url: x }', '2:35 checks.db.url: the URL must begin with http:// or https://'],
  ['db: { type: s3, url: http://x }', '2:7 checks.db.bucket: is missing'],
  ['db: { type: s3, url: http://x, bucket: "A B" }', '2:42 checks.db.bucket: "A B" is not a name of a bucket'],
  [
    'db: { type: s3, url: http://x, bucket: b, credentials: { accessKeyId: a } }',
    '2:42 checks.db.bucket: "b" is not a name of a bucket',
    '2:58 checks.db.credentials.secretAccessKey: is missing',
  ],
  [
    'db: { type: s3, url: http://x, bucket: bucket, credentials: abc }',
    '2:63 checks.db.credentials: is text, not a mapping of keys to values',
  ],
  ['q: { type: rabbitmq, url: http://x }', '2:29 checks.q.url: the URL must begin with amqp:// or amqps://'],
  [
    'q: { type: rabbitmq, url: amqp://x, messagesDegraded: 5 }',
    '2:6 checks.q.queue: is needed for limits of messages and consumers',
  ],
  ['q: { type: mqtt, url: x }', '2:25 checks.q.url: the URL must begin with mqtt:// or mqtts://'],
  ['q: { type: mqtt, url: mqtt://x, silentDegraded: 5m }', '2:6 checks.q.topic: is needed for limits of its silence'],
  ['q: { type: jetstream, url: nats://x }', '2:6 checks.q.stream: is missing', '2:6 checks.q.consumer: is missing'],
  ['t: { type: tcp, host: x }', '2:6 checks.t.port: is missing'],
  [
    't: { type: tcp, host: "x:5432" }',
    '2:6 checks.t.port: is missing',
    '2:25 checks.t.host: is not a host name or address; leave out scheme, port and path',
  ],
  ['t: { type: tcp, host: x, port: "5432" }', '2:34 checks.t.port: is text, not a number; write it without quotes'],
  ['t: { type: tcp, host: x, port: 0 }', '2:34 checks.t.port: must be at least 1'],
  ['t: { type: tcp, host: x, port: 70000 }', '2:34 checks.t.port: must be at most 65535'],
  [
    't: { type: ping, host: http://x }',
    '2:26 checks.t.host: is not a host name or address; leave out scheme, port and path',
  ],
  [
    't: { type: tls, host: https://x }',
    '2:25 checks.t.host: is not a host name or address; leave out scheme, port and path',
  ],
  ['t: { type: tls, host: x, daysDegraded: 3d }', '2:42 checks.t.daysDegraded: is not a number of days, such as 14'],
  [
    't: { type: tls, host: x, daysDegraded: 3, daysUnhealthy: 10 }',
    '2:42 checks.t.daysDegraded: 3 must not be below daysUnhealthy, 10',
  ],
  ['t: { type: dns, name: x.y, expected: 5 }', '2:40 checks.t.expected: is a number, not text; put it between quotes'],
  ['t: { type: dns, name: "http://x", record: A }', '2:25 checks.t.name: "http://x" is not a name to look up'],
  [
    't: { type: dns, name: x.y, servers: dns.google }',
    '2:39 checks.t.servers: has one that is not an address such as 10.0.0.2 or [::1]:5353',
  ],
  ['t: { type: dns, name: x.y, exact: true }', '2:37 checks.t.exact: needs expected values'],
  ['t: { type: smtp, host: x, user: a }', '2:35 checks.t.user: needs a password, and a password needs a user'],
  ['t: { type: smtp, host: x, password: a }', '2:6 checks.t.user: needs a password, and a password needs a user'],
  ['t: { type: smtp, host: x, secure: true }', '2:37 checks.t.secure: must be one of none, starttls, tls'],
  ['t: { type: status-page, url: x }', '2:32 checks.t.url: must be a URL that begins with http:// or https://'],
  [
    't: { type: health, url: http://x, maxBodyBytes: 1MB }',
    '2:51 checks.t.maxBodyBytes: is not a number of bytes, such as 1000000',
  ],
  ['m: { type: load, degraded: 80% }', '2:30 checks.m.degraded: is text, not a number'],
  ['m: { type: load, degraded: 5, unhealthy: 2 }', '2:30 checks.m.degraded: 5 must not be above unhealthy, 2'],
  ['m: { type: event-loop, degraded: 100 }', '2:36 checks.m.degraded: 100 has no unit; write 100s or 100ms'],
  ['m: { type: cpu-throttling, degraded: 25 }', '2:40 checks.m.degraded: 25 has no unit; write 25%'],
  [
    'm: { type: clock-skew, url: time.google.com }',
    '2:31 checks.m.url: is not an address such as ntp://time.internal or https://example.com',
  ],
  ['m: { type: process-alive, pid: 5, name: x }', '2:34 checks.m.pid: give one of pid, pidFile and name'],
  ['disk: { type: disk, when: true }', '2:29 checks.disk.when: is true, not a mapping of keys to values'],
  [
    'disk: { type: disk, when: {} }',
    '2:29 checks.disk.when: is empty; say load, memory, window, check, all, any or not, or leave it out',
  ],
  [
    'disk: { type: disk, when: { check: api } }',
    '2:38 checks.disk.when.check: there is no check "api"; there are disk',
  ],
  ['disk: { type: disk, when: { check: dsk } }', '2:38 checks.disk.when.check: there is no check "dsk" (disk?)'],
  ['disk: { type: disk, when: { check: disk } }', '2:38 checks.disk.when.check: the check would wait for itself'],
  [
    'disk: { type: disk, when: { load: 2 } }',
    '2:37 checks.disk.when.load: is a number, not a mapping of keys to values',
  ],
  [
    'disk: { type: disk, when: { load: {} } }',
    '2:37 checks.disk.when.load: needs a level: above or below, as in { above: 2 }',
  ],
  [
    'disk: { type: disk, when: { load: { above: 80% } } }',
    '2:46 checks.disk.when.load.above: is not a load per processor, such as 2',
  ],
  [
    'disk: { type: disk, when: { memory: { above: 2 } } }',
    '2:48 checks.disk.when.memory.above: 2 has no unit; write 2% or 2GB',
  ],
  [
    'disk: { type: disk, when: { window: { cron: "every day", for: 1h } } }',
    '2:47 checks.disk.when.window.cron: "every day" is not a cron pattern such as "0 2 * * SUN"',
  ],
  [
    'disk: { type: disk, when: { window: { cron: "61 2 * * *", for: 1h, timeZone: Berlin } } }',
    '2:47 checks.disk.when.window.cron: "61 2 * * *" is not a cron pattern such as "0 2 * * SUN": Invalid value for minute: 61',
    '2:80 checks.disk.when.window.timeZone: there is no time zone Berlin',
  ],
  ['disk: { type: disk, when: { window: { cron: "0 2 * * *" } } }', '2:39 checks.disk.when.window.for: is missing'],
  ['disk: { type: disk, when: { any: { check: disk } } }', '2:36 checks.disk.when.any: is a mapping, not a list'],
  ['disk: { type: disk, when: { any: [] } }', '2:36 checks.disk.when.any: must not be empty'],
  ['disk: { type: disk, when: { not: [] } }', '2:36 checks.disk.when.not: is a list, not a mapping of keys to values'],
  ["a: { type: 'disk }", "2:21 : has a quote ' that is not closed", '2:21 : the { is not closed by a }'],
]

it.each(CHECKS)('what is said of a wrong check: %s', async (text, ...messages) => {
  expect(await ofServe(`checks:\n  ${text}`)).toEqual(messages)
})

it('what is said of a wrong check never speaks of code', () => {
  const all = CHECKS.flatMap(([, ...messages]) => messages).join('\n')
  expect(all).not.toMatch(
    /defineCheck|process\.env|expected \w+, received|Invalid (?:input|option|URL)|Too (?:big|small)|undefined|\bobject\b|\barray\b/,
  )
})
