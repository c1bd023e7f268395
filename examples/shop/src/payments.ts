// Takes money and writes each payment into a ledger. Its health says whether the ledger can be written.
import { appendFile } from 'node:fs/promises'
import { createServer, type ServerResponse } from 'node:http'
import { join } from 'node:path'
import { createHealth, defineCheck, healthy, unhealthy } from 'hale'
import { disk } from 'hale/checks/disk'
import { eventLoop } from 'hale/checks/event-loop'
import { healthHandler, shutDownOnSignal } from 'hale/http/node'
import { announce } from './announce.ts'
import { listenForFaults } from './faults.ts'
import { healthKey, ports } from './settings.mjs'

const faults = listenForFaults()
/** Made by the shop, and removed by it: this process may be killed. */
const folder = process.env['SHOP_FOLDER'] ?? '.'

async function writeLedger(line: string): Promise<void> {
  const file = faults.has('ledger') ? join(folder, 'no such folder', 'ledger.txt') : join(folder, 'ledger.txt')
  await appendFile(file, line)
}

/** A check of one's own: twenty lines at most. */
const ledger = defineCheck({
  kind: 'ledger',
  scope: 'local',
  async run() {
    try {
      await writeLedger('')
      return healthy()
    } catch {
      return unhealthy(
        'LEDGER_NOT_WRITABLE',
        'The ledger cannot be written, so no payment is taken; is its disk mounted?',
      )
    }
  },
})

const health = createHealth({
  service: { name: 'payments', version: '3.0.1' },
  // Nobody balances load between the shop's replicas, so nobody needs time to notice.
  drainWait: '100ms',
  checks: {
    ledger: { check: ledger, every: '1s', impact: 'fails' },
    disk: disk({ path: folder }),
    'event-loop': eventLoop(),
  },
})
const serveHealth = healthHandler(health, { keys: [healthKey] })

async function pay(response: ServerResponse): Promise<void> {
  try {
    await writeLedger(`${new Date().toISOString()} paid\n`)
    response.end('{"paid":true}')
  } catch {
    response.writeHead(500).end('{"paid":false}')
  }
}

const server = createServer((request, response) => {
  void faults.delay().then(() => serveHealth(request, response, () => void pay(response)))
})
announce(server.listen(ports.payments, '127.0.0.1'))

shutDownOnSignal(health, server)
