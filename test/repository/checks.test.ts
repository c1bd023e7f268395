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
