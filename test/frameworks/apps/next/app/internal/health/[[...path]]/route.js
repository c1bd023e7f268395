import { healthRoute } from 'hale/http/next'
import { CONFORMANCE_KEY, conformanceHealth } from 'hale/testing'

export const { GET, HEAD, OPTIONS, POST, PUT, PATCH, DELETE } = healthRoute(conformanceHealth(), {
  keys: [CONFORMANCE_KEY],
  basePath: '/internal/health',
})
export const dynamic = 'force-dynamic'
