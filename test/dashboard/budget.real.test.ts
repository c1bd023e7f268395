import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { expect, it } from 'vitest'
import { buildDashboard } from './browser.ts'

const BUDGET = 40 * 1024

it('the first page takes at most 40 KB of script, gzipped, and the chart comes later', async () => {
  await using built = await buildDashboard()
  const html = await readFile(join(built.folder, 'index.html'), 'utf8')
  const first = [...html.matchAll(/(?:src|href)="(\/[^"]+\.js)"/g)].map(([, path]) => path ?? '')
  const sizes = await Promise.all(first.map(async (path) => gzipSync(await readFile(join(built.folder, path))).length))
  const total = sizes.reduce((sum, size) => sum + size, 0)
  console.log(`initial script, gzipped: ${(total / 1024).toFixed(1)} KB of ${BUDGET / 1024}`)
  expect(first.length).toBeGreaterThan(1)
  expect(total).toBeLessThanOrEqual(BUDGET)

  const names = await readdir(join(built.folder, 'assets'))
  const chart = names.find((name) => /^latency-chart-.*\.js$/.test(name)) ?? ''
  expect(await readFile(join(built.folder, 'assets', chart), 'utf8')).toContain('u-over')
  expect(html).not.toContain(chart)
})

it('S4: index.html holds nothing inline that a strict CSP would block', async () => {
  await using built = await buildDashboard()
  const html = await readFile(join(built.folder, 'index.html'), 'utf8')
  expect(html).not.toMatch(/<style|\sstyle=|\son\w+=|<script(?![^>]*\ssrc=)|data:/i)
})
