import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { AxeBuilder } from '@axe-core/playwright'
import { chromium, type Browser, type BrowserContext, type Page } from 'playwright-core'
import { build } from 'vite'

const RESULTS = fileURLToPath(new URL('../../test-results/', import.meta.url))
const DASHBOARD = fileURLToPath(new URL('../../packages/dashboard/', import.meta.url))
const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--no-first-run',
]

export const openBrowser = (): Promise<Browser> => chromium.launch({ executablePath: '/usr/bin/chromium', args: FLAGS })

/** Builds the page from its sources into a folder of its own, so that a test never sees an old build. */
export async function buildDashboard(): Promise<{ folder: string; [Symbol.asyncDispose](): Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), 'hale-dashboard-'))
  await build({
    root: DASHBOARD,
    configFile: join(DASHBOARD, 'vite.config.ts'),
    logLevel: 'warn',
    build: { outDir: folder, emptyOutDir: true },
  })
  return { folder, [Symbol.asyncDispose]: () => rm(folder, { recursive: true }) }
}

export const SIZES = {
  phone: { width: 360, height: 780 },
  laptop: { width: 1440, height: 900 },
  tv: { width: 3840, height: 2160 },
} as const

export interface Look {
  readonly size?: keyof typeof SIZES
  readonly scheme?: 'light' | 'dark'
}

/** A page that remembers all that went wrong in it: errors, refused loads, CSP violations. */
export interface Watched extends AsyncDisposable {
  readonly page: Page
  readonly context: BrowserContext
  readonly complaints: string[]
}

export async function openPage(
  browser: Browser,
  url: string,
  { size = 'laptop', scheme = 'light' }: Look = {},
): Promise<Watched> {
  const context = await browser.newContext({
    viewport: SIZES[size],
    colorScheme: scheme,
    locale: 'en-GB',
    timezoneId: 'Europe/Berlin',
    reducedMotion: 'reduce',
    ...(size === 'phone' ? { hasTouch: true, deviceScaleFactor: 2 } : {}),
  })
  const page = await context.newPage()
  const complaints: string[] = []
  page.on('pageerror', (error) => complaints.push(`page error: ${error.message}`))
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') complaints.push(`console: ${message.text()}`)
  })
  await page.goto(url)
  return { page, context, complaints, [Symbol.asyncDispose]: () => context.close() }
}

export async function shoot(page: Page, name: string, fullPage = false): Promise<void> {
  await page.screenshot({ path: join(RESULTS, `dashboard-${name}.png`), fullPage })
}

/** What axe finds against WCAG 2.2 AA and its best practices, in short lines. */
export async function audit(page: Page): Promise<readonly string[]> {
  // All in the page itself, which has no frames: half the time of putting it together in a second page.
  const { violations } = await new AxeBuilder({ page })
    .setLegacyMode()
    .options({ resultTypes: ['violations'] })
    .analyze()
  return violations.map(
    ({ id, help, nodes }) =>
      `${id}: ${help} (${nodes
        .map(({ target, failureSummary }) => `${String(target)} ${failureSummary ?? ''}`)
        .slice(0, 3)
        .join('; ')})`,
  )
}
