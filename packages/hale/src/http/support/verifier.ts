import type { Clock, Timer } from '../../core/clock.ts'
import type { Logger } from '../../core/logger.ts'
import type { HandlerRequest } from './request.ts'
import { TIERS, type Tier } from './tier.ts'

/** Says who brings this request, by a token or a session. */
export type Verifier = (request: HandlerRequest) => Tier | Promise<Tier>

const LIMIT_MS = 2_000
const LATE = Symbol('late')

/** The verifier's word, and `public` when it throws, says something else or takes too long. Never rejects. */
export async function askVerifier(
  verify: Verifier,
  request: HandlerRequest,
  clock: Clock,
  logger: Logger,
): Promise<Tier> {
  let timer: Timer | undefined
  const late = new Promise<typeof LATE>((resolve) => {
    timer = clock.after(LIMIT_MS, () => resolve(LATE))
  })
  try {
    const tier = await Promise.race([verify(request), late])
    if (tier === LATE) throw new Error(`it gave no answer within ${LIMIT_MS / 1_000} s`)
    if (!TIERS.includes(tier)) throw new TypeError(`it gave ${typeof tier}, none of ${TIERS.join(', ')}`)
    return tier
  } catch (error) {
    logger.error('access.verify let nobody in', error)
  } finally {
    timer?.cancel()
  }
  return 'public'
}
