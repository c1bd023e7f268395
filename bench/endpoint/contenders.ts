import { execFileSync } from 'node:child_process'
import { cpSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { stripTypeScriptTypes } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { install } from '../install.ts'

/** One row of the table. */
export interface Contender {
  readonly label: string
  /** What the server script is told to be. */
  readonly kind: string
  readonly script: string
  /** What npm installs for it, apart from Hale. */
  readonly packages?: readonly string[]
}

/** Beside node_modules, so that it finds what ours needs; as JavaScript, or reading types would count for its start. */
const own = fileURLToPath(new URL('../../node_modules/.cache/hale-bench/server.mjs', import.meta.url))
const competitors = fileURLToPath(new URL('competitors', import.meta.url))
const folder = join(tmpdir(), 'hale-bench-competitors')

export const BARE: Contender = { label: 'bare node:http', kind: 'bare', script: own }
export const HALE: Contender = { label: 'hale, node:http', kind: 'hale', script: own }
export const IN_FRAMEWORKS: readonly Contender[] = [
  { label: 'hale, in front of Fastify', kind: 'hale-before-fastify', script: own, packages: ['fastify'] },
  { label: 'hale, in front of Express', kind: 'hale-before-express', script: own, packages: ['express'] },
  { label: 'hale, plugin of Fastify', kind: 'hale-fastify', script: own, packages: ['fastify'] },
  { label: 'bare Fastify', kind: 'bare-fastify', script: own, packages: ['fastify'] },
  { label: 'hale, middleware of Express', kind: 'hale-express', script: own, packages: ['express'] },
  { label: 'bare Express', kind: 'bare-express', script: own, packages: ['express'] },
]

const nest = ['@nestjs/terminus', '@nestjs/core', '@nestjs/common', 'reflect-metadata', 'rxjs']
const theirs = (label: string, kind: string, ...packages: readonly string[]): Contender => ({
  label,
  kind,
  script: join(folder, 'server.mjs'),
  packages,
})
export const COMPETITORS: readonly Contender[] = [
  theirs('under-pressure', 'under-pressure', '@fastify/under-pressure', 'fastify'),
  theirs('@godaddy/terminus', 'godaddy', '@godaddy/terminus'),
  theirs('lightship (has no checks)', 'lightship', 'lightship'),
  theirs('@adonisjs/health, cached 1 s', 'adonis', '@adonisjs/health'),
  theirs('@cloudnative/health-connect', 'cloudnative', '@cloudnative/health-connect', 'express'),
  theirs('express-healthcheck', 'express-healthcheck', 'express-healthcheck', 'express'),
  theirs('medicus, Fastify', 'medicus', 'medicus', 'fastify'),
  theirs('@nestjs/terminus, Fastify', 'terminus-fastify', ...nest, '@nestjs/platform-fastify'),
  theirs('@nestjs/terminus, Express', 'terminus-express', ...nest, '@nestjs/platform-express'),
]

/** Installs all competitors into a temporary folder, unless they are there. */
export function installCompetitors(): void {
  install(folder, readFileSync(join(competitors, 'package.json'), 'utf8'))
  cpSync(join(competitors, 'server.mjs'), join(folder, 'server.mjs'))
}

/** Writes the script by which the bare servers and Hale's are started. */
export function writeOwnScript(): void {
  mkdirSync(dirname(own), { recursive: true })
  writeFileSync(own, stripTypeScriptTypes(readFileSync(new URL('server.ts', import.meta.url), 'utf8')))
}

interface Weight {
  readonly packages: number
  readonly bytes: number
}

/** What one of them alone brings into node_modules. */
export function weigh({ kind, packages }: Contender): Weight {
  const own = kind.startsWith('hale') ? weighHale() : { packages: 0, bytes: 0 }
  if (packages === undefined) return own
  const alone = join(folder, 'alone', packages.join('+').replaceAll('/', '-'))
  const known = readVersions()
  const wanted = Object.fromEntries(packages.map((name) => [name, known[name]]))
  install(alone, JSON.stringify({ private: true, dependencies: wanted }))
  const lock = JSON.parse(readFileSync(join(alone, 'node_modules/.package-lock.json'), 'utf8')) as {
    readonly packages: object
  }
  return {
    packages: own.packages + Object.keys(lock.packages).length,
    bytes: own.bytes + bytesBelow(join(alone, 'node_modules')),
  }
}

/** As npm would publish it. */
function weighHale(): Weight {
  const cwd = fileURLToPath(new URL('../../packages/hale', import.meta.url))
  const packed = execFileSync('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], {
    cwd,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  const sizes = [...packed.matchAll(/"unpackedSize": *(\d+)/g)].map(([, size]) => Number(size))
  return { packages: 1, bytes: sizes[0] ?? NaN }
}

/** The versions that were measured. */
export function versions(): string {
  return Object.entries(readVersions())
    .map(([name, version]) => `${name} ${version}`)
    .join(', ')
}

function readVersions(): Readonly<Record<string, string>> {
  const manifest = JSON.parse(readFileSync(join(competitors, 'package.json'), 'utf8')) as {
    readonly dependencies: Readonly<Record<string, string>>
  }
  return manifest.dependencies
}

function bytesBelow(path: string): number {
  const stat = statSync(path)
  if (!stat.isDirectory()) return stat.size
  return readdirSync(path).reduce((sum, name) => sum + bytesBelow(join(path, name)), 0)
}
