import { describe } from 'vitest'
import type { MakePlace } from './conformance/stage.ts'
import { historyConformance } from './conformance/history.ts'
import { leaseConformance } from './conformance/leases.ts'
import { outboxConformance } from './conformance/outbox.ts'
import { rosterConformance } from './conformance/roster.ts'
import { tickConformance } from './conformance/ticks.ts'

/** What every store must do, whatever keeps its data. No test in it names a back end. */
export function storeConformance(name: string, makePlace: MakePlace): void {
  describe(`store: ${name}`, () => {
    describe('leases', () => {
      leaseConformance(makePlace)
    })
    describe('ticks', () => {
      tickConformance(makePlace)
    })
    describe('outbox', () => {
      outboxConformance(makePlace)
    })
    describe('roster', () => {
      rosterConformance(makePlace)
    })
    describe('history', () => {
      historyConformance(makePlace)
    })
  })
}
