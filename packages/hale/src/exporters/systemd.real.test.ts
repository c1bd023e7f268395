import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { expect, it, vi } from 'vitest'
import { ensurePackages } from '../../../../test/harness/packages.ts'
import { createHealth } from '../core/create-health.ts'
import { healthy, unhealthy } from '../core/result.ts'
import { notifySystemd } from './systemd.ts'

// What systemd has: a socket of the file system that takes datagrams. Node has none, so Perl prints what comes.
const RECEIVER = `
  use IO::Socket::UNIX; use Socket;
  my $socket = IO::Socket::UNIX->new(Type => SOCK_DGRAM, Local => $ARGV[0]) or die $!;
  $| = 1; print "listening\\n";
  while (defined $socket->recv(my $text, 65536)) { $text =~ tr/\\n/ /; print "$text\\n" unless $text =~ /^BARRIER/ }`

async function startReceiver() {
  ensurePackages(['systemd-notify'])
  const folder = mkdtempSync(join(tmpdir(), 'hale-systemd-'))
  const socket = join(folder, 'notify')
  const child = spawn('perl', ['-e', RECEIVER, socket], { stdio: ['ignore', 'pipe', 'inherit'] })
  const seen: string[] = []
  const lines = createInterface(child.stdout).on('line', (line) => seen.push(line))
  await once(lines, 'line')
  seen.shift()
  return {
    seen,
    socket,
    has: (text: string) => expect.poll(() => seen.join('\n')).toContain(text),
    async [Symbol.asyncDispose]() {
      child.kill()
      await once(child, 'exit')
      rmSync(folder, { recursive: true })
    },
  }
}

it('tells systemd by the real systemd-notify: ready, alive while it is, status, stopping', async () => {
  await using systemd = await startReceiver()
  let migrate: () => void = () => undefined
  let well = true
  await using health = createHealth({
    drainWait: 0,
    checks: {
      queue: {
        check: () => (well ? healthy() : unhealthy('FULL', 'full')),
        every: '50ms',
        impact: 'fails',
        probes: ['ready'],
      },
    },
  })
  const done = health.startup('migrations', () => new Promise<void>((resolve) => (migrate = resolve)))
  const env = {
    ...process.env,
    NOTIFY_SOCKET: systemd.socket,
    WATCHDOG_USEC: '400000',
    WATCHDOG_PID: String(process.pid),
  }
  const notifier = notifySystemd(health, { env })
  expect(notifier.active).toBe(true)
  await systemd.has('WATCHDOG=1')
  expect(systemd.seen.join()).not.toContain('READY=1')
  migrate()
  await done
  await systemd.has('READY=1')
  await systemd.has('STATUS=healthy')
  well = false
  await systemd.has('STATUS=unhealthy: queue')
  await health.drain()
  await systemd.has('STOPPING=1')
  await notifier.close()
  await notifier.close()
  const text = systemd.seen.join('\n')
  expect([text.match(/READY=1/g)?.length, text.match(/STOPPING=1/g)?.length]).toEqual([1, 1])
})

it('keeps the watchdog hungry while liveness is unhealthy', async () => {
  await using systemd = await startReceiver()
  let alive = true
  await using health = createHealth({
    checks: {
      loop: {
        check: { kind: 'loop', scope: 'local', run: () => (alive ? healthy() : unhealthy('STUCK', 'stuck')) },
        every: '20ms',
        probes: ['live', 'ready'],
      },
    },
  })
  await using notifier = notifySystemd(health, {
    env: { ...process.env, NOTIFY_SOCKET: systemd.socket, WATCHDOG_USEC: '100000' },
  })
  await systemd.has('WATCHDOG=1')
  alive = false
  await systemd.has('STATUS=unhealthy: loop')
  const fed = () => systemd.seen.filter((line) => line.includes('WATCHDOG=1')).length
  const before = fed()
  // Ten times as long as it would have to be fed.
  await new Promise((resolve) => setTimeout(resolve, 1_000))
  expect(fed()).toBe(before)
  alive = true
  await systemd.has('STATUS=healthy')
  await expect.poll(fed).toBeGreaterThan(before)
  expect(notifier.active).toBe(true)
})

it('does nothing outside of systemd, and says once when it cannot tell it', async () => {
  await using health = createHealth({})
  expect(notifySystemd(health, { env: {} }).active).toBe(false)
  const error = vi.fn<(message: string, error: unknown) => void>()
  const env = { PATH: '/nowhere', NOTIFY_SOCKET: '/nowhere', WATCHDOG_USEC: '40000' }
  const notifier = notifySystemd(health, { env, logger: { error } })
  await expect.poll(() => error).toHaveBeenCalled()
  await new Promise((resolve) => setTimeout(resolve, 200))
  await notifier.close()
  expect(error).toHaveBeenCalledTimes(1)
  expect(error.mock.calls[0]?.[0]).toBe('systemd could not be told of the health')
})

it('E16: a check that hangs does not keep the watchdog waiting', async () => {
  await using systemd = await startReceiver()
  await using health = createHealth({
    mode: 'on-request',
    checks: { stuck: { check: () => new Promise<never>(() => {}), timeout: '10m', every: '10m' } },
  })
  const env = { ...process.env, NOTIFY_SOCKET: systemd.socket, WATCHDOG_USEC: '1000000', WATCHDOG_PID: '' }
  await using notifier = notifySystemd(health, { env })
  expect(notifier.active).toBe(true)
  await systemd.has('WATCHDOG=1')
  expect(systemd.seen.join()).not.toContain('READY=1')
})
