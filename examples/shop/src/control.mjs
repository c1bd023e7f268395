// `npm run shop:break -- payments [stop|freeze|slow|ledger]` and `npm run shop:mend -- payments`.
import { ports } from './settings.mjs'

const [verb, service, how = 'stop'] = process.argv.slice(2)
if (service === undefined) {
  console.error(`Usage: npm run shop:${verb} -- SERVICE${verb === 'break' ? ' [stop|freeze|slow|ledger]' : ''}`)
  process.exit(2)
}
const path = verb === 'break' ? `${service}/break/${how}` : `${service}/mend`
try {
  const response = await fetch(`http://127.0.0.1:${ports.control}/${path}`, { method: 'POST' })
  process.stdout.write(await response.text())
  process.exitCode = response.ok ? 0 : 1
} catch {
  console.error('The shop is not running; `npm start` starts it.')
  process.exitCode = 1
}
