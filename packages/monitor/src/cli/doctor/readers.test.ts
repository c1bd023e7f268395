import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { fillTemplate, UNKNOWN } from './fill-template.ts'
import { isCompose, readCompose } from './read-compose.ts'
import { readManifest } from './read-manifest.ts'
import { readLock, readPackageJson } from './read-packages.ts'
import { readServeFile } from './read-serve-file.ts'
import { readSource } from './read-source.ts'
import { readDotenv } from './read-variables.ts'
import { toProbes } from './to-probes.ts'

describe('a .env file', () => {
  it('E10: gives names and schemes, never a value', () => {
    const text = 'A=1\n export B_URL = "redis://u:hunter2@x"\n#C=3\nD=\nE_URL=Postgres://hunter2\nnot a line\n'
    expect(readDotenv(text)).toEqual({
      environmentNames: ['A', 'B_URL', 'D', 'E_URL'],
      schemes: { B_URL: 'redis', E_URL: 'postgres' },
    })
  })

  it('E10: takes no line of a value for a name', () => {
    const text = "KEY=\"-----BEGIN\r\nREDIS_URL=MIIE=\r\n-----END\"\r\nB='1\nAMQP_URL=2'\nIT=it's\nNATS_URL=x\n"
    expect(readDotenv(text).environmentNames).toEqual(['KEY', 'B', 'IT', 'NATS_URL'])
  })

  it('E10: gives no value whatever it holds', () => {
    fc.assert(
      fc.property(fc.constantFrom('', '"', "'"), fc.stringMatching(/^[!-~]{0,20}$/), (quote, value) => {
        const said = JSON.stringify(readDotenv(`NAME=${quote}redis://user:hunter2${value}@x${quote}`))
        expect(said).toBe('{"environmentNames":["NAME"],"schemes":{"NAME":"redis"}}')
      }),
    )
  })
})

describe('packages', () => {
  it('are what an alias stands for', () => {
    const text =
      '{"dependencies":{"db":"npm:pg@8","cache":"npm:@redis/client@^5","plain":"npm:nats","odd":8,"link":"file:pg"}}'
    expect(readPackageJson(text)).toEqual(['pg', '@redis/client', 'nats', 'odd', 'link'])
  })

  it('are those that an app runs with', () => {
    const text = '{"dependencies":{"pg":"8"},"optionalDependencies":{"redis":"6"},"devDependencies":{"mongodb":"7"}}'
    expect(readPackageJson(text)).toEqual(['pg', 'redis'])
    expect(() => readPackageJson('{')).toThrow(SyntaxError)
  })

  it('are those of the folders of a workspace, and not what these need in turn', () => {
    const npm =
      '{"packages":{"":{"dependencies":{"pg":"8"}},"apps/a":{"dependencies":{"nats":"2"}},"node_modules/x":{"dependencies":{"y":"1"}}}}'
    expect(readLock(npm, 'package-lock.json')).toEqual(['pg', 'nats'])
    const pnpm =
      'importers:\n  .: { dependencies: { pg: { version: 8.0.0 } } }\n  apps/a: { dependencies: { mqtt: { version: 5.0.0 } } }\n'
    expect(readLock(pnpm, 'pnpm-lock.yaml')).toEqual(['pg', 'mqtt'])
  })
})

describe('a source file', () => {
  it('gives the names of variables in every way that they are read', () => {
    const text = `process.env.A; process.env['B_URL']; import.meta.env.C; Bun.env["D"]
const { E, F: port = '3', ...rest } = process.env
config.get<string>('G_URL'); configService.getOrThrow("H"); cache.get('I'); process.environment.J`
    expect(readSource(text, 'x.ts').environmentNames).toEqual(['A', 'B_URL', 'C', 'D', 'E', 'F', 'G_URL', 'H'])
  })

  it('gives nothing that is in a comment', () => {
    const text = `// import { mongodb } from 'hale/checks/mongodb'
/* require('hale/checks/nats')
 * process.env.A */ import { redis } from 'hale/checks/redis' // process.env.B
const globs = ['src/**', "https://x/*", \`// \${process.env.C} /*\`] // it's
const files = text.replace(/[/*]/, ''); connect(process.env.D) /* never closed
process.env.E`
    expect(readSource(text, 'x.ts')).toEqual({
      checks: [{ kind: 'redis', where: 'x.ts' }],
      environmentNames: ['C', 'D'],
    })
  })

  it('gives checks that are imported whole or handed on', () => {
    const text = `import * as pg from 'hale/checks/postgres'
export { redis } from 'hale/checks/redis'
export * from "hale/checks/nats"
import type { Mqtt } from 'hale/checks/mqtt'`
    expect(readSource(text, 'x.ts').checks.map(({ kind }) => kind)).toEqual(['postgres', 'redis', 'nats'])
  })

  it('is read in a time that grows with its length', () => {
    for (const piece of ['/*', '`', "'", '"\\', '//', '{', 'import{', 'export*', 'A="'])
      expect(readSource(piece.repeat(100_000), 'x.ts').checks).toEqual([])
  })

  it('gives its checks, with what stands beside them in plain literals', () => {
    const text = `import { redis as cache } from 'hale/checks/redis'
import { http } from "hale/checks/http"
const { tcp } = await import('hale/checks/tcp')
createHealth({ checks: {
  sessions: { check: cache(client, { where: '}' }), impact: 'fails', timeout: 2_500, probes: ['ready', 'startup'] },
  'pay-api': http({ url }),
} })
health.register('more', http({ url }))`
    expect(readSource(text, 'x.ts').checks).toEqual([
      {
        name: 'sessions',
        kind: 'redis',
        where: 'x.ts',
        impact: 'fails',
        timeoutMs: 2_500,
        probes: ['ready', 'startup'],
      },
      { name: 'pay-api', kind: 'http', where: 'x.ts' },
      { name: 'more', kind: 'http', where: 'x.ts' },
      { kind: 'tcp', where: 'x.ts' },
    ])
  })

  it('finds no check in any text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        expect(readSource(text, 'x.ts').checks).toEqual([])
      }),
    )
  })
})

describe('a Compose file', () => {
  it.each([
    ['compose.yaml', true],
    ['docker-compose.yml', true],
    ['docker-compose.prod.yml', true],
    ['compose-values.yaml', true],
    ['decompose.yaml', false],
  ])('is one by its name: %s %s', (name, is) => {
    expect(isCompose(name)).toBe(is)
  })

  it('gives what runs beside the app, and names of the variables of what is built here', () => {
    const text = `services:
  db: { image: "postgres:\${PG:-18}", environment: { POSTGRES_PASSWORD: hunter2 } }
  odd: 5
  api: { build: ., environment: [ "REDIS_URL=redis://hunter2", PLAIN ] }
  web: { build: ., environment: { AMQP: "amqp://hunter2", EMPTY: } }`
    expect(readCompose(text, 'compose.yaml')).toEqual({
      services: [{ name: 'db of compose.yaml', image: 'postgres:18' }],
      environmentNames: ['REDIS_URL', 'PLAIN', 'AMQP', 'EMPTY'],
      schemes: { REDIS_URL: 'redis', AMQP: 'amqp' },
    })
  })
})

const probesOf = (...texts: readonly string[]) =>
  toProbes(texts.flatMap((text, index) => readManifest(text, `${index}.yaml`).containers ?? []))
const pod = (container: string): string => `kind: Pod\nmetadata: { name: p }\nspec: { containers: [${container}] }`

describe('manifests', () => {
  it('give probes and names, one document after the other, of whatever runs containers', () => {
    const text = `${pod('{ name: a, env: [{ name: A }], livenessProbe: { httpGet: { path: /x, port: 1 } } }')}
---
kind: CronJob
spec: { jobTemplate: { spec: { template: { spec: { containers: [{ env: [{ name: B_URL, value: "nats://hunter2" }] }] } } } } }
---
kind: List
items: [{ kind: Job, spec: { template: { spec: { initContainers: [{ env: [{ name: C }] }], containers: [] } } } }]
---
kind: ConfigMap
data: { D_URL: "redis://hunter2", nginx.conf: x, lower: y }
---
configMapGenerator: [{ literals: ["E=amqp://hunter2=", "f=1"] }]
---
just text`
    expect(readManifest(text, 'k.yaml')).toEqual({
      containers: [
        {
          identity: 'Pod p, container a',
          where: 'k.yaml, Pod p, container a',
          ports: [],
          probes: [{ probe: 'liveness', path: '/x', port: 1 }],
        },
        expect.objectContaining({ where: 'k.yaml, CronJob ?, container ?' }),
      ],
      environmentNames: ['A', 'B_URL', 'C', 'D_URL', 'E'],
      schemes: { B_URL: 'nats', D_URL: 'redis', E: 'amqp' },
    })
  })

  it('know the ports of a container whichever file declares them, as a patch of Kustomize does not', () => {
    const base = pod('{ name: a, ports: [{ name: http, containerPort: 3000 }] }')
    const patch = pod(
      '{ name: a, readinessProbe: { httpGet: { path: /health/ready, port: http }, timeoutSeconds: 3 } }',
    )
    expect(probesOf(base, patch)).toEqual([
      {
        where: '1.yaml, Pod p, container a',
        probe: 'readiness',
        path: '/health/ready',
        port: 'http',
        timeoutSeconds: 3,
        ports: [3000, 'http'],
      },
    ])
  })

  it('are said to be broken when they are, other YAML is not', () => {
    expect(() => readManifest('kind: Pod\nspec: [\n  {', 'k.yaml')).toThrow('no YAML')
    expect(readManifest('a: [\n  {', 'k.yaml')).toEqual({ containers: [], environmentNames: [], schemes: {} })
  })
})

describe('a template of Helm', () => {
  const values = { port: 3000, probes: { live: { httpGet: { path: '/health', port: 'http' } } }, word: 'x' }
  it.each([
    ['port: {{ .Values.port }}', { port: 3000 }],
    ['port: {{ .Values.none | default 8080 }}', { port: 8080 }],
    ['name: {{ include "a.b" . | quote }}', { name: UNKNOWN }],
    ['a: "{{ .Values.word }}-{{ .Release.Name }}"', { a: `x-${UNKNOWN}` }],
    ['{{/* a: [ */}}\n{{- if .Values.word }}\na: 1\n{{- else }}\nb: 2\n{{- end }}', { a: 1, b: 2 }],
    ['live:\n  {{- toYaml .Values.probes.live | nindent 2 }}', { live: values.probes.live }],
    ['{{- with .Values.probes.live }}\nlive:\n  {{- toYaml . | nindent 2 }}\n{{- end }}', { live: values.probes.live }],
    ['live: {{- toYaml .Values.none | nindent 2 }}', { live: null }],
  ])('is filled in with the values of its chart: %s', (text, filled) => {
    expect(parse(fillTemplate(text, values))).toEqual(filled)
  })

  it('leaves open what only Helm knows: no probe is judged by it', () => {
    const text = pod(
      '{ name: {{ .Chart.Name }}, ports: [{ containerPort: {{ .Values.nowhere }} }], livenessProbe: { httpGet: { path: /health, port: http } } }',
    )
    expect(probesOf(fillTemplate(text, values))).toEqual([
      { where: '0.yaml, Pod p, container ?', probe: 'liveness', path: '/health', port: 'http', ports: ['http'] },
    ])
  })

  it('throws at no text', () => {
    const piece = fc.constantFrom(
      '{{',
      '}}',
      '-',
      ' .Values.a',
      'toYaml .',
      '| nindent 3',
      'with ',
      '\n',
      'end',
      '"',
      '.',
    )
    fc.assert(
      fc.property(fc.array(piece), fc.jsonValue(), (pieces, values) => {
        expect(fillTemplate(pieces.join(''), values)).toBeTypeOf('string')
      }),
    )
  })
})

describe('a file of hale serve', () => {
  it('gives its checks', () => {
    const text =
      "checks:\n  db: { type: postgres, url: '${DB}', impact: fails, timeout: 3s, probes: [ready] }\n  disk: { type: disk }\n"
    expect(readServeFile(text, 'hale.yaml')).toEqual({
      checks: [
        { name: 'db', kind: 'postgres', where: 'hale.yaml', impact: 'fails', timeoutMs: 3_000, probes: ['ready'] },
        { name: 'disk', kind: 'disk', where: 'hale.yaml' },
      ],
    })
    expect(readServeFile('checks: [1]', 'x.yaml')).toBeUndefined()
    expect(readServeFile('kind: Pod', 'x.yaml')).toBeUndefined()
  })
})
