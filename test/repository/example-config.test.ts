import { expect, it } from 'vitest'
import { EXAMPLE_CONFIG } from '../../packages/dashboard/src/overview/example-config.ts'
import { channelSchemas } from '../../packages/monitor/src/channels/index.ts'
import { parseConfig } from '../../packages/monitor/src/config/parse-config.ts'

it('the example on the empty page is a whole configuration, in three lines', () => {
  expect(EXAMPLE_CONFIG.split('\n')).toHaveLength(3)
  expect(parseConfig(EXAMPLE_CONFIG, { file: 'hale.yaml', env: {}, channelSchemas }).targets).toMatchObject([
    { name: 'my service', kind: 'health', address: 'http://127.0.0.1:3000/health' },
  ])
})
