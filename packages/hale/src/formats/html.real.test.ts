import { createServer } from 'node:http'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { audit, openBrowser, openPage, shoot } from '../../../../test/dashboard/browser.ts'
import { createHealth } from '../core/create-health.ts'
import { degraded, healthy, unhealthy } from '../core/result.ts'
import { allow } from '../http/allow.ts'
import { healthHandler } from '../http/node.ts'

const HOSTILE = '<img src=x onerror="document.title=1">'

const health = createHealth({
  service: { name: 'orders', version: '1.4.2' },
  checks: {
    database: {
      check: () => ({
        ...unhealthy('CONNECTION_REFUSED', 'Nothing listens on db.internal:5432. Is PostgreSQL running?'),
        data: { pool: { idle: 0, waiting: 12 } },
      }),
      impact: 'fails',
      runbook: 'https://wiki.example/runbooks/orders-database',
    },
    'event-loop': () => ({ ...healthy(), observed: { value: 1.4, unit: 'ms' } }),
    cache: { check: () => degraded('SLOW', 'took 840 ms, usually 3 ms'), impact: 'degrades' },
    disk: () => ({ ...healthy('61 % free'), observed: { value: 61, unit: '%' } }),
    search: () => healthy(HOSTILE),
    shipping: {
      check: () => ({ ...healthy(), checks: { api: { status: 'healthy' }, [HOSTILE]: { status: 'degraded' } } }),
      impact: 'informs',
    },
  },
})
const server = createServer(healthHandler(health, { access: allow({ addresses: ['127.0.0.1'] }) }))
const bare = createServer(healthHandler(health))
const urlOf = (from: typeof server): string => `http://127.0.0.1:${(from.address() as AddressInfo).port}/health`
let browser: Browser

beforeAll(async () => {
  for (const each of [server, bare]) await once(each.listen(0, '127.0.0.1'), 'listening')
  browser = await openBrowser()
})

afterAll(async () => {
  await browser?.close()
  for (const each of [server, bare]) each.close()
  await health.close()
})

describe('the page in a browser', () => {
  it.each([
    ['laptop', 'light'],
    ['phone', 'dark'],
  ] as const)('S4: on a %s, %s: nothing is blocked or missing, everything can be read', async (size, scheme) => {
    await using opened = await openPage(browser, urlOf(server), { size, scheme })
    const { complaints, page } = opened
    await shoot(page, `page-${size}-${scheme}`, true)
    expect(await page.title()).toBe('unhealthy · orders')
    expect(await page.locator('h2').first().innerText()).toBe('database')
    expect(await page.getByText(HOSTILE).count()).toBe(2)
    const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)
    expect(wide).toBe(0)
    expect(await audit(page)).toEqual([])
    // A browser calls every answer of 503 an error; nothing else may go wrong.
    expect(complaints.filter((complaint) => !complaint.includes('503'))).toEqual([])
  })

  it('opens the data of a check without a script', async () => {
    await using opened = await openPage(browser, urlOf(server))
    await opened.page.locator('summary').first().click()
    expect(await opened.page.locator('pre').first().innerText()).toContain('"waiting": 12')
  })

  it('E10: shows a stranger the status alone', async () => {
    await using opened = await openPage(browser, urlOf(bare), { size: 'phone' })
    await shoot(opened.page, 'page-stranger', true)
    expect(await opened.page.locator('main').innerText()).toMatch(/^Unhealthy\s/)
    expect(await audit(opened.page)).toEqual([])
  })
})
