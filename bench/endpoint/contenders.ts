import { execFileSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** One row of the table. */
export interface Contender {
  readonly label: string
  /** What the server script is told to be. */
  readonly kind: string
  readonly script: string
  /** What npm installs for it. */
  readonly packages?: readonly string[]
}

const own = fileURLToPath(new URL('server.ts', import.meta.url))
const competitors = fileURLToPath(new URL('competitors', import.meta.url))
const folder = join(tmpdir(), 'hale-bench-competitors')

export const BARE: Contender = { label: 'bare node:http', kind: 'bare', script: own }
export const HALE: Contender = { label: 'hale, node:http', kind: 'hale', script: own }
export const HALE_IN_FRAMEWORKS: readonly Contender[] = [
  { label: 'hale, Fastify', kind: 'hale-fastify', script: own },
  { label: 'hale, Express', kind: 'hale-express', script: own },
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

/** What one of them alone brings into node_modules. */
export function installedWith({ kind, packages }: Contender): { readonly packages: number; readonly bytes: number } {
  if (packages === undefined) return { packages: 0, bytes: 0 }
  const { dependencies } = JSON.parse(readFileSync(join(competitors, 'package.json'), 'utf8')) as {
    readonly dependencies: Readonly<Record<string, string>>
  }
  const alone = join(folder, 'alone', kind)
  const wanted = Object.fromEntries(packages.map((name) => [name, dependencies[name]]))
  install(alone, JSON.stringify({ private: true, dependencies: wanted }))
  const lock = JSON.parse(readFileSync(join(alone, 'node_modules/.package-lock.json'), 'utf8')) as {
    readonly packages: object
  }
  return { packages: Object.keys(lock.packages).length, bytes: bytesBelow(join(alone, 'node_modules')) }
}

/** What Hale brings: itself. */
export function haleBytes(): number {
  return bytesBelow(fileURLToPath(new URL('../../packages/hale/dist', import.meta.url)))
}

function install(into: string, manifest: string): void {
  const file = join(into, 'package.json')
  if (existsSync(join(into, 'node_modules')) && existsSync(file) && readFileSync(file, 'utf8') === manifest) return
  rmSync(into, { recursive: true, force: true })
  mkdirSync(into, { recursive: true })
  writeFileSync(file, manifest)
  // Some of them have not yet said that they work with the newest of the others; they do.
  const quiet = ['--no-audit', '--no-fund', '--loglevel=error', '--legacy-peer-deps', '--ignore-scripts']
  execFileSync('npm', ['install', ...quiet], { cwd: into, stdio: ['ignore', 'ignore', 'inherit'] })
}

function bytesBelow(path: string): number {
  const stat = statSync(path)
  if (!stat.isDirectory()) return stat.size
  return readdirSync(path).reduce((sum, name) => sum + bytesBelow(join(path, name)), 0)
}
