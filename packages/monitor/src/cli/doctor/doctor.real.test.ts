import { spawn } from 'node:child_process'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { createHealth, defineCheck, healthy } from 'hale'
import { healthHandler } from 'hale/http/node'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

const HALE = fileURLToPath(new URL('../hale.ts', import.meta.url))

const APP = {
  'package.json': '{"dependencies":{"pg":"8","undici":"7"},"devDependencies":{"mongodb":"6"}}',
  'package-lock.json':
    '{"packages":{"packages/mail":{"dependencies":{"nodemailer":"7"}},"node_modules/x":{"dependencies":{"kafkajs":"2"}}}}',
  '.env': 'REDIS_URL=redis://u:hunter2@cache\nexport NATS_URL="nats://hunter2"\n# MONGO_URL=hunter2\n',
  'src/health.ts': `import { postgres } from 'hale/checks/postgres'
import { createHealth } from 'hale'
export const health = createHealth({ checks: {
  db: { check: postgres(pool, { query: 'SELECT ")}"' }), impact: 'fails', timeout: '3s' },
} })
connect(process.env.CLICKHOUSE_URL)`,
  'node_modules/x/index.js': "process.env['AMQP_URL']",
  'k8s/app.yaml': `kind: Service
metadata: { name: shop }
---
kind: Deployment
metadata: { name: shop }
spec:
  template:
    spec:
      containers:
        - name: app
          env: [{ name: MQTT_URL, value: hunter2 }]
          ports: [{ name: http, containerPort: 3000 }]
          livenessProbe: { httpGet: { path: /health/ready, port: http } }
          readinessProbe: { httpGet: { path: /health/ready, port: 8080 }, timeoutSeconds: 2 }
`,
  'chart/templates/app.yaml': 'kind: {{ .Values.kind }}\n  - [',
}

const FINE = {
  'package.json': '{"dependencies":{"ioredis":"5","nats":"2"}}',
  'src/health.mjs': `import { redis } from 'hale/checks/redis'
import { tcp as port } from 'hale/checks/tcp'
createHealth({ checks: { cache: redis(client), nats: port({ host: 'nats', port: 4222 }) } })`,
}

/** An app in Python, behind a chart of Helm. */
const FLASK = {
  'requirements.txt': 'flask',
  '.env': 'DATABASE_URL=mysql://u:hunter2@db/x',
  'hale.yaml': 'checks:\n  cache: { type: redis, url: "${REDIS_URL}", impact: fails }\n',
  'compose.yaml': 'services: { cache: { image: "redis:8" }, search: { image: elasticsearch:9 } }',
  'chart/values.yaml': 'probe: { httpGet: { path: /health, port: 5000 } }\nport: 5000',
  'chart/templates/app.yaml': `kind: Deployment
metadata:
  name: {{ .Release.Name }}
spec: { template: { spec: { containers: [ { name: web, ports: [ { containerPort: {{ .Values.port }} } ],
  livenessProbe: {{ toYaml .Values.probe | nindent 4 }}
  } ] } } }
`,
  'k8s/broken.yaml': 'kind: Deployment\nspec: [\n  {',
}

describe('hale doctor', () => {
  let folder: string
  const health = createHealth({
    checks: { db: defineCheck({ kind: 'postgres', run: () => healthy() }) },
  })
  const server = createServer(healthHandler(health, { keys: ['k'.repeat(32)] }))

  const run = (...args: readonly string[]) =>
    new Promise<{ readonly code: number | null; readonly output: string }>((resolve) => {
      const env = { PATH: process.env['PATH'], HALE_APP_KEY: 'k'.repeat(32) }
      const child = spawn(process.execPath, [HALE, 'doctor', ...args], { cwd: folder, env })
      let output = ''
      for (const stream of [child.stdout, child.stderr])
        stream.on('data', (chunk: Buffer) => (output += chunk.toString()))
      child.on('close', (code) => resolve({ code, output }))
    })
  const write = async (app: string, files: Readonly<Record<string, string>>): Promise<void> => {
    for (const [file, text] of Object.entries(files)) {
      const path = join(folder, app, file)
      await mkdir(dirname(path), { recursive: true })
      await writeFile(path, text)
    }
  }

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'hale-doctor-'))
    await write('shop', APP)
    await write('fine', FINE)
    await write('flask', FLASK)
    await write('empty', { 'README.md': '' })
    await write('broken', { 'package.json': '{"dependencies":' })
    await write('windows', {
      'package.json': '\uFEFF{\r\n"dependencies": { "hale": "1" }\r\n}',
      '.env': '\uFEFFREDIS_URL=redis://u:hunter2@x\r\n',
    })
    await write('half', { 'package.json': '{}', 'apps/a/package.json': '{' })
    await new Promise<void>((resolve) => {
      server.listen(0, '127.0.0.1', resolve)
    })
  })
  afterAll(async () => {
    server.close()
    await health.close()
    await rm(folder, { recursive: true })
  })

  it('E10: says what nothing checks and what is unwise, with lines to paste, and shows no value', async () => {
    const { code, output } = await run('shop')
    expect(output).toContain('`REDIS_URL` is here; nothing checks it.')
    expect(output).toContain("redis: redis(process.env['REDIS_URL'] ?? ''),")
    for (const name of ['nodemailer', 'NATS_URL', 'CLICKHOUSE_URL', 'MQTT_URL'])
      expect(output).toContain(`\`${name}\` is`)
    expect(output).toContain('`db` is shared by all instances')
    expect(output).toMatch(/`db` may take 3.?s, the readiness probe waits 2.?s/)
    expect(output).toContain('The liveness probe asks `/health/ready`')
    expect(output).toContain('path: /health/live')
    expect(output).toContain('k8s/app.yaml, Deployment shop, container app')
    expect(output).toContain('The readiness probe asks port 8080')
    expect(output).not.toMatch(/hunter2|`pg`|undici|mongo|MONGO|kafka|AMQP/)
    expect(code).toBe(1)
  })

  it('says the same to programs', async () => {
    const { code, output } = await run('shop', '--json')
    const { findings } = JSON.parse(output) as { readonly findings: readonly { readonly code: string }[] }
    expect(findings.map((each) => each.code)).toEqual([
      ...Array.from({ length: 5 }, () => 'NOT_COVERED'),
      'DEPENDENCY_FAILS_READINESS',
      'TIMEOUT_TOO_LONG',
      'LIVENESS_PATH',
      'PROBE_PORT',
    ])
    expect(code).toBe(1)
  })

  it('ends with 0 when nothing is found, and knows checks by their name', async () => {
    const { code, output } = await run('fine')
    expect(output).toContain('Nothing found')
    expect(code).toBe(0)
  })

  it('reads files that begin with the mark of their byte order', async () => {
    const { output } = await run('windows')
    expect(output).toContain('`REDIS_URL` is here; nothing checks it.')
    expect(output).not.toMatch(/Not read|hunter2|npm install/)
  })

  it('does not say that all is checked when it could not read all', async () => {
    const { code, output } = await run('half')
    expect(output).toContain('Nothing found in what could be read.')
    expect(output).toContain('Not read: apps/a/package.json')
    expect(code).toBe(0)
  })

  it('asks the running app what it checks', async () => {
    const { port } = server.address() as AddressInfo
    const { code, output } = await run('fine', '--url', `http://127.0.0.1:${port}/health`)
    expect(output).toContain('`ioredis` is here; nothing checks it.')
    expect(output).toContain('1 check, as it says itself')
    expect(code).toBe(1)
  })

  it('says what goes into a file of hale serve where there is no package.json, and what it could not read', async () => {
    const { code, output } = await run('flask')
    expect(output).toContain("database: { type: mysql, url: '${DATABASE_URL}' }")
    expect(output).toContain("search: { type: elasticsearch, url: 'http://search.internal:9200' }")
    expect(output).toContain('`cache` is shared by all instances')
    expect(output).toContain('The liveness probe asks `/health`')
    expect(output).toContain('Not read: k8s/broken.yaml')
    expect(output).not.toMatch(/hunter2|import|REDIS/)
    expect(Math.max(...output.split('\n').map((line) => line.length))).toBeLessThanOrEqual(80)
    expect(code).toBe(1)
  })

  it('ends with 2 when it is called in a way that cannot work', async () => {
    const outcomes = [
      await run('nowhere'),
      await run('fine', '--url', 'http://127.0.0.1:1/'),
      await run('--what'),
      await run('empty'),
      await run('broken'),
    ]
    expect(outcomes.map(({ code }) => code)).toEqual([2, 2, 2, 2, 2])
    expect(outcomes[4]?.output).toContain('The package.json of broken cannot be read')
    expect(outcomes[0]?.output).toContain('The folder nowhere cannot be read.')
    expect(outcomes[3]?.output).toContain('There is no package.json in empty')
  })
})
