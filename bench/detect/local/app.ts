// An app with one check of its own process, machine or network, in a process that `unshare` gave a file system and a network.
// What is written over the IPC channel: 'bring' brings its fault about, 'mend' ends it.
import { createServer } from 'node:http'
import { createHealth } from 'hale'
import { healthHandler } from 'hale/http/node'
import type { Mend } from '../../../packages/hale/test/subjects/subject.ts'
import { KEY, POLICY } from '../contender.ts'
import { LOCAL_FAULTS } from './all.ts'
import { mountOwn } from './files.ts'
import { raiseOwn } from './network.ts'

const [number, folder = '', socket] = process.argv.slice(2)
const fault = LOCAL_FAULTS[Number(number)]
if (fault === undefined) throw new Error(`There is no fault number ${number}.`)
await mountOwn(folder)
await raiseOwn()
const { bring, check, end } = await fault.open(folder)
const health = createHealth({ checks: { subject: { ...check, defaults: POLICY } }, logger: { error() {} } })
createServer(healthHandler(health, { keys: [KEY] })).listen(socket, () => process.send?.('listening'))

let mend: Mend | undefined
process.on('message', (word) => {
  void (async () => {
    if (word === 'bring') mend = await bring()
    else await mend?.()
    process.send?.(word)
  })()
})
process.on('disconnect', () => {
  end?.()
  process.exit(0)
})
