// Starts the shop's four services, each a process of its own, and listens for orders to break and mend them.
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ports, services } from './settings.mjs'

/** What can be done to a service, as `npm run shop:break -- SERVICE [HOW]` says it. */
const BREAKS: Readonly<Record<string, string>> = {
  stop: 'its process is killed: connections are refused',
  freeze: 'its process is stopped in the middle: connections are made, nothing answers',
  ledger: 'payments cannot write its ledger any more',
  slow: 'every answer takes 700 ms longer',
}

/** What a service keeps. */
const folder = mkdtempSync(join(tmpdir(), 'hale-shop-'))
process.on('exit', () => rmSync(folder, { recursive: true, force: true }))

const running = new Map<string, ChildProcess>()
/** What does not serve yet after the start. */
const awaited = new Set([...services, 'control'])
let stopping = false

function start(name: string): ChildProcess {
  const script = new URL(`./${name}.ts`, import.meta.url).pathname
  const child = spawn(process.execPath, [script], {
    env: { ...process.env, SHOP_FOLDER: folder },
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  })
  running.set(name, child)
  child.once('message', () => serves(name))
  child.on('exit', (code) => {
    if (running.get(name) === child) running.delete(name)
    if (stopping || code === null || code === 0) return
    console.error(`The shop's ${name} ended with code ${code}.`)
    // A shop that is not whole from the start is no example; what ends later can be mended.
    if (awaited.size > 0) fail()
  })
  return child
}

/** Whoever started the shop is told once all of it serves. */
function serves(name: string): void {
  if (awaited.delete(name) && awaited.size === 0) process.send?.('listening')
}

/** One after the other: a service that asks another at once must not find it missing because it has not started yet. */
async function startAll(): Promise<void> {
  for (const name of services) {
    if (stopping) return
    const child = start(name)
    await Promise.race([once(child, 'message'), once(child, 'exit')])
  }
}

function fail(): void {
  process.exitCode = 1
  stop()
}

async function breakIt(name: string, how: string): Promise<string> {
  const child = running.get(name)
  if (child === undefined) return `${name} is stopped already; npm run shop:mend -- ${name}`
  if (how === 'stop') {
    child.kill('SIGKILL')
    await once(child, 'exit')
  } else if (how === 'freeze') {
    child.kill('SIGSTOP')
  } else {
    child.send({ break: how })
  }
  return `${name} is broken: ${BREAKS[how]}`
}

function mend(name: string): string {
  const child = running.get(name)
  if (child === undefined) {
    start(name)
  } else {
    child.kill('SIGCONT')
    child.send({ mend: true })
  }
  return `${name} is mended`
}

/** `POST /payments/break/freeze`, `POST /payments/mend`; the answer is one line of text. */
const control = createServer((request, response) => {
  const [name = '', verb, how = 'stop'] = (request.url ?? '').slice(1).split('/')
  const answer = (status: number, text: string): void => void response.writeHead(status).end(`${text}\n`)
  if (request.method !== 'POST') return answer(405, 'POST only')
  if (!services.includes(name)) return answer(404, `There is no ${name}; there are ${services.join(', ')}.`)
  if (verb === 'mend') return answer(200, mend(name))
  if (verb !== 'break' || BREAKS[how] === undefined) {
    return answer(404, `Cannot ${verb} ${how}; ways to break: ${Object.keys(BREAKS).join(', ')}.`)
  }
  if (how === 'ledger' && name !== 'payments') return answer(404, 'Only payments has a ledger.')
  breakIt(name, how).then(
    (text) => answer(200, text),
    (error: unknown) => answer(500, String(error)),
  )
})

function stop(): void {
  if (stopping) return
  stopping = true
  control.close()
  // A frozen process hears nothing, not even that it shall end.
  for (const child of running.values()) {
    child.kill('SIGCONT')
    child.kill('SIGTERM')
  }
}

process.on('SIGINT', stop)
process.on('SIGTERM', stop)
process.on('disconnect', stop)
process.channel?.unref()

control.once('error', (error) => {
  console.error(`The shop's control port: ${error.message}`)
  fail()
})
control.listen(ports.control, '127.0.0.1', () => serves('control'))
void startAll()
