import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import { playOutage } from './outage.ts'

it('E17: with impact "fails" the outage of a shared dependency empties the balancer', async () => {
  const { before, during } = await playOutage('fails')
  expect(before).toEqual({ ready: 3, catalogue: [200, 200, 200] })
  expect(during).toEqual({ ready: 0, catalogue: [503, 503, 503] })
})

it.each([undefined, 'degrades', 'informs'] as const)(
  'E17: with %s (undefined: the default) it does not',
  async (impact) => {
    const { before, during } = await playOutage(impact)
    expect(before).toEqual({ ready: 3, catalogue: [200, 200, 200] })
    expect(during).toEqual({ ready: 3, catalogue: [200, 200, 200] })
  },
)

it('runs as the docs say', () => {
  const main = fileURLToPath(new URL('./main.ts', import.meta.url))
  const { status, stdout } = spawnSync(process.execPath, [main], { encoding: 'utf8' })
  expect(status).toBe(0)
  expect(stdout).toContain('database down: 0 of 3 ready, customers got 503, 503, 503')
  expect(stdout).toContain('database down: 3 of 3 ready, customers got 200, 200, 200')
})
