import { execFile } from 'node:child_process'
import { existsSync, globSync, readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { validate } from 'dockerfile-utils'
import { Deployment } from 'kubernetes-models/apps/v1'
import type { IContainer, IProbe } from 'kubernetes-models/v1'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { createHealth } from '../../packages/hale/src/core/create-health.ts'
import { healthy } from '../../packages/hale/src/core/result.ts'
import { healthHandler } from '../../packages/hale/src/http/node.ts'
import { readProbeArguments } from '../../packages/hale/src/probe/probe-arguments.ts'
import { findDocCommands, type DocCommand } from '../harness/doc-commands.ts'
import { startHale } from '../harness/hale-command.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
const KEY = 'at-least-sixteen-characters'
const apiPage = readFileSync(join(root, 'docs/api.md'), 'utf8')
const commands = findDocCommands(root)
const of = (program: string): [string, DocCommand][] =>
  commands
    .filter(({ words }) => words[0] === program)
    .map((command) => [`${command.page}, line ${command.line}: ${command.words.join(' ')}`, command])

const health = createHealth({ checks: { payments: () => healthy() } })
const app = createServer(healthHandler(health, { keys: [{ key: KEY, scope: 'admin' }] }))
const origin = (): string => `http://127.0.0.1:${(app.address() as AddressInfo).port}`

beforeAll(() => new Promise<void>((resolve) => void app.listen(0, '127.0.0.1', resolve)))
afterAll(async () => {
  app.close()
  app.closeAllConnections()
  await health.close()
})

describe('the commands of the documentation', () => {
  it('are of programs that some test below knows, or that are not ours', () => {
    const known = new Set(['curl', 'hale', 'hale-probe', 'npm', 'npx', 'apt-get', 'flask', 'node', 'openssl', 'printf'])
    expect(commands.filter(({ words: [program = ''] }) => !known.has(program))).toEqual([])
    expect(commands.length).toBeGreaterThan(80)
  })

  it.each(of('hale-probe'))('hale-probe takes its arguments: %s', (_, { words }) => {
    expect(readProbeArguments(words.slice(1).map((word) => word.replace('URL', origin())))).toBeTypeOf('object')
  })

  it.each(of('npx'))('npx gives what follows to a program that there is: %s', (_, { words }) => {
    expect(npxProblem(words.slice(1))).toBeUndefined()
  })

  it.each(of('npm'))('npm has such a script, or such a package is asked for: %s', (_, { words }) => {
    expect(npmProblem(words.slice(1))).toBeUndefined()
  })

  it.each(of('curl'))('what curl asks is served: %s', async (_, { words }) => {
    const after = (flag: string): string | undefined => words[words.indexOf(flag) + 1 || words.length]
    const { pathname, search } = new URL(words.at(-1) ?? '')
    const [name = '', value = ''] = (after('-H') ?? 'accept: */*').split(': ')
    const request = { method: after('-X') ?? 'GET', headers: { [name]: value.replace('$KEY', KEY) } }
    // The monitor's API has a page that is held to its routes.
    const isThere = pathname.startsWith('/api/')
      ? apiPage.includes(`### \`${request.method} ${pathname}\``)
      : (await fetch(`${origin()}${pathname}${search}`, request)).ok
    expect(isThere).toBe(true)
  })
})

describe('hale', () => {
  const given = of('hale').map(([title, { words }]) => [title, words.slice(1)] as const)
  const helps = new Map<string, Promise<{ readonly code: number | null; readonly text: string }>>()
  const help = (path: readonly string[]) => {
    const known = helps.get(path.join(' '))
    const asked = known ?? askHelp(path)
    helps.set(path.join(' '), asked)
    return asked
  }

  it.each(given)('has that command, and its options: %s', async (_, words) => {
    const [first = '', second = ''] = words
    const path = first === 'help' ? ['up'] : first === 'key' && /^\w/.test(second) ? [first, second] : [first]
    const { code, text } = await help(path)
    expect(code).toBe(0)
    expect(text).toContain(`Usage: hale ${path.join(' ')}`)
    const options = words.flatMap((word) => /^\[?(--[\w-]+)/.exec(word)?.[1] ?? [])
    expect(options.filter((option) => !text.includes(option))).toEqual([])
  })

  async function askHelp(path: readonly string[]) {
    await using hale = startHale([...path, '--help'], { cwd: root })
    const code = await hale.ended
    return { code, text: hale.output() }
  }
})

describe('docs/frameworks/probe.md', () => {
  const page = readFileSync(join(root, 'docs/frameworks/probe.md'), 'utf8')
  const blocks = (language: string): readonly string[] =>
    [...page.matchAll(new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\``, 'gms'))].map(([, code = '']) => code)

  it('has a Dockerfile that Docker takes, whose health check finds the app well', async () => {
    const [dockerfile = ''] = blocks('dockerfile')
    expect(validate(dockerfile).map(({ message }) => message)).toEqual([])
    const [, json = '[]'] = /^HEALTHCHECK .* CMD (\[.*\])$/m.exec(dockerfile) ?? []
    const [, workdir = ''] = /^WORKDIR (\S+)$/m.exec(dockerfile) ?? []
    const [program = '', ...args] = (JSON.parse(json) as string[]).map((word) =>
      word.replace('http://127.0.0.1:8080', origin()),
    )
    const file = findProgram(program.replace(`${workdir}/node_modules/.bin/`, '')) ?? program
    const { stdout } = await promisify(execFile)(process.execPath, [file, ...args])
    expect(stdout).toMatch(/^healthy: .*\/health\/live answered 200/)
  })

  it('has a Deployment that Kubernetes takes, whose probes ask what is served', async () => {
    const [manifestText = '', probeText = ''] = blocks('yaml')
    const written = parse(manifestText) as ConstructorParameters<typeof Deployment>[0]
    const [container, ...more] = written?.spec?.template.spec?.containers ?? []
    if (container === undefined) throw new Error('the Deployment has no container')
    expect(more).toEqual([])
    expect(() => new Deployment(written).validate()).not.toThrow()
    for (const probe of [container.startupProbe, container.livenessProbe, container.readinessProbe]) {
      const { path = '', port } = probe?.httpGet ?? {}
      expect(container.ports?.map(({ name }) => name)).toContain(port)
      expect((await fetch(`${origin()}${path}`)).status).toBe(200)
    }

    const { livenessProbe } = parse(probeText) as { readonly livenessProbe: IProbe }
    const instead: IContainer = { ...container, livenessProbe }
    const template = { spec: { containers: [instead] } }
    const whole = { ...written, spec: { selector: {}, ...written?.spec, template } }
    expect(() => new Deployment(whole).validate()).not.toThrow()
    const [, ...args] = livenessProbe.exec?.command ?? []
    expect(readProbeArguments(args)).toMatchObject({ socketPath: '/run/app.sock', timeoutMs: 2_000 })
  })

  it('would see what npx takes for itself, and a script that is none', () => {
    expect(npxProblem(['--no', 'hale-probe', '--timeout', '2s', 'http://127.0.0.1/'])).toMatch(/for its own/)
    expect(npmProblem(['run', 'shop:brake'])).toBe('there is no script shop:brake')
    expect(npmProblem(['run', 'bench', '--', 'detect', '--marcdown'])).toMatch(/no --marcdown/)
  })

  it('would see what Docker and Kubernetes refuse', () => {
    expect(validate('FROM node:24\nHEALTHCHECK --intervall=10s CMD ["true"]\n')).not.toEqual([])
    const container = { name: 'orders', image: 'x', livenessProbe: { httpGet: { path: '/health/live' } } }
    const template = { spec: { containers: [container] } }
    // A port is needed, which the types say too.
    const wrong = { spec: { selector: {}, template } } as unknown as ConstructorParameters<typeof Deployment>[0]
    expect(() => new Deployment(wrong).validate()).toThrow(/port/)
  })
})

function npxProblem([program = '', ...rest]: readonly string[]): string | undefined {
  // `npx --no hale-probe --timeout 2s URL` keeps the options for itself and gives on the rest.
  if (program.startsWith('-')) return 'npx takes the options behind its own for its own'
  if (findProgram(program) === undefined) return `there is no ${program}`
  const read = program === 'hale-probe' ? readProbeArguments(rest) : undefined
  if (typeof read === 'string') return read
  const lost = rest.filter((word) => word.endsWith('.ts') && !existsSync(join(root, word)))
  return lost.length === 0 ? undefined : `there is no ${lost.join(', ')}`
}

/** The file behind a name in `node_modules/.bin`. npm links ours there only where they were built before it ran. */
function findProgram(name: string): string | undefined {
  const built = manifest('packages/hale/package.json').bin?.[name]
  const file = built === undefined ? join(root, 'node_modules/.bin', name) : join(root, 'packages/hale', built)
  return existsSync(file) ? file : undefined
}

function npmProblem([command = '', ...rest]: readonly string[]): string | undefined {
  if (command === 'ci') return undefined
  if (command === 'install') {
    const strange = rest.filter((name) => !isAskedFor(name))
    return strange.length === 0 ? undefined : `nobody needs ${strange.join(', ')}`
  }
  const [script, , bench = '', ...options] = command === 'run' ? rest : [command, ...rest]
  if (script === undefined) return undefined
  if (!Object.hasOwn(manifest('package.json').scripts, script)) return `there is no script ${script}`
  if (script !== 'bench') return undefined
  const files = globSync(`bench/${bench}/*.ts`, { cwd: root })
  const sources = files.map((file) => readFileSync(join(root, file), 'utf8')).join('')
  const unknown = options.filter((each) => each.startsWith('--') && !sources.includes(each.slice(2)))
  return files.length > 0 && unknown.length === 0 ? undefined : `bench/${bench} has no ${unknown.join(', ')}`
}

interface Manifest {
  readonly name: string
  readonly scripts: Readonly<Record<string, string>>
  readonly bin?: Readonly<Record<string, string>>
  readonly peerDependencies?: Readonly<Record<string, string>>
}

function manifest(path: string): Manifest {
  return JSON.parse(readFileSync(join(root, path), 'utf8')) as Manifest
}

/** Ours, or one that we work with; and the whole SDK, of whose parts the exporter is tested with. */
function isAskedFor(name: string): boolean {
  const ours = ['packages/hale/package.json', 'packages/monitor/package.json'].map(manifest)
  const peers = ours.flatMap(({ name: own, peerDependencies = {} }) => [own, ...Object.keys(peerDependencies)])
  return ['-g', '@opentelemetry/sdk-node', ...peers].includes(name)
}
