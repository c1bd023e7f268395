import type { Condition } from '../core/condition.ts'
import { formatBytes } from '../core/figures.ts'
import { parseAmount, toBytes, unitProblem, type Amount } from '../checks/support/amount.ts'
import { measureMemory } from '../checks/support/memory-use.ts'
import { levelCondition, type Level } from './support/level.ts'

export type MemoryOptions = Level<Amount>

/**
 * Holds while the memory in use is above or below a level: a share of the limit (`80%`) or bytes (`2GB`, a number from 1024 on). The limit is the
 * container's where there is one, else the machine's memory, as with the check `memory`.
 *
 * @throws {HealthSetupError} when there is no level, or it is no amount.
 */
export function memory(options: MemoryOptions): Condition {
  return levelCondition({
    name: 'the memory in use',
    level: options,
    problem: (limit) =>
      parseAmount(limit) === undefined
        ? (unitProblem(limit) ?? `${JSON.stringify(limit)} is neither a share such as "80%" nor bytes such as "2GB"`)
        : undefined,
    async measure({ above, below }) {
      const { limit, used } = await measureMemory()
      const bytes = (amount: Amount | undefined): number | undefined => {
        const read = parseAmount(amount)
        return read && toBytes(read, limit)
      }
      const [least, most] = [bytes(above), bytes(below)]
      return {
        value: used,
        ...(least === undefined ? {} : { above: least }),
        ...(most === undefined ? {} : { below: most }),
      }
    },
    show: formatBytes,
  })
}
