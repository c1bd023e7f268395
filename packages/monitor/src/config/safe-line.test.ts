import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { channelSchemas } from '../channels/index.ts'
import { openServe } from '../serve/open-serve.ts'
import { parseConfig } from './parse-config.ts'
import { safeLine } from './safe-line.ts'

/** The line that holds `here`, as it may be shown; every line by itself where none does. */
function shown(text: string): readonly string[] {
  const lines = text.split('\n')
  return lines.map((_, index) => safeLine(lines, index))
}

const SECRET = 'hunter2-hunter2'

describe('a line of a file that is shown', () => {
  it.each([
    `url: postgres://ada:${SECRET}@db.example/shop`,
    `db: { type: postgres, url: 'postgres://ada:${SECRET}@db/shop', evry: 3s }`,
    `api: { type: http, url: https://api.example/?api_key=${SECRET}&x=1 }`,
    `password: ${SECRET}`,
    `- password: ${SECRET}`,
    `"password": "${SECRET}"`,
    `password : '${SECRET}'`,
    `password: '${SECRET}`,
    `password: "a \\" ${SECRET}", evry: 3s`,
    `{ password: a,${SECRET}, user: ada }`,
    `{ password: a}b{${SECRET} }`,
    `mail: { type: smtp, password: ${SECRET}, usr: ada }`,
    `token: ${SECRET}`,
    `key: ${SECRET}`,
    `keys: ['${SECRET}', "${SECRET}", ${SECRET}]`,
    `keys: [{ key: ${SECRET}, scope: admn }, ${SECRET}]`,
    `keys: [a, ${SECRET}`,
    `keys:\n  - ${SECRET}\n  - { key: ${SECRET}, scope: admn }`,
    `keys:\n- ${SECRET}`,
    `keys: [\n  ${SECRET},\n  '${SECRET}'\n]`,
    `serve:\n  keys:\n    - key: ${SECRET}\n      scope: admn`,
    `apiKey: ${SECRET}`,
    `licenseKey: "${SECRET}"`,
    `credentials: { accessKeyId: ${SECRET}, secretAccessKey: ${SECRET} }`,
    `credentials:\n  accessKeyId: ${SECRET}\n  secretAccessKey: ${SECRET}`,
    `headers: { Authorization: Basic ${SECRET}, X-Api-Key: ${SECRET} }`,
    `headers: { X-Whatever: ${SECRET} }, evry: 5s`,
    `headers:\n  X-Whatever: ${SECRET}`,
    `Authorization: Bearer ${SECRET}`,
    `Cookie: session=${SECRET}; other=${SECRET}`,
    `metadata: { x: ${SECRET} }`,
    `passphrase: ${SECRET}`,
    `key: |\n  -----BEGIN PRIVATE KEY-----\n  name: ${SECRET}\n  ${SECRET}`,
    `token: >-\n  ${SECRET}`,
    `password: "one\n  two: ${SECRET}\n  ${SECRET}"`,
    `password: one\n  ${SECRET}`,
    `password: \${PASSWORD:-${SECRET}}`,
    `dsn: ada:${SECRET}@tcp(db.example:3306)/shop`,
    `secret: [${SECRET}`,
    `auth: { user: ada, pass: ${SECRET} }`,
    `password: ${SECRET} # ${SECRET}`,
    `apiKey: !!str ${SECRET}`,
    `apiKey: &key ${SECRET}`,
    `? password\n: ${SECRET}`,
  ])('E10: holds no secret: %j', (text) => {
    expect(shown(text).join('\n')).not.toContain('hunter2')
  })

  it.each([
    'api: { type: http, url: https://api.example/status, evry: 3s }',
    'disk: { type: disk, path: /var/lib/orders, degraded: 10 } # ten percent',
    '  - http://a.example/health',
    'runbook: https://wiki.example/orders/database',
    'database:',
    'headers:',
    'keys:',
    '',
  ])('stays as it is when there is no secret in it: %j', (text) => {
    expect(shown(text)).toEqual([text])
  })

  it('keeps what stands beside a secret', () => {
    expect(shown(`mail: { type: smtp, password: ${SECRET}, usr: ada }`)).toEqual([
      'mail: { type: smtp, password: ***, usr: ada }',
    ])
    expect(shown(`keys:\n  - key: ${SECRET}\n    scope: admn`)).toEqual(['keys:', '  - key: ***', '    scope: admn'])
  })

  it('E10: holds no secret whatever stands around it, be it YAML or not', () => {
    const around = fc.array(fc.constantFrom(...'{|}|[|]|"|\'|,|: |- |\n  |\n| #|a|url|type'.split('|')), {
      maxLength: 12,
    })
    const name = fc.constantFrom('password', 'apiKey', 'token', 'key', 'client_secret', 'Authorization')
    const quote = fc.constantFrom('', '"', "'")
    fc.assert(
      fc.property(around, name, quote, around, (before, key, mark, after) => {
        const text = `${before.join('')}\n  ${key}: ${mark}${SECRET}${mark}${after.join('')}`
        expect(shown(text).join('\n')).not.toContain('hunter2')
      }),
      { numRuns: 2_000, interruptAfterTimeLimit: 2_000 },
    )
  })
})

describe('a config error', () => {
  it('E10: shows a wrong line without its secret, and still points at what is wrong', async () => {
    const text = `checks:\n  db: { type: postgres, url: 'postgres://ada:${SECRET}@db/shop', evry: 3s }\n`
    const options = { file: 'hale.yaml', env: {}, isInstalled: () => true, mode: 'on-request' } as const
    await expect(openServe(text, options)).rejects.toThrow(
      [
        'hale.yaml:2:72  checks.db.evry: unknown key; did you mean "every"?',
        "    2 |   db: { type: postgres, url: 'postgres://***@db/shop', evry: 3s }",
        '      |                                                        ^^^^',
      ].join('\n'),
    )
  })

  it.each([
    `targets: [{ url: "http://ada:${SECRET}@a.example", headers: { Authorization: 5 } }]`,
    `targets: [{ url: "http://a.example", headers: { Authorization: ${SECRET}, X: 5 } }]`,
    `targets: [{ url: "ftp://ada:${SECRET}@a.example" }]`,
    `targets: [http://a.example]\nchannels: [{ name: a, kind: webhook, url: https://h.example, secret: [${SECRET}] }]`,
    `targets: [http://a.example]\nchannels: [{ name: a, kind: email, url: "smtp://ada:${SECRET}@m", from: 5 }]`,
    `targets: [http://a.example]\nchannels:\n  - { name: a, auth: { pass: ${SECRET} } }\n  b: c`,
  ])('E10: never shows a secret, whatever else is wrong: %j', (text) => {
    let message = ''
    try {
      parseConfig(text, { file: 'hale.yaml', env: {}, channelSchemas })
    } catch (error) {
      message = String(error)
    }
    expect(message).toContain('hale.yaml:')
    expect(message).not.toContain('hunter2')
  })
})
