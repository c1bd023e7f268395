import { describe, expect, it } from 'vitest'
import { ConfigError } from '../config/problem.ts'
import { readWatched } from './config-file.ts'
import { UsageError } from './usage.ts'

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
