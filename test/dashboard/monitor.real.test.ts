import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Browser } from 'playwright-core'
import { aTarget } from '../../packages/monitor/test/builders.ts'
import { serve, type Serving } from '../../packages/monitor/test/serve.ts'
import { audit, buildDashboard, openBrowser, openPage, shoot } from './browser.ts'

const refused = { status: 'unhealthy', code: 'CONNECTION_REFUSED', message: 'connection refused' } as const
const failed = { status: 'unhealthy', code: 'COMPONENT_UNHEALTHY' } as const
const well = { status: 'healthy' } as const
const database = {
  name: 'postgres-main',
  durationMs: 1,
  impact: 'fails',
  runbook: 'https://runbooks.example/db',
} as const
const payments = { durationMs: 41, phases: { firstByteMs: 38, transferMs: 3 } }

let built: Awaited<ReturnType<typeof buildDashboard>>
let browser: Browser
let monitor: Serving

beforeAll(async () => {
  built = await buildDashboard()
  browser = await openBrowser()
})
beforeEach(async () => {
  monitor = await serve([aTarget({ id: 'payments' }), aTarget({ id: 'orders' })], { dashboardFolder: built.folder })
})

afterEach(() => monitor[Symbol.asyncDispose]())
afterAll(async () => {
  await browser?.close()
  await built?.[Symbol.asyncDispose]()
})

describe('the dashboard on the real API, tick and store', () => {
  it('one click signs in; a break shows with its cause, its incident and its message; a mend is seen, nothing reloaded', async () => {
    await using watched = await openPage(browser, monitor.server.loginLink())
    const { page, complaints } = watched
    await page.waitForSelector('h1:has-text("Waiting for the first answer of 2 targets")')
    await page.evaluate(() => Object.assign(globalThis, { loadedOnce: true }))

    await monitor.probe({ orders: {}, payments: { ...payments, components: [{ ...database, result: well }] } })
    await page.waitForSelector('h1:has-text("All 2 healthy")')

    await monitor.probe({ payments: { ...payments, result: failed, components: [{ ...database, result: refused }] } })
    await page.waitForSelector('.verdict.is-unhealthy')
    expect(await page.locator('h1').innerText()).toMatch(
      /1 of 2 unhealthy[^]*payments since \d\d:\d\d, because postgres-main refused the connection/,
    )
    await shoot(page, 'real-overview')
    expect(await audit(page)).toEqual([])

    await page.click('[data-target="payments"]')
    await page.waitForSelector('.components tr.is-unhealthy')
    await page.waitForSelector('.chart-space canvas')
    expect(await page.locator('.components').innerText()).toMatch(/postgres-main[^]*CONNECTION_REFUSED/)
    await page.selectOption('.latency select', 'postgres-main')
    await page.waitForSelector('text=2 checks, 1 failed. Typically 1.0 ms, slowest p99 1.0 ms, failed ones included.')
    await shoot(page, 'real-target', true)
    expect(await audit(page)).toEqual([])

    await page.click('text=Open incident')
    await page.waitForSelector('.story li')
    expect(await page.locator('.delivery').innerText()).toMatch(/ops[^]*waiting/)
    await shoot(page, 'real-incident')

    await monitor.probe({ payments: { ...payments, components: [{ ...database, result: well }] } })
    await page.waitForSelector('.story li.is-resolved')
    await page.keyboard.press('o')
    await page.waitForSelector('h1:has-text("All 2 healthy")')
    expect(await page.evaluate(() => 'loadedOnce' in globalThis)).toBe(true)
    expect(complaints).toEqual([])
  })

  it('a used link says so; the key signs in; signing out ends the session', async () => {
    const link = monitor.server.loginLink()
    await using first = await openPage(browser, link)
    await first.page.waitForSelector('.toolbar')
    await using watched = await openPage(browser, link)
    const { page } = watched
    await page.waitForSelector('text=That link was used already or has run out.')
    await page.fill('#key', `${monitor.key}x`)
    await page.keyboard.press('Enter')
    await page.waitForSelector('text=The monitor does not know this key.')
    await page.fill('#key', monitor.key)
    await page.keyboard.press('Enter')
    await page.waitForSelector('.toolbar')
    await page.click('text=Sign out')
    await page.waitForSelector('#key')
    expect(await page.evaluate(async () => (await fetch('/api/v1/overview')).status)).toBe(401)
  })
})
