import { execFile } from 'node:child_process'
import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { makeFolder } from '../../../../test/harness/folder.ts'
import { askOnce } from '../../../../test/harness/ask.ts'
import { ensurePackages } from '../../../../test/harness/packages.ts'
import { HealthSetupError } from '../core/misuse.ts'
import { checkConformance } from '../testing/check-conformance.ts'
import { ping } from './ping.ts'

const here = (file: string): string => JSON.stringify(new URL(file, import.meta.url).href)
const path = process.env['PATH']
const folder = makeFolder('ping')
beforeAll(() => ensurePackages(['ping', 'ip']))
afterEach(() => {
  process.env['PATH'] = path
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const run = promisify(execFile)
const NETWORK = ['--net', '--map-root-user']
const PROBE = 'ip link set lo up && echo 0 > /proc/sys/net/ipv4/icmp_echo_ignore_all'
const canMakeNetwork = (): Promise<unknown> => run('unshare', [...NETWORK, 'sh', '-c', PROBE])

/** What a process finds in a network that ends with it: while it answers, while it is silent, then again, and where no way leads. */
async function inNetworkOfItsOwn(): Promise<unknown> {
  const script = `
    import { execFileSync } from 'node:child_process'
    import { writeFileSync } from 'node:fs'
    import { asker } from ${here('../../../../test/harness/ask.ts')}
    import { ping } from ${here('./ping.ts')}
    const found = []
    const ask = async (host, timeoutMs) => {
      const { code = '-', status } = (await asker(ping({ host }), timeoutMs)()).value
      found.push(status + ' ' + code)
    }
    execFileSync('ip', ['link', 'set', 'lo', 'up'])
    for (const silent of [0, 1, 0]) {
      writeFileSync('/proc/sys/net/ipv4/icmp_echo_ignore_all', String(silent))
      await ask('127.0.0.1', silent === 1 ? 300 : 5_000)
    }
    await ask('203.0.113.1', 5_000)
    console.log(JSON.stringify(found))`
  const node = [process.execPath, '--input-type=module-typescript', '-e', script]
  return JSON.parse((await run('unshare', [...NETWORK, ...node])).stdout)
}

/** Where the kernel gives nobody a network: addresses that belong to nobody (RFC 5737), and what ping says of those out of reach. */
async function onThisNetwork(): Promise<unknown> {
  const ask = async (host: string, timeoutMs: number): Promise<string> => {
    const { code = '-', status } = await askOnce(ping({ host }), timeoutMs)
    return `${status} ${code}`
  }
  const found = [await ask('127.0.0.1', 5_000), (await ask('203.0.113.1', 300)).replace('HOST_UNREACHABLE', 'TIMEOUT')]
  found.push(await ask('127.0.0.1', 5_000))
  pretend('connect: Network is unreachable', 2)
  return [...found, await ask('203.0.113.1', 5_000)]
}

/** Puts a program in the place of ping that says this. */
function pretend(says: string, code: number): void {
  writeFileSync(join(folder, 'ping'), `#!/bin/sh\necho "${says}" >&2\nexit ${code}\n`, { mode: 0o755 })
  process.env['PATH'] = `${folder}:${path}`
}

describe('ping', () => {
  it.each(
    checkConformance({
      name: 'ping',
      healthy: () => ping({ host: '127.0.0.1' }),
      broken: () => ping({ host: 'no-such-name.invalid' }),
    }),
  )('$name', async ({ run }) => {
    await expect(run()).resolves.toBeUndefined()
  })

  it('says how long the way took', async () => {
    const result = await askOnce(ping({ host: '127.0.0.1' }))
    expect(result).toMatchObject({ status: 'healthy', observed: { value: expect.any(Number), unit: 'ms' } })
    expect(result.message).toMatch(/^Ping of 127\.0\.0\.1 answered in [\d.]+ m?s\.$/)
    const slow = await askOnce(ping({ host: '127.0.0.1', degraded: '0ms' }))
    expect(slow).toMatchObject({ status: 'degraded', code: 'SLOW', observed: { unit: 'ms' } })
  })

  it('E3: detects a host that is silent or out of reach, in time, and is back as soon as it is', async () => {
    expect(await canMakeNetwork().then(inNetworkOfItsOwn, onThisNetwork)).toEqual([
      'healthy -',
      'unhealthy TIMEOUT',
      'healthy -',
      'unhealthy HOST_UNREACHABLE',
    ])
  })

  it.each([
    ['ping: socket: Operation not permitted', 2, 'unknown', 'CONNECTION_FAILED'],
    ['connect: Network is unreachable', 2, 'unhealthy', 'HOST_UNREACHABLE'],
    ['ping: connect: No route to host', 2, 'unhealthy', 'HOST_UNREACHABLE'],
    ['ping: connect: Invalid argument', 2, 'unhealthy', 'HOST_UNREACHABLE'],
    [
      'ping: Do you want to ping broadcast? Then -b. If not, check your local firewall rules',
      2,
      'unhealthy',
      'HOST_UNREACHABLE',
    ],
    ['From 192.0.2.1 icmp_seq=1 Packet filtered', 1, 'unhealthy', 'HOST_UNREACHABLE'],
    ['From 192.0.2.1 icmp_seq=1 Destination Host Prohibited', 1, 'unhealthy', 'HOST_UNREACHABLE'],
    ['From 192.0.2.1 icmp_seq=1 Time to live exceeded', 1, 'unhealthy', 'HOST_UNREACHABLE'],
    ['ping: a.test: Name or service not known', 2, 'unhealthy', 'DNS_NOT_FOUND'],
    ['1 packets transmitted, 0 received, 100% packet loss', 1, 'unhealthy', 'TIMEOUT'],
  ])('reads "%s"', async (says, code, status, expected) => {
    pretend(says, code)
    expect(await askOnce(ping({ host: 'a.test' }))).toMatchObject({ status, code: expected })
  })

  it('knows nothing where there is no ping', async () => {
    process.env['PATH'] = join(folder, 'nonexistent')
    expect(await askOnce(ping({ host: '127.0.0.1' }))).toMatchObject({
      status: 'unknown',
      message: expect.stringContaining('Install iputils-ping'),
    })
  })

  it.each(['', '-f', '-c1 127.0.0.1', '127.0.0.1; reboot', '$(reboot)'])(
    'refuses %j, and what ping would take for an option',
    (host) => {
      expect(() => ping({ host })).toThrow(HealthSetupError)
    },
  )
})
