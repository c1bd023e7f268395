import { checkGroups, checkValues } from '@hale/contract'
import { z } from 'zod'
import { checkType, localType, type CheckType } from './check-type.ts'

const { long, share, short, url } = checkValues
const { amounts, shares, times } = checkGroups

/** What looks at this machine, this container and the other processes in it. */
export const MACHINE_TYPES: Readonly<Record<string, CheckType>> = {
  disk: localType(
    z.strictObject({
      path: long.optional(),
      ...amounts,
      inodesDegraded: share.optional(),
      inodesUnhealthy: share.optional(),
    }),
    async (options) => (await import('hale/checks/disk')).disk(options),
  ),
  memory: localType(z.strictObject(amounts), async (options) => (await import('hale/checks/memory')).memory(options)),
  'event-loop': localType(
    z.strictObject({ ...times, utilisationDegraded: share.optional(), utilisationUnhealthy: share.optional() }),
    async (options) => (await import('hale/checks/event-loop')).eventLoop(options),
  ),
  load: localType(
    z.strictObject({
      degraded: z.number().optional(),
      unhealthy: z.number().optional(),
      minutes: z.literal([1, 5, 15]).optional(),
    }),
    async (options) => (await import('hale/checks/load')).load(options),
  ),
  'cpu-throttling': localType(z.strictObject(shares), async (options) =>
    (await import('hale/checks/cpu-throttling')).cpuThrottling(options),
  ),
  'clock-skew': checkType(z.strictObject({ url, ...times }), async ({ url: source, ...options }) =>
    (await import('hale/checks/clock-skew')).clockSkew({ source, ...options }),
  ),
  'writable-path': localType(z.strictObject({ path: long, ...times }), async (options) =>
    (await import('hale/checks/writable-path')).writablePath(options),
  ),
  'process-alive': localType(
    z.strictObject({
      pid: z.int().min(1).optional(),
      pidFile: long.optional(),
      name: short.optional(),
      atLeast: z.int().min(1).optional(),
    }),
    async (options) => (await import('hale/checks/process-alive')).processAlive(options),
  ),
}
