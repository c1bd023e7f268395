import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { askOnce } from '../../../../test/harness/ask.ts'
import { ensurePackages } from '../../../../test/harness/packages.ts'
import { HealthSetupError } from '../core/misuse.ts'
import { checkConformance } from '../testing/check-conformance.ts'
import { ping } from './ping.ts'

const path = process.env['PATH']
const folder = mkdtempSync(join(tmpdir(), 'hale-ping-'))
beforeAll(() => ensurePackages(['ping']))
afterEach(() => {
  process.env['PATH'] = path
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

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
    expect(result.message).toMatch(/^Ping of 127\.0\.0\.1 answered in [\d.]+ ms\.$/)
  })

  it('E3: a host that does not answer is TIMEOUT, in time, and no process is left', async () => {
    // Documentation addresses (RFC 5737) belong to nobody.
    const result = await askOnce(ping({ host: '203.0.113.1' }), 400)
    expect(result).toMatchObject({ status: 'unhealthy', code: expect.stringMatching(/^(?:TIMEOUT|HOST_UNREACHABLE)$/) })
  })

  it.each([
    ['ping: socket: Operation not permitted', 2, 'unknown', 'CONNECTION_FAILED'],
    ['connect: Network is unreachable', 2, 'unhealthy', 'HOST_UNREACHABLE'],
    ['ping: a.test: Name or service not known', 2, 'unhealthy', 'DNS_NOT_FOUND'],
    ['1 packets transmitted, 0 received, 100% packet loss', 1, 'unhealthy', 'TIMEOUT'],
  ])('reads "%s"', async (says, code, status, expected) => {
    pretend(says, code)
    expect(await askOnce(ping({ host: 'a.test' }))).toMatchObject({ status, code: expected })
  })

  it('knows nothing where there is no ping', async () => {
    const empty = join(folder, 'empty')
    symlinkSync('/nonexistent', empty)
    process.env['PATH'] = empty
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
