import { globSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { CODES } from '../../packages/hale/src/core/codes.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
const read = (path: string): string => readFileSync(`${root}${path}`, 'utf8')
const folder = 'packages/hale/src/checks'
const names = globSync(`${folder}/*.ts`, { cwd: root })
  .map((path) => path.slice(folder.length + 1, -'.ts'.length))
  .filter((name) => !name.includes('.'))
const guide = read('docs/checks.md')
const reference = read('docs/check-reference.md')
const section = (page: string, title: string): string =>
  page.split(/^#{2,3} /m).find((part) => part.startsWith(`${title}\n`)) ?? ''

/** Given where a platform lacks what is looked at, which no machine of the tests does. */
const ELSEWHERE: ReadonlySet<string> = new Set(['NOT_AVAILABLE'])

describe.each(names)('the check %s', (name) => {
  const source = read(`${folder}/${name}.ts`)
  const tests = globSync(`${folder}/${name}{,.real}.test.ts`, { cwd: root }).map(read).join('\n')

  it('has a test beside it that runs the conformance suite', () => {
    expect(tests).toContain('checkConformance({')
  })

  it('has a section in docs/checks.md with its import, which leads to its reference and states no table of options again', () => {
    expect(section(guide, name)).toContain(`from 'hale/checks/${name}'`)
    expect(section(guide, name)).toContain(`](check-reference.md#${name})`)
    expect(section(guide, name)).not.toContain('| option')
  })

  it('has every option and every code of its own in the reference', () => {
    const options = [...source.matchAll(/^ {2}readonly (\w+)\??:/gm)].map(([, option]) => option)
    const ofInterface = /export interface \w+Options[^{]*\{([^]*?)\n\}/.exec(source)?.[1] ?? ''
    const named = options.filter((option) => new RegExp(`readonly ${option}\\??:`).test(ofInterface))
    expect(named.filter((option) => !section(reference, name).includes(`\n| \`${option}\` |`))).toEqual([])
    const codes = Object.keys(CODES).filter((code) => source.includes(`'${code}'`))
    const explained = [name, 'Of any check', 'Of errors'].map((title) => section(reference, title)).join('\n')
    expect(codes.filter((code) => !explained.includes(`\`${code}\``))).toEqual([])
  })

  it('gives each code that its reference lists for it alone in a test, of its own or of what it shares', () => {
    const [, own = ''] =
      /^- \*\*Codes\*\* (.*?)(?:, those \[of errors\]|\. Here:|\.$)/m.exec(section(reference, name)) ?? []
    const codes = [...own.matchAll(/`([A-Z_]+)`/g)].map(([, code = '']) => code)
    expect(codes.length + Number(own === '' && reference.includes('(#of-errors)'))).toBeGreaterThan(0)
    const shared = globSync(`{${folder}/support,packages/hale/src/formats}/*.test.ts`, { cwd: root })
      .map(read)
      .join('\n')
    const missing = codes.filter((code) => !`${tests}${shared}`.includes(code))
    expect(missing.filter((code) => !ELSEWHERE.has(code))).toEqual([])
  })

  it('says in its docstring what a run costs and what it observes', () => {
    expect(source).toMatch(/\* .*Costs? /)
    expect(source).toMatch(/\* Observed: /)
  })
})

it('finds the checks', () => {
  expect(names.sort()).toEqual(
    expect.arrayContaining(['disk', 'event-loop', 'http', 'memory', 'postgres', 'redis', 'tcp']),
  )
})
