#!/usr/bin/env node
// For Docker's HEALTHCHECK and the exec probes of Kubernetes. Loads no more than it needs, so that it starts quickly.
import { ask } from './ask.ts'
import { readProbeArguments, USAGE } from './probe-arguments.ts'

const given = readProbeArguments(process.argv.slice(2), process.env['HALE_KEY'])
if (typeof given === 'string') {
  console.error(`hale-probe: ${given}\n${USAGE}`)
  process.exitCode = 2
} else {
  const { isHealthy, line } = await ask(given)
  console.log(line)
  process.exitCode = isHealthy ? 0 : 1
}
