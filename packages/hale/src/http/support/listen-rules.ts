import { isFilled, isWhole, optional, type Rules } from '../../core/rules.ts'

/** Where a server listens. */
export const LISTEN_RULES: Rules<{ readonly port?: number; readonly host?: string }> = {
  port: optional('a port from 0 to 65535', (port) => isWhole(port, 0, 65_535)),
  host: optional('a name or address', isFilled),
}
