import { expect, it } from 'vitest'
import { haleFormat } from '../formats/hale.ts'
import { readHealthDocument } from '../formats/read.ts'
import { createFakeClock } from '../testing/fake-clock.ts'
import { createHealth } from './create-health.ts'
import type { Report } from './report.ts'

const readBack = (report: Report, detail = true) =>
  readHealthDocument({ status: 200, body: haleFormat.write(report, { detail }) }).report.announced

it('what an app announces stands in its document and is read back; later fields replace earlier ones', async () => {
  const health = createHealth({ clock: createFakeClock() })
  expect(readBack(await health.report())).toBeUndefined()
  const before = health.version
  health.announce({ deploy: '4711', version: '1.4.2', expectedInstances: 3 })
  health.announce({ expectedInstances: 4, version: undefined as never })
  expect(health.version).toBeGreaterThan(before)
  expect(readBack(await health.report())).toEqual({ deploy: '4711', version: '1.4.2', expectedInstances: 4 })
  expect(readBack(await health.report(), false)).toBeUndefined()
})

it('E9: a drain announces itself', async () => {
  const health = createHealth({ clock: createFakeClock() })
  health.announce({ deploy: '4711' })
  void health.drain()
  expect((await health.probe('ready')).announced).toEqual({ deploy: '4711', draining: true })
})

it('E7: refuses what is not to be announced, and reads nothing else into a document', () => {
  const health = createHealth({ clock: createFakeClock() })
  const wrong = { deploy: 7, version: 'x'.repeat(201), draining: 'soon', expectedInstances: -1, colour: 'red' }
  expect(() => health.announce(wrong as never)).toThrow(
    /announce\.colour: there is no.*deploy: 7 is not text.*version.*draining: "soon" is neither.*expectedInstances: -1/s,
  )
  const announced = { deploy: 7, draining: 'yes', expectedInstances: 2.5, version: 'a\nb' }
  const body = JSON.stringify({ status: 'healthy', at: '2026-01-01T00:00:00Z', announced, checks: {} })
  expect(readHealthDocument({ status: 200, body }).report.announced).toEqual({ version: 'a b' })
})
