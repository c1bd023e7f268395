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
const docs = read('docs/checks.md')
const section = (name: string): string => docs.split(/^## /m).find((part) => part.startsWith(`${name}\n`)) ?? ''

describe.each(names)('the check %s', (name) => {
  const source = read(`${folder}/${name}.ts`)
  const tests = globSync(`${folder}/${name}{,.real}.test.ts`, { cwd: root }).map(read).join('\n')

  it('has a test beside it that runs the conformance suite', () => {
    expect(tests).toContain('checkConformance({')
  })

  it('has a section in docs/checks.md with its import, every option and every code of its own', () => {
    expect(section(name)).toContain(`from 'hale/checks/${name}'`)
    const options = [...source.matchAll(/^ {2}readonly (\w+)\??:/gm)].map(([, option]) => option)
    const ofInterface = /export interface \w+Options[^{]*\{([^]*?)\n\}/.exec(source)?.[1] ?? ''
    const named = options.filter((option) => new RegExp(`readonly ${option}\\??:`).test(ofInterface))
    expect(named.filter((option) => !section(name).includes(`\`${option}\``))).toEqual([])
    const codes = Object.keys(CODES).filter((code) => source.includes(`'${code}'`))
    expect(codes.filter((code) => !section(name).includes(`\`${code}\``))).toEqual([])
    expect(section(name)).toContain('per run')
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
