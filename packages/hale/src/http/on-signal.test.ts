import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { expect, it } from 'vitest'

const here = (file: string): string => JSON.stringify(new URL(file, import.meta.url).href)

/** A process that serves, is told to end twice, and says what it does. */
async function run(last: string): Promise<{ code: number | null; stdout: string; stderr: string }> {
  const script = `
    import { createServer } from 'node:http'
    import { createHealth } from ${here('../core/create-health.ts')}
    import { shutDownOnSignal } from ${here('./on-signal.ts')}
    const health = createHealth({ drainWait: '50ms' })
    const server = createServer().listen(0, '127.0.0.1', () => console.log('up'))
    shutDownOnSignal(health, server, { last: () => { console.log('last', server.listening); ${last} } })`
  const child = spawn(process.execPath, ['--input-type=module-typescript', '-e', script])
  let [stdout, stderr] = ['', '']
  child.stdout.on('data', (chunk: Buffer) => {
    if (stdout === '') for (const signal of ['SIGTERM', 'SIGINT'] as const) child.kill(signal)
    stdout += chunk.toString()
  })
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()))
  const [code] = (await once(child, 'close')) as [number | null]
  return { code, stdout, stderr }
}

it('E9: ends the process after the last work, which is done once, with code 0', async () => {
  expect(await run('')).toEqual({ code: 0, stdout: 'up\nlast false\n', stderr: '' })
})

it('says what failed, and ends with code 1', async () => {
  const { code, stderr, stdout } = await run("throw new Error('the pool hangs')")
  expect([code, stdout]).toEqual([1, 'up\nlast false\n'])
  expect(stderr).toContain('The shutdown failed: Error: the pool hangs')
})
