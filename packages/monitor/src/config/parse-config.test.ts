import { targetOptions } from '@hale/contract'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { channelSchemas } from '../channels/index.ts'
import type { MonitorConfig } from './monitor-config.ts'
import { parseConfig } from './parse-config.ts'
import { ConfigError } from './problem.ts'

const parse = (text: string, env: Record<string, string> = {}): MonitorConfig =>
  parseConfig(text, { file: '/etc/hale/hale.yaml', env, channelSchemas })

function failure(text: string, env: Record<string, string> = {}): ConfigError {
  try {
    parse(text, env)
  } catch (error) {
    if (error instanceof ConfigError) return error
    throw error
  }
  throw new Error('it was accepted')
}

/** Each problem in one line, as it is printed, without the file and the source. */
const problems = (text: string, env: Record<string, string> = {}): string[] =>
  failure(text, env).problems.map(
    ({ line, column, path, message, suggestion }) =>
      `${line}:${column} ${path}: ${message}${suggestion === undefined ? '' : ` (${suggestion}?)`}`,
  )

const target = (...lines: string[]): string =>
  ['targets:', '  - url: https://a.example/health', ...lines.map((line) => `    ${line}`)].join('\n')

describe('a config', () => {
  it('can be two lines', () => {
    expect(parse('targets:\n  - https://shop.example/health\n')).toEqual({
      server: { host: '127.0.0.1', port: 8480, publicUrl: undefined },
      store: 'sqlite:/etc/hale/hale-data',
      retention: { samplesMs: 30 * 86_400_000, rollupsMs: 400 * 86_400_000, incidentsMs: 400 * 86_400_000 },
      network: { private: true, allow: [] },
      channels: [{ name: 'console', kind: 'console', options: {} }],
      targets: [
        {
          id: 'shop-example-health',
          name: 'shop.example/health',
          kind: 'health',
          address: 'https://shop.example/health',
          policy: {
            everyMs: 10_000,
            timeoutMs: 2_000,
            initialDelayMs: 0,
            jitter: 1,
            failureThreshold: 1,
            successThreshold: 1,
            staleAfterMs: 32_000,
            impact: 'fails',
          },
          freshEvery: 10,
          http: {
            method: 'GET',
            headers: {},
            status: [[200, 299]],
            bodyContains: undefined,
            degradedAboveMs: undefined,
            unhealthyAboveMs: undefined,
            followRedirects: 3,
            maxBodyBytes: 1_000_000,
            certificateDays: { degraded: 14, unhealthy: 3 },
            verifyTls: true,
          },
          notify: undefined,
          group: undefined,
          tags: [],
          runbook: undefined,
        },
      ],
    })
  })

  it('may be JSON, and may have a byte order mark and Windows line ends', () => {
    expect(parse('{"targets":["http://a.example/"]}').targets[0]?.name).toBe('a.example')
    expect(parse('\uFEFFtargets:\r\n  - http://a.example/\r\n').targets[0]?.name).toBe('a.example')
  })

  it('takes defaults for every target, field by field where options nest', () => {
    const { targets } = parse(`
defaults: { every: 30s, headers: { x-a: '1', x-b: '1' }, tls: { degradedDays: 30 }, tags: [prod] }
targets:
  - http://a.example/
  - { url: http://b.example/, every: 1m, headers: { x-b: '2' }, tls: { verify: false }, tags: [] }`)
    expect(targets[0]).toMatchObject({ policy: { everyMs: 30_000 }, http: { headers: { 'x-a': '1', 'x-b': '1' } } })
    expect(targets[1]).toMatchObject({
      policy: { everyMs: 60_000 },
      http: { headers: { 'x-a': '1', 'x-b': '2' }, certificateDays: { degraded: 30, unhealthy: 3 }, verifyTls: false },
      tags: [],
    })
  })

  it.each([
    ['tcp://db.example:5432', '', 'tcp'],
    ['http://a.example/', '', 'health'],
    ['http://a.example/', 'expect: { status: 204 }', 'http'],
    ['http://a.example/', 'kind: http', 'http'],
  ])('the kind of %s %s is %s', (url, line, kind) => {
    expect(parse(`targets:\n  - url: ${url}\n    ${line}`).targets[0]?.kind).toBe(kind)
  })

  it.each([
    ['200', [[200, 200]]],
    ['200-204', [[200, 204]]],
    [
      '[200, "301-308"]',
      [
        [200, 200],
        [301, 308],
      ],
    ],
  ])('status %s', (status, ranges) => {
    expect(parse(target(`expect: { status: ${status} }`)).targets[0]?.http.status).toEqual(ranges)
  })

  it.each([
    ['./data', 'sqlite:/etc/hale/data'],
    ['sqlite:data', 'sqlite:/etc/hale/data'],
    ['sqlite:/var/lib/hale', 'sqlite:/var/lib/hale'],
  ])('store %s is %s', (given, store) => {
    expect(parse(`store: ${given}\n${target()}`).store).toBe(store)
  })

  it.each(['postgres', 'Postgres', 'sqlite3'])(
    'E10: a store of the scheme %s is refused, and its address not shown',
    (scheme) => {
      expect(problems(`store: ${scheme}://ada:hunter2@db.example/hale\n${target()}`)).toEqual([
        `1:8 store: there is no store for the scheme "${scheme}:"; known: sqlite:`,
      ])
    },
  )

  it('a timeout by default is never longer than the interval', () => {
    expect(parse(target('every: 1s')).targets[0]?.policy).toMatchObject({ everyMs: 1_000, timeoutMs: 1_000 })
  })

  it('a name keeps credentials and keys to itself', () => {
    const [first] = parse('targets: ["https://ada:secret@a.example:8443/x/?key=abc"]').targets
    expect(first).toMatchObject({ name: 'a.example:8443/x', id: 'a-example-8443-x' })
  })

  it('passes a channel’s own options on as they are', () => {
    const channel = '- { name: ops, kind: webhook, url: "${HOOK}", headers: { a: b } }'
    const { channels } = parse(`channels:\n  ${channel}\n${target('notify: [ops]')}`, { HOOK: 'https://h.example/' })
    expect(channels).toEqual([
      { name: 'ops', kind: 'webhook', options: { url: 'https://h.example/', headers: { a: 'b' } } },
    ])
  })

  it('merges templates', () => {
    const text = `targets:\n  - &a { url: http://a.example/, every: 20s }\n  - { <<: *a, url: http://b.example/ }`
    expect(parse(text).targets.map(({ policy, address }) => [address, policy.everyMs])).toEqual([
      ['http://a.example/', 20_000],
      ['http://b.example/', 20_000],
    ])
  })
})

describe('variables', () => {
  const port = (value: string, env: Record<string, string> = {}): number =>
    parse(`server: { port: ${value} }\n${target()}`, env).server.port

  it('stand in every string, alone or amid text, and may have defaults', () => {
    const env = { HOST: 'a.example', EMPTY: '' }
    const text = 'targets:\n  - name: a ${EMPTY:-b} ${NONE:-} $${HOST}\n    url: http://${HOST}/${EMPTY}'
    expect(parse(text, env).targets[0]).toMatchObject({ name: 'a b  ${HOST}', address: 'http://a.example/' })
  })

  it('become numbers where no quotes say otherwise', () => {
    const block = (value: string): string => `server:\n  port: ${value}\n${target()}`
    expect(parse(block('${PORT}'), { PORT: '9000' }).server.port).toBe(9_000)
    expect(parse(block('${PORT:-9001}')).server.port).toBe(9_001)
    expect(problems(block('"${PORT}"'), { PORT: '9000' })).toEqual([
      '2:9 server.port: is text, not a number; write it without quotes',
    ])
    expect(() => port('"${PORT}"')).toThrow(ConfigError)
  })

  it('missing ones are named with their place, all of them', () => {
    expect(problems('store: ${A}\nchannels:\n  - name: x${B}\n    url: "${1}${toString}"')).toEqual([
      '1:1 targets: is missing',
      '1:8 store: the environment has no variable A; set it, or write ${A:-default}',
      '3:5 channels[0].kind: is missing',
      '3:11 channels[0].name: the environment has no variable B; set it, or write ${B:-default}',
      '4:10 channels[0].url: ${1} is not a variable; write ${NAME}, ${NAME:-default}, or $${ for a real ${',
      '4:10 channels[0].url: the environment has no variable toString; set it, or write ${toString:-default}',
    ])
  })

  it('S9: what they hold is never read as YAML or as a variable again', () => {
    const value = '"]\ntargets: ${HOME}'
    expect(parse(target('name: "${X}"', 'id: a'), { X: value }).targets[0]?.name).toBe(value)
  })
})

/** What is said of a key of a target that is like none. */
const UNKNOWN = `unknown key; there are ${Object.keys(targetOptions.shape).join(', ')}`

describe('problems', () => {
  it('print as a compiler’s do', () => {
    expect(failure('targets:\n  - http://a.example/\n  - url: http://b.example/\n    evry: 10s\n').message).toBe(
      [
        '/etc/hale/hale.yaml:4:5  targets[1].evry: unknown key; did you mean "every"?',
        '    4 |     evry: 10s',
        '      |     ^^^^',
      ].join('\n'),
    )
  })

  it('E10: name an address whose password cannot be read, and do not show it', () => {
    expect(problems('targets:\n  - https://ada:hunter%zz@a.example/')).toEqual([
      expect.stringMatching(/^2:5 targets\[0\]: the URL cannot be read; .*\(%2F for \/, %25 for %\)$/),
    ])
  })

  it('come all at once, in the order of the file', () => {
    const text = `sever: { port: 1 }
server: { prot: 8480, port: eighty }
retention: { samples: 30 }
network: { allow: [10.0.0.1] }
channels:
  - { name: ops, kind: webhok, url: x }
  - { name: ops, kind: webhook, urll: "https://h.example/" }
  - { kind: email }
targets:
  - { url: ftp://a.example/, every: 10 }
  - { url: ftp://a.example/ }
  - { url: "http://c.example/", every: 500ms, method: get, tls: { verfy: true } }
  - { url: "http://d.example/", every: 5s, timeout: 10s, notify: [opps] }
  - { url: "http://d.example/" }
  - http://
  - 7
  - { name: nothing }
  - { url: "tcp://e.example", expect: { status: [200, 900] } }
  - { url: "tcp://e.example:1", headers: { "a b": "c", d: "e\\r\\nf: g" } }
  - { url: "tcp://e.example:1", headers: { d: e } }
  - { url: "http://f.example:1", kind: tcp, id: A_B }
  - { url: "http://g.example:1", kind: tcp }
`
    expect(problems(text)).toMatchInlineSnapshot(`
      [
        "1:1 sever: unknown key (server?)",
        "2:11 server.prot: unknown key (port?)",
        "2:29 server.port: is text, not a number",
        "3:23 retention.samples: 30 has no unit; write 30s or 30ms",
        "4:20 network.allow[0]: is not a range of addresses such as 169.254.10.0/24 or fd00::/8",
        "6:24 channels[0].kind: no such kind of channel; there are console, webhook, email (webhook?)",
        "7:5 channels[1].url: is missing",
        "7:13 channels[1].name: "ops" is the name of channels[0] already",
        "7:33 channels[1].urll: unknown key (url?)",
        "8:5 channels[2].name: is missing",
        "8:5 channels[2].from: is missing",
        "8:5 channels[2].to: is missing",
        "10:12 targets[0].url: is not an address such as https://shop.example/health or tcp://db.example:5432",
        "10:37 targets[0].every: 10 has no unit; write 10s or 10ms",
        "11:12 targets[1].url: is not an address such as https://shop.example/health or tcp://db.example:5432",
        "12:40 targets[2].every: must be at least 1s",
        "12:55 targets[2].method: must be one of GET, HEAD, POST (GET?)",
        "12:67 targets[2].tls.verfy: unknown key (verify?)",
        "13:53 targets[3].timeout: the timeout is longer than every: probes would overlap",
        "14:12 targets[4].url: its id would be "d-example", as that of targets[3]; give one of them an id of its own",
        "15:5 targets[5]: is not an address such as https://shop.example/health or tcp://db.example:5432",
        "16:5 targets[6]: is neither an address nor a mapping with a "url"",
        "17:5 targets[7].url: is missing",
        "18:12 targets[8].url: needs a port: tcp://host:port",
        "18:55 targets[8].expect.status[1]: is not a status code or a range such as 200-299",
        "19:44 targets[9].headers.a b: is not the name of a header",
        "19:59 targets[9].headers.d: may hold visible ASCII characters and spaces only",
        "20:12 targets[10].url: its id would be "e-example-1", as that of targets[9]; give one of them an id of its own",
        "20:33 targets[10].headers: means nothing for a TCP port",
        "21:40 targets[11].kind: does not fit: kind tcp with a http:// address",
        "21:49 targets[11].id: may hold lower-case letters, digits and single dashes between them",
        "22:40 targets[12].kind: does not fit: kind tcp with a http:// address",
      ]
    `)
  })

  it.each([
    ['', '1:1 targets: is missing'],
    ['targets: []', '1:10 targets: names nothing to watch'],
    ['[]', '1:1 : is a list, not a mapping of keys to values'],
    ['targets:\n\t- a', '2:1 : is indented by a tab; YAML takes spaces only'],
    ['targets: [a', '1:12 : the [ is not closed by a ]'],
    ['targets: [tcp://a:1]\nstore: a\nstore: b', '3:1 store: stands here a second time; the first is in line 2'],
    ['a: *b', '1:4 : there is no &b above that *b could stand for; text that begins with * needs quotes'],
    [
      target('expect: { degradedAbove: 2s, unhealthyAbove: 1s }'),
      '3:30 targets[0].expect.degradedAbove: is above unhealthyAbove, so it could never hold',
    ],
    [
      target('staleAfter: 5s'),
      '3:17 targets[0].staleAfter: is over before the next answer can be there: it must be at least every plus timeout',
    ],
    [target('every: 1m1h'), '3:12 targets[0].every: has units out of order or twice; write the largest first'],
    [target('maxBody: 1GB'), '3:14 targets[0].maxBody: is not a size such as 64KB or 1MB'],
    [target('maxBody: 10MB'), '3:14 targets[0].maxBody: must be 4MB at most'],
    [target('failureThreshold: 0'), '3:23 targets[0].failureThreshold: must be at least 1'],
    [target('name: "!!"'), '3:11 targets[0].name: has no letter or digit to make an id of; give the target an id'],
    [
      target('headers: { Content-Length: "5" }'),
      '3:16 targets[0].headers.Content-Length: is a header that HTTP itself sets',
    ],
    [target('headers: { x: 5 }'), '3:19 targets[0].headers.x: is not text; put the value between quotes'],
    [
      target('kind: health', 'expect: { bodyContains: x }'),
      '4:15 targets[0].expect.bodyContains: means nothing for a health document, whose format says what is good; use kind http',
    ],
    [target('constructor: 1'), `3:5 targets[0].constructor: ${UNKNOWN}`],
    [target('__proto__: { every: 20s }'), `3:5 targets[0].__proto__: ${UNKNOWN}`],
  ])('%j', (text, problem) => {
    expect(problems(text)).toEqual([problem])
  })

  it('of one target are told together with those of a key too many', () => {
    const text = `channels: [{ name: pager, kind: console }]\n${target('evry: 1s', 'every: 1s', 'timeout: 2s', 'notify: [pagr]')}`
    expect(problems(text)).toEqual([
      '4:5 targets[0].evry: unknown key (every?)',
      '6:14 targets[0].timeout: the timeout is longer than every: probes would overlap',
      '7:14 targets[0].notify[0]: there is no channel "pagr" (pager?)',
    ])
  })

  it('never show what a variable holds, or an address that may hold a password', () => {
    const { message } = failure(`targets:\n  - "\${URL}"\n  - { url: "\${URL}" }`, {
      URL: 'ftp://ada:hunter2@a.example/',
    })
    expect(message).toContain('is not an address')
    expect(message).not.toContain('hunter2')
  })

  it('are shown a hundred at a time', () => {
    const rows = Array.from({ length: 110 }, (_, i) => `  - { url: "http://a${i}.example/", evry: 1s }\n`)
    const text = `targets:\n${rows.join('')}`
    expect(failure(text).problems).toHaveLength(110)
    expect(failure(text).message).toMatch(/… and 10 more$/)
  })
})

describe('limits', () => {
  it('S9: aliases that multiply are refused', () => {
    const rows = Array.from(
      { length: 9 },
      (_, i) => `${'abcdefghi'[i + 1]}: &${'abcdefghi'[i + 1]} [${`*${'abcdefghi'[i]}, `.repeat(9)}]`,
    )
    expect(problems(`a: &a [x, x]\n${rows.slice(0, 8).join('\n')}\n`)).toEqual([
      '1:1 : its aliases (*name) stand for more than 1,000 values; write some of them out',
    ])
  })

  it('S9: whatever the text, there is a config or a ConfigError', () => {
    const word = fc.constantFrom(
      ...'targets|channels|url|every|:|- |\n|\n  |{|}|[|]|"|&a|*a|<<|${A}|http://a.example/|10s|kind|name| |#|!!str|%|? |,'.split(
        '|',
      ),
    )
    const text = fc.oneof(
      fc.string(),
      fc.array(word, { maxLength: 30 }).map((words) => words.join('')),
    )
    fc.assert(
      fc.property(text, (text) => {
        let outcome: unknown
        try {
          outcome = parse(text)
        } catch (error) {
          outcome = error
        }
        expect(outcome instanceof ConfigError || Object.hasOwn(outcome as object, 'targets')).toBe(true)
      }),
      { numRuns: 5_000, interruptAfterTimeLimit: 1_500 },
    )
  })

  it('reads 10,000 targets', { timeout: 60_000 }, () => {
    const rows = Array.from(
      { length: 10_000 },
      (_, i) => `  - name: svc-${i}\n    url: http://10.0.0.1:8080/health/${i}\n    every: 10s\n`,
    )
    const before = process.cpuUsage()
    expect(parse(`targets:\n${rows.join('')}`).targets).toHaveLength(10_000)
    const { user, system } = process.cpuUsage(before)
    // About 1 s of CPU here; the bound catches a quadratic step, not a slow machine.
    expect((user + system) / 1e6).toBeLessThan(10)
  })
})
