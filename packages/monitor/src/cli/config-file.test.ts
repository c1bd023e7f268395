import { describe, expect, it } from 'vitest'
import { isServeFile } from '../config/parse-config.ts'
import { ConfigError } from '../config/problem.ts'
import { readWatched } from './config-file.ts'
import { UsageError } from './usage.ts'

it.each([
  [{ checks: {} }, true],
  [{ check: {} }, true],
  [{ serve: { listen: ':9000' } }, true],
  [{ exporters: {} }, true],
  [{ checks: {}, targets: [] }, false],
  [{ server: { port: 80 } }, false],
  [{ target: [] }, false],
  [[], false],
  [null, false],
])('what is meant for hale serve is told by its sections, misspelt ones too: %j', (value, is) => {
  expect(isServeFile(value)).toBe(is)
})

describe('what hale up watches', () => {
  it('is addresses where the command line has some, with every default', async () => {
    const { store, targets } = await readWatched(['https://shop.example/health', 'tcp://db.example:5432'], {})
    expect(targets.map(({ kind, name }) => [kind, name])).toEqual([
      ['health', 'shop.example/health'],
      ['tcp', 'db.example:5432'],
    ])
    expect(store).toBe(`sqlite:${process.cwd()}/hale-data`)
  })

  it('is refused when it is an address of something else, a mix, or not there', async () => {
    await expect(readWatched(['ftp://ada:hunter2@shop.example'], {})).rejects.toThrow(ConfigError)
    await expect(readWatched(['ftp://ada:hunter2@shop.example'], {})).rejects.not.toThrow(/hunter2/)
    await expect(readWatched(['a.yaml', 'http://a.example'], {})).rejects.toThrow(UsageError)
    await expect(readWatched(['a.yaml', 'b.yaml'], {})).rejects.toThrow('Name one file')
    await expect(readWatched(['none.yaml'], {})).rejects.toThrow('There is no none.yaml.')
  })
})
