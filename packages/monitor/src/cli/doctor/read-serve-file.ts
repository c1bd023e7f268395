import { parseDuration } from 'hale'
import type { KnownCheck } from 'hale/doctor'
import { parse } from 'yaml'
import { z } from 'zod'
import type { FileFacts } from './file-facts.ts'

const serveFile = z.object({
  checks: z.record(
    z.string(),
    z.object({
      type: z.string(),
      impact: z.enum(['fails', 'degrades', 'informs']).optional().catch(undefined),
      timeout: z.unknown().optional(),
      probes: z
        .array(z.enum(['live', 'ready', 'startup']))
        .optional()
        .catch(undefined),
    }),
  ),
})

/** The checks of a file for `hale serve`; undefined when it is none. */
export function readServeFile(text: string, where: string): FileFacts | undefined {
  if (!/^checks:/m.test(text)) return undefined
  const { data } = serveFile.safeParse(parse(text, { merge: true }))
  if (data === undefined) return undefined
  return {
    checks: Object.entries(data.checks).map(([name, { impact, probes, timeout, type }]): KnownCheck => {
      const timeoutMs = parseDuration(timeout)
      return {
        name,
        kind: type,
        where,
        ...(impact === undefined ? {} : { impact }),
        ...(probes === undefined ? {} : { probes }),
        ...(timeoutMs === undefined ? {} : { timeoutMs }),
      }
    }),
  }
}
