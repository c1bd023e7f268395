import type { RequestListener } from 'node:http'
import type { Socket } from 'node:net'
import type { ApiIncident } from '@hale/contract'
import { createHealth } from 'hale'
import { tcp } from 'hale/checks/tcp'
import { healthHandler } from 'hale/http/node'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { listenHttp, listenTcp } from '../../packages/monitor/test/listen.ts'
import { runMonitor } from '../../packages/monitor/test/run-monitor.ts'
import { audit, buildDashboard, openBrowser, openPage, shoot } from './browser.ts'

const HEALTH_KEY = 'only-for-this-test'
const SECRET = 'Hunter2Secret'

let built: Awaited<ReturnType<typeof buildDashboard>>
let browser: Browser

beforeAll(async () => {
  built = await buildDashboard()
  browser = await openBrowser()
})

afterAll(async () => {
  await browser?.close()
  await built?.[Symbol.asyncDispose]()
})

const hangUp = (socket: Socket): void => void socket.end()
const sayHere: RequestListener = (_request, response) => void response.end('here')

it('the whole monitor: a real service breaks and is mended, and its page shows within seconds what, why and who was told', async () => {
  // Both can be shut and opened again on the same port.
  let database = await listenTcp(hangUp)
  let shop = await listenHttp(sayHere)
  const [databasePort, shopPort] = [database.port, shop.port]
  await using health = createHealth({
    service: { name: 'payments', version: '3.0.1' },
    checks: {
      'postgres-main': {
        check: tcp({ host: '127.0.0.1', port: databasePort }),
        every: '500ms',
        timeout: '10s',
        impact: 'fails',
      },
    },
  })
  await using payments = await listenHttp(healthHandler(health, { keys: [HEALTH_KEY] }))
  let leaks = false
  await using legacy = await listenHttp((_request, response) => {
    response.setHeader('content-type', 'application/json')
    const error = `connect ECONNREFUSED postgres://app:${SECRET}@db.internal:5432/shop`
    response.end(
      JSON.stringify({
        status: leaks ? 'DOWN' : 'UP',
        details: leaks ? { db: { status: 'DOWN', details: { error } } } : {},
      }),
    )
  })
  const told: string[] = []
  await using receiver = await listenHttp((request, response) => {
    const key = String(request.headers['idempotency-key'])
    // The first try of each fails, so that the page has two to show.
    response.writeHead(told.includes(key) ? 202 : 503).end()
    told.push(key)
  })
  await using monitor = await runMonitor(
    `
defaults: { every: 1s, timeout: 1s }
channels: [{ name: oncall, kind: webhook, url: 'http://127.0.0.1:${receiver.port}/' }, { name: here, kind: console }]
targets:
  - { name: payments, url: 'http://127.0.0.1:${payments.port}/health', headers: { X-API-Key: ${HEALTH_KEY} } }
  - { name: legacy, url: 'http://127.0.0.1:${legacy.port}/health' }
  - { name: shop page, url: 'http://127.0.0.1:${shopPort}/' }
`,
    built.folder,
  )

  await using watched = await openPage(browser, monitor.loginLink())
  const { page, complaints } = watched
  await page.waitForSelector('h1:has-text("All 3 healthy")')
  await page.evaluate(() => Object.assign(globalThis, { loadedOnce: true }))
  await page.waitForSelector('text=/100 % · seen \\d+ s/')

  const brokeAt = Date.now()
  await database[Symbol.asyncDispose]()
  await page.waitForSelector('.verdict.is-unhealthy')
  // The app's check (0.5 s), the probe (1 s + 0.5 s), the tick and the stream (1 s).
  console.log(`the break was on the page after ${Date.now() - brokeAt} ms; 4000 ms are promised`)
  // Where the machine stands still for a second, another is in time again soon.
  await expect
    .poll(() => page.locator('h1').innerText())
    .toMatch(/1 of 3 unhealthy[^]*payments since \d\d:\d\d, because postgres-main refused the connection/)
  await shoot(page, 'run-overview')
  expect(await audit(page)).toEqual([])

  await page.click('[data-target="payments"]')
  await page.waitForSelector('.components tr.is-unhealthy')
  await page.waitForSelector('.chart-space canvas')
  expect(await page.locator('.segmented [aria-pressed="true"]').innerText()).toBe('15 min')
  expect(await page.locator('.legend-when').innerText()).toMatch(/Nobody looked from .*\d\d:\d\d to .*\d\d:\d\d\./)
  expect(await page.locator('.components').innerText()).toMatch(/postgres-main[^]*CONNECTION_REFUSED/)
  await shoot(page, 'run-target', true)

  await page.click('text=Open incident')
  await page.waitForSelector('.story li.is-opened')
  expect(await page.locator('.story').innerText()).toMatch(
    /unhealthy: postgres-main refused the connection; telling oncall, here/,
  )
  await page.waitForSelector('.delivery.is-delivered:has-text("oncall")')
  const attempts = page.locator('.delivery:has-text("oncall") tbody tr')
  expect((await attempts.allInnerTexts()).join('\n')).toMatch(/will be tried again[^]*503[^]*\n[^]*taken[^]*202/)
  expect(told.filter((key) => key === told[0]).length).toBe(2)
  await shoot(page, 'run-incident')
  expect(await audit(page)).toEqual([])

  database = await listenTcp(hangUp, '127.0.0.1', databasePort)
  await page.waitForSelector('.story li.is-resolved')

  // A target of its own that refuses the connection, and one whose document tells a secret.
  await shop[Symbol.asyncDispose]()
  leaks = true
  await page.keyboard.press('o')
  await page.waitForSelector('h1:has-text("2 of 3 unhealthy")')
  expect(await page.locator('.targets').innerText()).toMatch(/postgres:\/\/\*\*\*@db\.internal/)
  expect(await page.content()).not.toContain(SECRET)
  await page.click('a[href="/incidents"]')
  await page.waitForSelector('.incident >> nth=2')
  expect(await page.locator('.incident .tile-link').allInnerTexts()).toEqual(
    expect.arrayContaining(['payments: postgres-main refused the connection', 'shop page refused the connection']),
  )
  await shoot(page, 'run-incidents')
  expect(await page.content()).not.toContain(SECRET)
  // By itself, or in one message with what broke beside it.
  expect(monitor.printed.join('\n')).toMatch(/✖ unhealthy .*shop page (?:refused the connection|is unhealthy since)/)
  expect(monitor.printed.join('\n')).toMatch(/payments is healthy again after/)

  shop = await listenHttp(sayHere, '127.0.0.1', shopPort)
  leaks = false
  await page.keyboard.press('o')
  await page.waitForSelector('h1:has-text("All 3 healthy")')
  expect(await page.evaluate(() => 'loadedOnce' in globalThis)).toBe(true)
  expect(complaints).toEqual([])

  const answer = await monitor.ask('/api/v1/incidents')
  const { items } = (await answer.json()) as { items: ApiIncident[] }
  expect(items.every(({ closedAt }) => closedAt !== null)).toBe(true)
  await database[Symbol.asyncDispose]()
  await shop[Symbol.asyncDispose]()
})
