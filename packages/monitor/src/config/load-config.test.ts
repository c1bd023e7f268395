import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { loadConfig } from './load-config.ts'
import { ConfigError } from './problem.ts'

describe('loadConfig', () => {
  let folder = ''
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'hale-config-'))
  })
  afterAll(() => rm(folder, { recursive: true }))

  const write = async (text: string): Promise<string> => {
    const file = join(folder, 'hale.yaml')
    await writeFile(file, text)
    return file
  }

  it('reads a file; its folder is where relative paths begin', async () => {
    const file = await write('store: ../data\nserver: { host: "${HOST}" }\ntargets: [http://127.0.0.1:1/]')
    const config = await loadConfig(file, { HOST: '127.0.0.2' })
    expect(config).toMatchObject({ store: `sqlite:${join(folder, '../data')}`, server: { host: '127.0.0.2' } })
    expect(config.channels).toEqual([{ name: 'console', kind: 'console', options: {} }])
  })

  it('names the file in problems', async () => {
    const file = await write('targets: 5')
    await expect(loadConfig(file, {})).rejects.toThrow(`${file}:1:10  targets: is a number, not a list`)
  })

  it('S9: refuses a file that is too large', async () => {
    const file = await write('#'.repeat(5 * 1024 * 1024 + 1))
    await expect(loadConfig(file, {})).rejects.toThrow(ConfigError)
  })

  it('leaves a file that is not there to the caller', async () => {
    await expect(loadConfig(join(folder, 'none.yaml'), {})).rejects.toMatchObject({ code: 'ENOENT' })
  })
})
