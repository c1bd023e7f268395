import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Browser } from 'playwright-core'
import { audit, buildDashboard, openBrowser, openPage, shoot, type Look } from './browser.ts'
import { startFixtureServer, type FixtureServer } from './fixture-server.ts'
import { crowdedWorld, pausedWorld } from './hard-worlds.ts'
import { brokenWorld, emptyWorld, healthyWorld, largeWorld, shopWorld, type World } from './world.ts'

let built: Awaited<ReturnType<typeof buildDashboard>>
let browser: Browser
let server: FixtureServer

beforeAll(async () => {
  built = await buildDashboard()
  browser = await openBrowser()
  server = await startFixtureServer(built.folder, emptyWorld(Date.now()))
})

afterAll(async () => {
  await browser?.close()
  await server?.[Symbol.asyncDispose]()
  await built?.[Symbol.asyncDispose]()
})

const BROKEN = (): World => brokenWorld(Date.now())
const CROWDED = (): World => crowdedWorld(Date.now())
const PAUSED = (): World => pausedWorld(Date.now())
const SHOTS: readonly (readonly [name: string, path: string, world: () => World, look: Look])[] = [
  ['overview-healthy-light', '/', () => healthyWorld(Date.now()), {}],
  ['overview-healthy-dark', '/', () => healthyWorld(Date.now()), { scheme: 'dark' }],
  ['overview-broken-light', '/', BROKEN, {}],
  ['overview-broken-dark', '/', BROKEN, { scheme: 'dark' }],
  ['overview-broken-phone', '/', BROKEN, { size: 'phone' }],
  ['overview-broken-tv', '/', BROKEN, { size: 'tv', scheme: 'dark' }],
  ['overview-shop', '/', () => shopWorld(Date.now()), {}],
  ['overview-empty', '/', () => emptyWorld(Date.now()), {}],
  ['overview-500', '/', () => largeWorld(Date.now(), 500), {}],
  ['overview-500-phone', '/', () => largeWorld(Date.now(), 500), { size: 'phone', scheme: 'dark' }],
  ['target-light', '/targets/payments', BROKEN, {}],
  ['target-dark', '/targets/payments', BROKEN, { scheme: 'dark' }],
  ['target-phone', '/targets/payments', BROKEN, { size: 'phone' }],
  ['target-healthy', '/targets/identity', BROKEN, {}],
  ['target-tv', '/targets/payments', BROKEN, { size: 'tv' }],
  ['incidents-light', '/incidents', BROKEN, {}],
  ['incidents-phone', '/incidents', BROKEN, { size: 'phone', scheme: 'dark' }],
  ['incident-light', '/incidents/3-4', BROKEN, {}],
  ['incident-dark', '/incidents/3-4', BROKEN, { scheme: 'dark' }],
  ['incident-phone', '/incidents/3-4', BROKEN, { size: 'phone' }],
  ['crowded-light', '/', CROWDED, {}],
  ['crowded-phone', '/', CROWDED, { size: 'phone', scheme: 'dark' }],
  ['crowded-target-phone', '/targets/payments', CROWDED, { size: 'phone', scheme: 'dark' }],
  ['crowded-incidents-phone', '/incidents', CROWDED, { size: 'phone' }],
  ['crowded-incident-phone', '/incidents/3-6', CROWDED, { size: 'phone' }],
  ['paused-light', '/', PAUSED, {}],
  ['login-light', '/login', BROKEN, {}],
  ['login-dark', '/login', BROKEN, { scheme: 'dark' }],
  ['nowhere', '/nowhere', BROKEN, {}],
]

/** What of the tiles does not fit in, and is cut off or comes close to the edge: lines have a height before they are drawn. */
function reachOut(parts: readonly Element[]): readonly string[] {
  const reaches = (part: Element): boolean => {
    const tile = part.parentElement ?? part
    const { paddingTop, paddingBottom } = getComputedStyle(tile)
    const [outer, inner] = [tile.getBoundingClientRect(), part.getBoundingClientRect()]
    return (
      inner.top < outer.top + Number.parseFloat(paddingTop) / 2 ||
      inner.bottom > outer.bottom - Number.parseFloat(paddingBottom) / 2
    )
  }
  return parts.filter(reaches).map((part) => part.outerHTML)
}

describe('every page, in every light and size', () => {
  for (const [name, path, world, look] of SHOTS) {
    it(`${name}: axe finds nothing, the strict CSP is kept (S4), nothing overflows`, async () => {
      server.world = world()
      await using watched = await openPage(browser, server.url + path, look)
      const { page, complaints } = watched
      await page.waitForSelector('h1:not(:text("Looking"))')
      if (path.startsWith('/targets/')) await page.waitForSelector('.chart-space canvas')
      await page.waitForTimeout(250)
      await shoot(page, name, !/500|shop/.test(name))
      const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)
      expect(overflow).toBeLessThanOrEqual(0)
      expect(await page.$$eval('.attention > *', reachOut)).toEqual([])
      const cut = await page.$$eval('.incident-words > *', (all) =>
        all.filter((one) => one.scrollWidth > one.clientWidth),
      )
      expect(cut).toEqual([])
      expect(await audit(page)).toEqual([])
      expect(complaints).toEqual([])
    })
  }
})
