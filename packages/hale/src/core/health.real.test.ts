import { spawnSync } from 'node:child_process'
import { describe, expect, it } from 'vitest'

const index = new URL('../index.ts', import.meta.url).href

/** Runs a script in a process of its own, with the library at hand, and gives back what it prints as JSON. */
function inProcess(script: string): unknown {
  const source = `import * as hale from ${JSON.stringify(index)}\n${script}`
  const args = ['--expose-gc', '--input-type=module', '--eval', source]
  const { status, stderr, stdout } = spawnSync(process.execPath, args, { encoding: 'utf8', timeout: 120_000 })
  if (status !== 0) throw new Error(`the process ended with ${status}: ${stderr}`)
  return JSON.parse(stdout)
}

const retained = (each: string, times: number): number =>
  inProcess(`
    const each = ${each}
    const heap = async () => {
      for (let i = 0; i < 5; i++) { await new Promise((resolve) => setImmediate(resolve)); gc() }
      return process.memoryUsage().heapUsed
    }
    for (let i = 0; i < 500; i++) await each()
    const before = await heap()
    for (let i = 0; i < ${times}; i++) await each()
    console.log((await heap()) - before)
  `) as number

const MEGABYTE = 1_048_576

describe('a process that uses hale', () => {
  it.each([
    ['at once', '() => ({ status: "healthy" })'],
    ['by a promise', 'async () => ({ status: "healthy" })'],
    [
      'with its signal in use',
      'async ({ signal }) => { signal.addEventListener("abort", () => 1); return { status: "healthy" } }',
    ],
  ])('E15: 20,000 checks that answer %s with a 60 s timeout retain less than 1 MB', (_, check) => {
    const runs = retained(
      `(() => {
        const runner = hale.createRunner({ name: 'a', timeoutMs: 60_000, clock: hale.systemClock, run: ${check} })
        return () => runner.run()
      })()`,
      20_000,
    )
    expect(runs).toBeLessThan(MEGABYTE)
  })

  it('E15: 20,000 registries that were asked and closed retain less than 1 MB', () => {
    const registries = retained(
      `async () => {
        await using health = hale.createHealth({ checks: { a: { check: async () => ({ status: 'healthy' }), timeout: '60s' } } })
        health.on('transition', () => undefined)
        await health.report()
      }`,
      20_000,
    )
    expect(registries).toBeLessThan(MEGABYTE)
  })

  it('E15: idle timers do not keep it alive, neither between runs nor while a run hangs', () => {
    const ended = inProcess(`
      const health = hale.createHealth({
        drainWait: '1h',
        checks: {
          idle: { check: () => ({ status: 'healthy' }), every: '1h' },
          hung: { check: () => new Promise(() => {}), every: '1h', timeout: '1h' },
        },
      })
      void health.report()
      void health.drain()
      process.on('exit', () => console.log('true'))
    `)
    expect(ended).toBe(true)
  })
})
