import { describe, expect, it } from 'vitest'
import { createHealth } from '../core/create-health.ts'
import { degraded, healthy, unhealthy } from '../core/result.ts'
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

  it('is in maintenance when the child drains', async () => {
    await using parts = billing()
    void parts.drain()
    await using health = createHealth({ mode: 'on-request', checks: { billing: child(parts) } })
    expect(await health.check('billing')).toMatchObject({ status: 'maintenance', code: 'SHUTTING_DOWN' })
  })
})
