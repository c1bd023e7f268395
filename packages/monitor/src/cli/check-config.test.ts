import { expect, it } from 'vitest'
import { saidOf } from '../../test/said-of.ts'
import { channelSchemas } from '../channels/index.ts'
import { parseConfig } from '../config/parse-config.ts'
import { openServe } from '../serve/open-serve.ts'

async function ofServe(text: string): Promise<readonly string[]> {
  const options = { file: 'hale.yaml', env: {}, isInstalled: () => true, mode: 'on-request' } as const
  return await openServe(text, options).then(() => ['is taken'], saidOf)
}

function ofUp(text: string): readonly string[] {
  try {
    parseConfig(text, { file: 'hale.yaml', env: {}, channelSchemas })
    return ['is taken']
  } catch (error) {
    return saidOf(error)
  }
}

/** A file for `hale serve`. */
const FILES: readonly (readonly [text: string, ...said: string[]])[] = [
  ['', '1:1 checks: is missing'],
  ['checks: {}', '1:9 checks: names nothing to check'],
  ['checks: []', '1:9 checks: is a list, not a mapping of keys to values'],
  ['checks: disk', '1:9 checks: is text, not a mapping of keys to values'],
  ['checks:\n\tdisk: { type: disk }', '2:1 : is indented by a tab; YAML takes spaces only'],
  ['checks:\n  a: { type: disk\n  b: { type: disk }', '3:3 : the { is not closed by a }'],
  [
    'checks:\n  a: { type: disk }\n  a: { type: memory }',
    '3:3 checks.a: stands here a second time; the first is in line 2',
  ],
  ['checks:\n  a: type: disk', '2:6 : has a second ": " in its line; put the value between quotes, or begin a line'],
  [
    'checks:\n  a: { type: disk, path: @x }',
    '2:26 : begins with a character that means something else in YAML; put it between quotes',
  ],
  ['checks:\n  a: { type: disk }\n b: { type: disk }', '3:1 : is not indented as what it belongs with'],
  [
    'checks:\n  a: { <<: *b }',
    '2:12 : there is no &b above that *b could stand for; text that begins with * needs quotes',
  ],
  ['checks:\n  a\n  b: 1', '2:3 : has no ": " after it; a key stands there as in "key: value"'],
  ['checks:\n  a: {type:disk}', '2:6 checks.a.type: is missing; put a space after the ":" of "type:disk"'],
  [
    'checks:\n  a: "\\d"',
    '2:7 : has a \\ that means something else between double quotes; write it between single quotes',
  ],
  ['checks: { a: { type: disk } }\n---\nb: 1', '2:1 : holds a second document, after "---"; one file is one document'],
  ['check: { a: { type: disk } }', '1:1 checks: is missing', '1:1 check: unknown key (checks?)'],
  ['[]', '1:1 : is a list, not a mapping of keys to values'],
  ['just text', '1:1 : is text, not a mapping of keys to values'],
  [
    'checks: { a: { type: disk }, b: { type: disk, path: "${P}" } }',
    '1:53 checks.b.path: the environment has no variable P; set it, or write ${P:-default}',
  ],
  [
    'checks: { a: { type: disk, path: "${1P}" } }',
    '1:34 checks.a.path: ${1P} is not a variable; write ${NAME}, ${NAME:-default}, or $${ for a real ${',
  ],
  ['checks: { a: { type: disk } }\nserve: 8080', '2:8 serve: is a number, not a mapping of keys to values'],
  [
    'checks: { a: { type: disk } }\nserve: { port: 8080 }',
    '2:10 serve.port: unknown key; there are listen, path, service, version, keys, addresses, trustProxy, formats, drainWait, grace',
  ],
  [
    'checks: { a: { type: disk } }\nserve: { listen: [8080] }',
    '2:18 serve.listen: is not an address such as 127.0.0.1:8481, nor a port',
  ],
  ['checks: { a: { type: disk } }\nserve: { listen: 99999 }', '2:18 serve.listen: must be at most 65535'],
  [
    'checks: { a: { type: disk } }\nserve: { path: health/ }',
    '2:16 serve.path: "health/" is not a path such as "/health", without a slash at its end',
  ],
  ['checks: { a: { type: disk } }\nserve: { keys: 5 }', '2:16 serve.keys: is neither a key nor a mapping with a "key"'],
  ['checks: { a: { type: disk } }\nserve: { keys: [{ scope: admin }] }', '2:17 serve.keys[0].key: is missing'],
  [
    'checks: { a: { type: disk } }\nserve: { keys: [{ key: abc, scope: root }] }',
    '2:36 serve.keys[0].scope: must be one of detail, admin',
  ],
  [
    'checks: { a: { type: disk } }\nserve: { keys: [{ key: abc, expires: tomorrow }] }',
    '2:17 serve.keys[0]: expires is not a date such as "2027-01-31"',
  ],
  [
    'checks: { a: { type: disk } }\nserve: { addresses: [10.0.0.0/33] }',
    '2:22 serve.addresses[0]: "10.0.0.0/33" has a length that is not from 0 to 32',
  ],
  ['checks: { a: { type: disk } }\nserve: { formats: [] }', '2:19 serve.formats: must not be empty'],
  ['checks: { a: { type: disk } }\nserve: { drainWait: 5 }', '2:21 serve.drainWait: 5 has no unit; write 5s or 5ms'],
  ['checks: { a: { type: disk } }\nserve: { service: }', '2:19 serve.service: has no value'],
  [
    'checks: { a: { type: disk } }\nserve: { version: 1.5 }',
    '2:19 serve.version: is a number with a fraction, not text; put it between quotes',
  ],
  [
    'checks: { a: { type: disk } }\ntargets: [http://x]',
    '2:1 targets: is what "hale up" watches; what "hale serve" checks is a file of its own',
  ],
  ['checks: { a: { type: disk } }\nexporters: [statsd]', '2:12 exporters: is a list, not a mapping of keys to values'],
  [
    'checks: { a: { type: disk } }\nexporters: { statsd: }',
    '2:22 exporters.statsd: is not a mapping; write {} for the defaults',
  ],
  [
    'checks: { a: { type: disk } }\nexporters: { prometheus: {} }',
    '2:14 exporters.prometheus: needs no exporter: Prometheus scrapes /metrics below the path of the endpoints',
  ],
  [
    'checks: { a: { type: disk } }\nexporters: { statsd: { port: "8125", prefix: "a b" } }',
    '2:30 exporters.statsd.port: is text, not a number; write it without quotes',
    '2:46 exporters.statsd.prefix: "a b" is not names of letters, digits, - and _ with dots between',
  ],
  ['checks: { a: { type: disk } }\nexporters: { datadog: {} }', '2:23 exporters.datadog.apiKey: is missing'],
  [
    'checks: { a: { type: disk } }\nexporters: { datadog: { apiKey: abc, site: x } }',
    '2:44 exporters.datadog.site: "x" is none of datadoghq.com, us3.datadoghq.com, us5.datadoghq.com, datadoghq.eu, ap1.datadoghq.com, ap2.datadoghq.com, ddog-gov.com',
  ],
  [
    'checks: { a: { type: disk } }\nexporters: { new-relic: { licenseKey: abc, accountId: "5" } }',
    '2:55 exporters.new-relic.accountId: is text, not a number; write it without quotes',
  ],
  [
    'checks: { a: { type: disk } }\nexporters: { opentelemetry: { endpoint: x, signals: [metric] } }',
    '2:41 exporters.opentelemetry.endpoint: must be a URL that begins with http:// or https://',
    '2:54 exporters.opentelemetry.signals[0]: must be one of metrics, logs, traces (metrics?)',
  ],
  [
    'checks: { a: { type: disk } }\nexporters: { statsd: { capacity: 5, every: 1 } }',
    '2:34 exporters.statsd.capacity: must be at least 10',
    '2:44 exporters.statsd.every: 1 has no unit; write 1s or 1ms',
  ],
]

/** A file for `hale up`. */
const WATCHED: readonly (readonly [text: string, ...said: string[]])[] = [
  ['targets: http://x', '1:10 targets: is text, not a list; begin each of its lines with "- "'],
  ['targets: [x]', '1:11 targets[0]: is not an address such as https://shop.example/health or tcp://db.example:5432'],
  ['targets: [5]', '1:11 targets[0]: is neither an address nor a mapping with a "url"'],
  ['targets: { a: http://x }', '1:10 targets: is a mapping, not a list'],
  ['targets: [{ name: a }]', '1:11 targets[0].url: is missing'],
  ['targets: [{ url: http://x, every: 10 }]', '1:35 targets[0].every: 10 has no unit; write 10s or 10ms'],
  ['targets: [{ url: http://x, notify: ops }]', '1:36 targets[0].notify: there is no channel "ops"; there are console'],
  [
    'targets: [http://x]\nchannels: [{ name: a, kind: slack }]',
    '2:29 channels[0].kind: no such kind of channel; there are console, webhook, email',
  ],
  [
    'targets: [http://x]\nchannels: [{ name: a, kind: email }]',
    '2:12 channels[0].from: is missing',
    '2:12 channels[0].to: is missing',
  ],
  [
    'targets: [http://x]\nchannels: [{ name: a, kind: webhook, url: x }]',
    '2:43 channels[0].url: is not an http:// or https:// address',
  ],
  ['targets: [http://x]\nchannels: { a: { kind: webhook } }', '2:11 channels: is a mapping, not a list'],
  ['targets: [http://x]\nserver: { port: "80" }', '2:17 server.port: is text, not a number; write it without quotes'],
  ['targets: [http://x]\nnetwork: { private: no }', '2:21 network.private: is text, not true or false; write false'],
  [
    'targets: [http://x]\nnetwork: { allow: 10.0.0.1 }',
    '2:19 network.allow: is not a range of addresses such as 169.254.10.0/24 or fd00::/8',
  ],
  [
    'targets: [http://x, http://x]',
    '1:21 targets[1]: its id would be "x", as that of targets[0]; give one of them an id of its own',
  ],
  [
    'targets: [{ url: http://x, expect: { status: 2xx } }]',
    '1:46 targets[0].expect.status: is not a status code or a range such as 200-299',
  ],
  ['targets: [{ url: http://x, tags: 5 }]', '1:34 targets[0].tags: is a number, not text; put it between quotes'],
  ['targets: [{ url: tcp://x }]', '1:18 targets[0].url: needs a port: tcp://host:port'],
  ['targets: [http://x]\nstorage: x', '2:1 storage: unknown key (store?)'],
  ['targets: [http://x]\nserver: { publicUrl: x }', '2:22 server.publicUrl: is not an http:// or https:// address'],
  [
    'targets: [http://x]\nchannels: [{ name: a, kind: email, host: x, from: me, to: you }]',
    '2:51 channels[0].from: is not a mail address such as hale@example.org or Hale <hale@example.org>',
    '2:59 channels[0].to: is not a mail address such as hale@example.org or Hale <hale@example.org>',
  ],
]

it.each(FILES)('what is said of a wrong file for hale serve: %j', async (text, ...messages) => {
  expect(await ofServe(text)).toEqual(messages)
})

it.each(WATCHED)('what is said of a wrong file for hale up: %j', (text, ...messages) => {
  expect(ofUp(text)).toEqual(messages)
})

it('what is said of a wrong file never speaks of code', () => {
  const all = [...FILES, ...WATCHED].flatMap(([, ...messages]) => messages).join('\n')
  expect(all).not.toMatch(
    /defineCheck|process\.env|expected \w+, received|Invalid (?:input|option|URL)|Too (?:big|small)|undefined|\bobject\b|\barray\b/,
  )
})
