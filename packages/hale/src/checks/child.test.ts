import { describe, expect, it } from 'vitest'
import { askOnce } from '../../../../test/harness/ask.ts'
import { createHealth } from '../core/create-health.ts'
import { degraded, healthy, unhealthy, unknown } from '../core/result.ts'
import { checkConformance } from '../testing/check-conformance.ts'
import { haleFormat } from '../formats/hale.ts'
import { scriptedCheck } from '../testing/scripted-check.ts'
import { child } from './child.ts'

const billing = (check = () => healthy('fine')) =>
  createHealth({ mode: 'on-request', checks: { ledger: { check, impact: 'fails' }, mail: () => healthy() } })

describe('child', () => {
  it.each(
    checkConformance({
      name: 'child',
      healthy: () => child(billing()),
      broken: () => child(billing(() => unhealthy('LEDGER_DOWN', 'it is down'))),
      silent: () => child(createHealth({ checks: { a: { check: scriptedCheck(['hang']), timeout: '20s' } } })),
    }),
  )('$name', async ({ run }) => {
    await expect(run()).resolves.toBeUndefined()
  })

  it('is made of a health', () => {
    for (const given of [undefined, null, {}, () => healthy()])
      expect(() => child(given as never)).toThrow('health: must be a Health')
  })

  it('stands in the report with its parts below it', async () => {
    await using parts = billing(() => degraded('LEDGER_SLOW', 'password=hunter2 is slow'))
    await using health = createHealth({
      mode: 'on-request',
      checks: { billing: { check: child(parts), impact: 'fails' } },
    })
    const report = await health.report()
    expect(report).toMatchObject({
      status: 'degraded',
      checks: {
        billing: {
          status: 'degraded',
          code: 'REPORTED_DEGRADED',
          message: '1 of 2 checks: ledger is degraded. See there.',
          checks: {
            ledger: { status: 'degraded', code: 'LEDGER_SLOW', kind: 'custom', impact: 'fails' },
            mail: { status: 'healthy' },
          },
        },
      },
    })
    const document = haleFormat.write(report, { detail: true })
    expect(JSON.parse(document)).toMatchObject({ checks: { billing: { checks: { ledger: { code: 'LEDGER_SLOW' } } } } })
    expect(document).not.toContain('hunter2')
  })

  it.each([
    [() => unhealthy('LEDGER_DOWN', 'It is down.'), 'unhealthy', 'COMPONENT_UNHEALTHY'],
    [() => unknown('LEDGER_LOST', 'It does not tell.'), 'unknown', 'REPORTED_UNKNOWN'],
  ] as const)('says what the child makes of %s: %s', async (check, status, code) => {
    await using parts = billing(check)
    expect(await askOnce(child(parts))).toMatchObject({
      status,
      code,
      message: `1 of 2 checks: ledger is ${status}. See there.`,
    })
  })

  it('E3: says TIMEOUT while no check of it has answered', async () => {
    const hung = { check: scriptedCheck(['hang']), timeout: '20s' } as const
    await using parts = createHealth({ mode: 'on-request', checks: { ledger: hung } })
    expect(await askOnce(child(parts), 200)).toMatchObject({ status: 'unhealthy', code: 'TIMEOUT' })
  })

  it('is in maintenance when the child drains', async () => {
    await using parts = billing()
    void parts.drain()
    await using health = createHealth({ mode: 'on-request', checks: { billing: child(parts) } })
    expect(await health.check('billing')).toMatchObject({ status: 'maintenance', code: 'SHUTTING_DOWN' })
  })
})
