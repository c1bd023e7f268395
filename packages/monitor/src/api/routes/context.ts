import type { FastifyBaseLogger } from 'fastify'
import type { Clock } from 'hale'
import type { Picture } from '../../live/picture.ts'
import type { Store } from '../../store/store.ts'
import type { Access } from '../access/access.ts'
import type { Reach } from '../access/browser.ts'

/** What routes are made of. */
export interface RouteContext {
  readonly picture: Picture
  readonly history: Store['history']
  readonly access: Access
  readonly reach: Reach
  /** Name of the session's cookie. */
  readonly cookie: string
  readonly clock: Clock
  readonly log: FastifyBaseLogger
  /** Has a target probed at once. False: it is not watched here. */
  readonly probeNow: ((targetId: string) => boolean | Promise<boolean>) | undefined
}
