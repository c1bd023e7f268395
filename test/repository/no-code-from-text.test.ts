import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'

const PACKAGES = ['hale', 'contract', 'monitor', 'dashboard']
const SOURCES = PACKAGES.flatMap((name) => {
  const folder = join(import.meta.dirname, '../../packages', name, 'src')
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  const own = files.filter((file) => /\.tsx?$/.test(file) && !/\.test(?:-d)?\.tsx?$/.test(file))
  return own.map((file) => [`${name}/${file}`, readFileSync(join(folder, file), 'utf8')] as const)
})

/** The sources in which something stands. */
const sourcesWith = (what: RegExp): string[] => SOURCES.flatMap(([file, text]) => (what.test(text) ? [file] : []))

it('S5: nothing makes code of text', () => {
  expect(SOURCES.length).toBeGreaterThan(500)
  expect(sourcesWith(/(?<![.\w])eval\(|(?<!\w)Function\(|['"](?:node:)?vm['"]|set(?:Timeout|Interval)\(['"`]/)).toEqual(
    [],
  )
})

it('S8: what is run besides is two programs, each by its name and without a shell', () => {
  expect(sourcesWith(/['"](?:node:)?child_process['"]/).toSorted()).toEqual([
    'hale/checks/ping.ts',
    'hale/exporters/systemd.ts',
  ])
  expect(sourcesWith(/import (?!\{ execFile \} ).* from 'node:child_process'/)).toEqual([])
  expect(sourcesWith(/\bshell: /)).toEqual([])
})
