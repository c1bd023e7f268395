import { spawnSync } from 'node:child_process'
import { accessSync, constants, existsSync, globSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** Every program of Debian's that the tests run, and the package it comes in. One line more to use another. */
export const PACKAGES = {
  postgres: 'postgresql',
  'redis-server': 'redis-server',
  mariadbd: 'mariadb-server',
  memcached: 'memcached',
  'clickhouse-server': 'clickhouse-server',
  'nats-server': 'nats-server',
  epmd: 'erlang-base',
  'rabbitmq-server': 'rabbitmq-server',
  mosquitto: 'mosquitto',
  kcat: 'kcat',
  nginx: 'nginx',
  haproxy: 'haproxy',
  chromium: 'chromium',
  chronyd: 'chrony',
  'systemd-notify': 'systemd',
  prometheus: 'prometheus',
  promtool: 'prometheus',
  'prometheus-alertmanager': 'prometheus-alertmanager',
  amtool: 'prometheus-alertmanager',
  dnsmasq: 'dnsmasq-base',
  // Its modules come in packages of their own, and are named by their programs.
  dovecot: 'dovecot-core',
  'imap-login': 'dovecot-imapd',
  'pop3-login': 'dovecot-pop3d',
  ping: 'iputils-ping',
  ip: 'iproute2',
  flask: 'python3-flask',
  // Brings Django itself.
  'django-admin': 'python3-django-health-check',
  caddy: 'caddy',
  check_http: 'monitoring-plugins-basic',
  'victoria-metrics': 'victoria-metrics',
  // A module of Python, found by its folder.
  prometheus_client: 'python3-prometheus-client',
} as const

export type Binary = keyof typeof PACKAGES

/** Where Debian puts programs that are not on everybody's path. */
const MORE_FOLDERS = [
  '/usr/sbin',
  '/usr/local/sbin',
  '/usr/lib/nagios/plugins',
  '/usr/lib/postgresql/*/bin',
  '/usr/lib/python3/dist-packages',
  '/usr/lib/dovecot',
]

/** The full path of a program, or undefined when it is not installed. */
export function findBinary(name: string): string | undefined {
  const folders = (process.env['PATH'] ?? '').split(':').filter((folder) => folder !== '')
  // The newest PostgreSQL last in the alphabet, first here.
  const more = MORE_FOLDERS.flatMap((pattern) => globSync(pattern).sort().reverse())
  return [...folders, ...more].map((folder) => join(folder, name)).find(isExecutable)
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}

/**
 * Makes sure that programs are there: finds them, or as root installs what is missing in one go.
 *
 * @throws {Error} one sentence that names the packages to install.
 */
export function ensurePackages(binaries: readonly Binary[]): void {
  const missing = (): string[] => [
    ...new Set(binaries.filter((name) => findBinary(name) === undefined).map((name) => PACKAGES[name])),
  ]
  const packages = missing()
  if (packages.length === 0) return

  const sentence = `The tests need real servers: install ${packages.join(', ')} (apt-get install ${packages.join(' ')}).`
  if (process.getuid?.() !== 0 || !existsSync('/usr/bin/apt-get')) throw new Error(sentence)
  console.log(`Installing ${packages.join(', ')} for the tests …`)
  withoutStartingServices(() => {
    aptGet('update')
    aptGet('install', '-y', '--no-install-recommends', ...packages)
  })
  if (missing().length > 0) throw new Error(sentence)
}

function aptGet(...args: string[]): void {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive', LC_ALL: 'C' }
  spawnSync('apt-get', ['-q', ...args], { env, stdio: ['ignore', 'ignore', 'inherit'] })
}

/** Debian starts a server once it is installed; the tests want private instances only. */
function withoutStartingServices(install: () => void): void {
  const policy = '/usr/sbin/policy-rc.d'
  if (existsSync(policy)) return install()
  writeFileSync(policy, '#!/bin/sh\nexit 101\n', { mode: 0o755 })
  try {
    install()
  } finally {
    rmSync(policy)
  }
}
