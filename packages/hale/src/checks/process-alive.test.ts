import { execFile, spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { copyFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, afterEach, describe, expect, it } from 'vitest'
import { makeFolder } from '../../../../test/harness/folder.ts'
import { askOnce } from '../../../../test/harness/ask.ts'
import { HealthSetupError } from '../core/misuse.ts'
import { checkConformance } from '../testing/check-conformance.ts'
import { processAlive } from './process-alive.ts'

const folder = makeFolder('alive')
afterAll(() => rmSync(folder, { recursive: true }))
const children: ChildProcess[] = []
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL')
})

async function start(program: string): Promise<ChildProcess & { readonly pid: number }> {
  const child = spawn(program, ['60'])
  children.push(child)
  await once(child, 'spawn')
  return child as ChildProcess & { readonly pid: number }
}

/** A program with a name that nobody else's has. */
function programCalled(name: string): string {
  const path = join(folder, name)
  copyFileSync('/bin/sleep', path)
  return path
}

function pidFile(text: string): string {
  const path = join(folder, 'some.pid')
  writeFileSync(path, text)
  return path
}

async function end(child: ChildProcess): Promise<void> {
  child.kill('SIGKILL')
  await once(child, 'exit')
}

describe('processAlive', () => {
  it.each(
    checkConformance({
      name: 'process-alive',
      healthy: () => processAlive({ pid: process.pid }),
      broken: () => processAlive({ pidFile: join(folder, 'not-there.pid') }),
    }),
  )('$name', async ({ run }) => {
    await expect(run()).resolves.toBeUndefined()
  })

  it('by its number: lives, and lives no more', async () => {
    const child = await start('/bin/sleep')
    const check = processAlive({ pid: child.pid })
    expect(check).toMatchObject({ kind: 'process-alive', scope: 'local' })
    expect(await askOnce(check)).toMatchObject({ status: 'healthy', observed: { value: 1, unit: 'processes' } })
    await end(child)
    expect(await askOnce(check)).toMatchObject({
      status: 'unhealthy',
      code: 'PROCESS_MISSING',
      message: `No process with the number ${child.pid} lives. Start it, and see its log for why it ended.`,
    })
  })

  it('by a file: reads it anew each time, and says what is wrong with it', async () => {
    const child = await start('/bin/sleep')
    const path = pidFile(`${child.pid}\n`)
    const check = processAlive({ pidFile: path })
    expect((await askOnce(check)).status).toBe('healthy')
    for (const wrong of ['', 'nginx', '-1', '99999999999', '0']) {
      pidFile(wrong)
      expect(await askOnce(check)).toMatchObject({
        code: 'PROCESS_MISSING',
        message: `${path} does not begin with the number of a process. Start what is to write it, or correct the path.`,
      })
    }
    expect((await askOnce(processAlive({ pidFile: join(folder, 'no.pid') }))).message).toContain(
      'cannot be read (ENOENT)',
    )
  })

  it.each(['short', 'long, of more than 15 characters'])('by its name, which is %s: counts those', async (length) => {
    // Nobody else's: other tests may run on this machine.
    const name = length === 'short' ? `hale-${process.pid}x` : `hale-with-a-long-name-${process.pid}x`
    const program = programCalled(name)
    const [one, two] = [await start(program), await start(program)]
    expect(await askOnce(processAlive({ name, atLeast: 2 }))).toMatchObject({
      status: 'healthy',
      observed: { value: 2 },
      message: `2 processes called ${name} live.`,
    })
    await end(one)
    expect(await askOnce(processAlive({ name, atLeast: 2 }))).toMatchObject({
      status: 'unhealthy',
      message: `Only 1 of 2 processes called ${name} live. Start it, and see its log for why it ended.`,
    })
    await end(two)
    expect((await askOnce(processAlive({ name }))).observed?.value).toBe(0)
    // Not by a part of its name.
    await start(program)
    expect((await askOnce(processAlive({ name: name.slice(0, -1) }))).observed?.value).toBe(0)
  })

  it('a zombie does not live', async () => {
    // A shell that never takes note of its child's end, and says its number.
    const parent = spawn('sh', ['-c', 'sleep 0 & echo $!; exec sleep 60'])
    children.push(parent)
    const [line] = (await once(parent.stdout, 'data')) as [Buffer]
    const check = processAlive({ pid: Number(line.toString()) })
    await expect.poll(async () => (await askOnce(check)).status).toBe('unhealthy')
  })

  it.each([
    ['are few', 12, { status: 'healthy', observed: { value: 20 } }],
    ['are none', 0, { status: 'unknown', code: 'CHECK_THREW', message: expect.stringContaining('(EMFILE)') }],
  ])('by its name: takes no process for missing when files to look with %s', async (_, free, expected) => {
    const name = `hale-crowd-${free}`
    const program = programCalled(name)
    await Promise.all(Array.from({ length: 20 }, () => start(program)))
    const script = `
      import { openSync, closeSync } from 'node:fs'
      import { processAlive } from ${JSON.stringify(new URL('./process-alive.ts', import.meta.url).href)}
      const open = []
      try { for (;;) open.push(openSync('/dev/null')) } catch {}
      for (const each of open.slice(0, ${free})) closeSync(each)
      const found = await processAlive({ name: ${JSON.stringify(name)}, atLeast: 20 }).run({})
      for (const each of open.slice(${free})) closeSync(each)
      console.log(JSON.stringify(found))`
    const node = ['ulimit -n 100; exec "$0" --input-type=module-typescript -e "$1"', process.execPath, script]
    const { stdout } = await promisify(execFile)('sh', ['-c', ...node])
    expect(JSON.parse(stdout)).toMatchObject(expected)
  })

  it('refuses what cannot work, all at once', () => {
    expect(() => processAlive({})).toThrow(HealthSetupError)
    expect(() => processAlive({ pid: 1, name: 'a' })).toThrow('give one of pid, pidFile and name')
    expect(() => processAlive({ name: '/usr/bin/x', atLeast: 0 })).toThrow(
      /name: "\/usr\/bin\/x" is not.*\n.*atLeast: 0/,
    )
    expect(() => processAlive({ pid: -1 })).toThrow('-1 is not the number of a process')
  })
})
