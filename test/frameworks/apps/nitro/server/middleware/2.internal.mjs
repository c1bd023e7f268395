import { healthMiddleware } from 'hale/http/h3'
import { CONFORMANCE_KEY, conformanceHealth } from 'hale/testing'
import { defineHandler } from 'nitro/h3'

export default defineHandler(
  healthMiddleware(conformanceHealth(), { keys: [CONFORMANCE_KEY], basePath: '/internal/health' }),
)
