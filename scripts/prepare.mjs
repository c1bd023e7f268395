// Installs and builds what is missing or out of date, and nothing else. Runs on Node 20 before anything is installed.
import { spawn, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The repository's folder. */
export const root = fileURLToPath(new URL('..', import.meta.url))

const bin = join(root, 'node_modules', '.bin')

/** The environment in which every command sees the repository's own Node first. */
export const environment = { ...process.env, PATH: `${bin}${delimiter}${process.env.PATH}` }

/** Runs one of the repository's commands to its end; exits with its code when it fails. */
export function run(command, args, options = {}) {
  const { status, error } = spawnSync(join(bin, command), args, {
    cwd: root,
    stdio: 'inherit',
    env: environment,
    ...options,
  })
  if (error) throw error
  if (status !== 0) process.exit(status ?? 1)
}

/**
 * Runs one of the repository's commands beside others. Shows what it said once it has ended; exits with its code when it
 * fails. Whoever waits for it waits for its end.
 */
export async function runBeside(title, command, args) {
  const child = spawn(join(bin, command), args, { cwd: root, env: environment, stdio: ['ignore', 'pipe', 'pipe'] })
  let said = ''
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text) => (said += text))
  const code = await new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('close', resolve)
  })
  console.log(`— ${title}`)
  if (said !== '') console.log(said.trimEnd())
  if (code !== 0) process.exit(code ?? 1)
}

/**
 * Installs what is missing when the lock file is not the one that was installed last.
 *
 * @param what `everything`, which is 700 MB with the real clients and frameworks that tests and types need, or `start`:
 * the part with which the monitor and the example shop are built and run. Where everything was installed it stays so.
 */
export function install(what = 'everything') {
  const part = what === 'start' && !existsSync(join(bin, 'vitest')) ? 'start' : 'everything'
  const stamp = join(root, 'node_modules', '.hale-installed')
  const wanted = stampOf(part)
  if (read(stamp) === wanted && existsSync(join(bin, 'node'))) return
  console.log(
    part === 'start' ? 'Installing (once, half a minute) …' : 'Installing dependencies (once, about a minute) …',
  )
  // `npm install` keeps to the lock file; `npm ci` refuses it where a registry lacks binaries for other platforms.
  const omit = part === 'start' ? ['--omit=dev'] : []
  const { status } = spawnSync('npm', ['install', '--no-audit', '--no-fund', '--loglevel=error', ...omit], {
    cwd: root,
    stdio: ['ignore', 'ignore', 'inherit'],
    env: process.env,
  })
  if (status !== 0) {
    console.error('npm install failed: see above. Hale needs npm 10 or newer and a registry it can reach.')
    process.exit(status ?? 1)
  }
  writeFileSync(stamp, wanted)
}

/** What stands in `node_modules/.hale-installed` once `everything`, or what `start` needs, is installed. */
export function stampOf(part) {
  return `${part} ${digest(['package.json', 'package-lock.json'])}`
}

/**
 * Compiles the packages, incrementally, and bundles the dashboard into the monitor when its sources have changed.
 *
 * @param what `everything`, tests included, or `start`: the monitor, without a look at types, some of which belong to
 * clients that a start does not install
 */
export function build(what = 'everything') {
  if (!existsSync(join(root, 'packages/monitor/dist'))) console.log('Building (once, half a minute) …')
  run('tsc', what === 'start' ? ['-b', '--noCheck', 'packages/monitor'] : ['-b'])
  bundleProbe()
  const shipped = join(root, 'packages/monitor/dist/dashboard')
  const stamp = join(root, 'packages/dashboard/dist/.built')
  const wanted = digest(['package-lock.json', 'packages/dashboard', 'packages/contract/src'])
  if (read(stamp) === wanted && existsSync(shipped)) return
  run('vite', ['build', '--logLevel', 'warn'], { cwd: join(root, 'packages/dashboard') })
  rmSync(shipped, { recursive: true, force: true })
  mkdirSync(shipped, { recursive: true })
  cpSync(join(root, 'packages/dashboard/dist/app'), shipped, { recursive: true })
  writeFileSync(stamp, wanted)
}

function bundleProbe() {
  const stamp = join(root, 'packages/hale/dist/probe/.bundled')
  const wanted = digest([
    'package-lock.json',
    'scripts/bundle-probe.mjs',
    'packages/hale/src/probe',
    'packages/hale/src/core',
  ])
  if (read(stamp) === wanted) return
  run('node', ['scripts/bundle-probe.mjs'])
  writeFileSync(stamp, wanted)
}

/** One digest over files and folders, by content; `dist` and `node_modules` do not count. */
function digest(paths) {
  const hash = createHash('sha256')
  const add = (path) => {
    if (statSync(path).isDirectory()) {
      for (const name of readdirSync(path).toSorted()) {
        if (name !== 'dist' && name !== 'node_modules') add(join(path, name))
      }
      return
    }
    hash.update(`${path.slice(root.length)}\0`).update(readFileSync(path))
  }
  for (const path of paths) add(join(root, path))
  return hash.digest('hex')
}

function read(path) {
  return existsSync(path) ? readFileSync(path, 'utf8') : undefined
}
