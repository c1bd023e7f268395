import { spawnSync } from 'node:child_process'
import { chmodSync, closeSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { open, type FileHandle } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, describe, expect, it, vi } from 'vitest'
import { makeFolder } from '../../../../test/harness/folder.ts'
import { asker, askOnce } from '../../../../test/harness/ask.ts'
import { checkConformance } from '../testing/check-conformance.ts'
import { writablePath } from './writable-path.ts'

const folder = makeFolder('writable')
const file = join(folder, 'file')
writeFileSync(file, '')
afterAll(() => rmSync(folder, { recursive: true }))

type Read = FileHandle['read']

describe('writablePath', () => {
  it.each(
    checkConformance({
      name: 'writable-path',
      timeout: '10s',
      healthy: () => writablePath({ path: folder }),
      broken: () => writablePath({ path: join(folder, 'not-there') }),
    }),
  )('$name', async ({ run }) => {
    await expect(run()).resolves.toBeUndefined()
  })

  it('is local, and leaves no file behind', async () => {
    const check = writablePath({ path: folder })
    expect(check).toMatchObject({ kind: 'writable-path', scope: 'local', defaults: { every: '30s' } })
    const ask = asker(check, 10_000)
    for (let i = 0; i < 3; i++)
      expect((await ask()).value).toMatchObject({ status: 'healthy', observed: { unit: 'ms' } })
    expect(readdirSync(folder)).toEqual(['file'])
  })

  it('leaves no file behind when closing it fails, as on a network drive that writes late', async () => {
    const before = readdirSync(folder)
    await using any = await open(file)
    const handles = Object.getPrototypeOf(any) as FileHandle
    const read: unknown = Reflect.get(handles, 'read')
    const reading = vi.spyOn(handles, 'read').mockImplementation(async function (
      this: FileHandle,
      ...given: unknown[]
    ) {
      const answer: unknown = await Reflect.apply(read as Read, this, given)
      closeSync(this.fd) // closing it once more is an error of the system's
      return answer as Awaited<ReturnType<Read>>
    })
    const result = await askOnce(writablePath({ path: folder }), 10_000)
    reading.mockRestore()
    expect(result).toMatchObject({
      code: 'NOT_WRITABLE',
      message: expect.stringContaining('(EBADF). Check the device.'),
    })
    expect(readdirSync(folder)).toEqual(before)
  })

  it.each([
    [
      'that is not there',
      () => join(folder, 'not-there'),
      /\(ENOENT\)\. The folder is not there: see whether it is mounted\./,
    ],
    ['that is a file', () => file, /\(ENOTDIR\)\. It is a file and not a folder\./],
    ['in which nobody can make files', () => '/proc/self', /^Nothing can be written to \/proc\/self \(\w+\)\. /],
  ])('says what is wrong with a path %s', async (_, path, message) => {
    const result = await askOnce(writablePath({ path: path() }), 10_000)
    expect(result).toMatchObject({ status: 'unhealthy', code: 'NOT_WRITABLE' })
    expect(result.message).toMatch(message)
  })

  it('sees missing rights', () => {
    const closed = join(folder, 'closed')
    mkdirSync(closed)
    chmodSync(folder, 0o755)
    chmodSync(closed, 0o555)
    const script = `
      import { writablePath } from ${JSON.stringify(new URL('./writable-path.ts', import.meta.url).href)}
      import { systemClock } from ${JSON.stringify(new URL('../core/clock.ts', import.meta.url).href)}
      process.geteuid() === 0 && process.seteuid(65534) // as root everything may be written
      const context = { clock: systemClock, signal: new AbortController().signal, timeoutMs: 10_000 }
      console.log((await writablePath({ path: ${JSON.stringify(closed)} }).run(context)).message)`
    const { stdout } = spawnSync(process.execPath, ['--input-type=module-typescript', '-e', script], {
      encoding: 'utf8',
    })
    expect(stdout).toContain('(EACCES). Give the user of this process the right to write there.')
  })

  it('judges the time, and refuses what cannot work', async () => {
    expect(await askOnce(writablePath({ path: folder, degraded: 0 }), 10_000)).toMatchObject({ code: 'SLOW' })
    expect(() => writablePath({ path: '', unhealthy: 'soon' })).toThrow(/path: "" is not.*\n.*unhealthy: "soon"/)
  })
})
