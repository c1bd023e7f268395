import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createHealth } from '../core/create-health.ts'
import type { Health } from '../core/health.ts'
import { scriptedCheck } from '../testing/scripted-check.ts'
import { createDogstatsdExporter } from './dogstatsd.ts'

/**
 * A strict reader of one line, after https://docs.datadoghq.com/developers/dogstatsd/datagram_shell/: it refuses what the
 * agent would refuse or take for something else.
 */
function readLine(line: Buffer): Record<string, unknown> {
  const text = line.toString()
  if (text.startsWith('_e{')) return readEvent(line)
  const fields = text.split('|')
  const tags =
    fields
      .find((field) => field.startsWith('#'))
      ?.slice(1)
      .split(',') ?? []
  if (!tags.every((tag) => /^[\w./-]+:[^\s,|]+$/.test(tag))) throw new Error(`tags of ${text}`)
  if (fields[0] === '_sc') {
    const [, name = '', status = '', ...rest] = fields
    if (!/^[\w.]+$/.test(name) || !/^[0-3]$/.test(status)) throw new Error(`service check ${text}`)
    const message = rest.at(-1)?.startsWith('m:') === true ? rest.pop()?.slice(2) : undefined
    if (!rest.every((field) => /^(?:d:\d{10}|#.*)$/.test(field))) throw new Error(`service check ${text}`)
    return { type: 'check', name, status: Number(status), tags, message }
  }
  const [, name, value, type] = /^([A-Za-z][\w.]*):(-?\d+(?:\.\d+)?)\|(g|c|d)(?:\|#[^|]*)?$/.exec(text) ?? []
  if (name === undefined) throw new Error(`metric ${text}`)
  return { type, name, value: Number(value), tags }
}

/** Title and text by their lengths in bytes. */
function readEvent(line: Buffer): Record<string, unknown> {
  const [head = '', titleBytes = 0, textBytes = 0] = /^_e\{(\d+),(\d+)\}:/.exec(line.toString('latin1')) ?? []
  const titleEnd = head.length + Number(titleBytes)
  const textEnd = titleEnd + 1 + Number(textBytes)
  const title = line.subarray(head.length, titleEnd).toString()
  const text = line.subarray(titleEnd + 1, textEnd).toString()
  const rest = line.subarray(textEnd).toString()
  if (!/^\|d:\d{10}\|k:[\w.-]+\|t:(?:error|warning|success|info)(?:\|#[^|]+)?$/.test(rest))
    throw new Error(`event ${rest}`)
  return { type: 'event', title, text, alert: /\|t:(\w+)/.exec(rest)?.[1] }
}

const readAll = (packets: readonly Buffer[]): Record<string, unknown>[] =>
  packets.flatMap((packet) =>
    packet
      .toString('latin1')
      .split('\n')
      .map((line) => readLine(Buffer.from(line, 'latin1'))),
  )

function failing(message: string): Health {
  return createHealth({ checks: { db: scriptedCheck([{ status: 'unhealthy', code: 'AUTH_FAILED', message }]) } })
}

/** What an exporter tells a UDP socket of one failing check: until its last line has come. */
async function toldOverUdp(message: string): Promise<Record<string, unknown>[]> {
  const agent = createSocket('udp4')
  agent.bind(0, '127.0.0.1')
  await once(agent, 'listening')
  const packets: Buffer[] = []
  const allCame = new Promise<void>((resolve) => {
    agent.on('message', (packet) => {
      packets.push(packet)
      if (packet.includes('_sc|hale.check.status')) resolve()
    })
  })
  await using health = failing(message)
  const exporter = createDogstatsdExporter(health, { port: agent.address().port, tags: { env: 'prod' } })
  await health.report()
  await exporter.close()
  await allCame
  agent.close()
  return readAll(packets)
}

describe('the DogStatsD exporter', () => {
  it('tells of service checks, gauges, distributions, counts and events over UDP', async () => {
    const told = await toldOverUdp('Access denied.\nSee m:1 | m:2')
    expect(told).toEqual(
      expect.arrayContaining([
        {
          type: 'd',
          name: 'hale.check.duration',
          value: expect.any(Number),
          tags: ['check:db', 'kind:scripted', 'status:unhealthy', 'env:prod'],
        },
        {
          type: 'c',
          name: 'hale.check.transitions',
          value: 1,
          tags: ['check:db', 'from:unknown', 'to:unhealthy', 'env:prod'],
        },
        { type: 'g', name: 'hale.check.severity', value: 3, tags: ['check:db', 'env:prod'] },
        { type: 'g', name: 'hale.exporter.dropped', value: 0, tags: ['env:prod'] },
        { type: 'check', name: 'hale.status', status: 1, tags: ['env:prod'], message: undefined },
        {
          type: 'check',
          name: 'hale.check.status',
          status: 2,
          tags: ['check:db', 'env:prod'],
          message: String.raw`Access denied.\nSee m\:1 / m\:2`,
        },
        expect.objectContaining({ type: 'event', title: 'Check db is unhealthy', alert: 'error' }),
      ]),
    )
    expect(told.find(({ type }) => type === 'event')?.['text']).toMatch(
      /^It was unknown: .*\\nAUTH_FAILED: Access denied\.\\nSee m:1 \| m:2$/,
    )
  })

  it('writes lines that a strict reader takes, whatever a message holds', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'binary', maxLength: 200 }), async (message) => {
        const told = await toldOverUdp(message)
        expect(told.filter(({ type }) => type === 'event')).toHaveLength(1)
        expect(told.filter(({ type }) => type === 'check')).toHaveLength(2)
      }),
      { numRuns: 50 },
    )
  })

  it("tells the agent's stream socket, each packet with its length before it", async () => {
    const folder = await mkdtemp(join(tmpdir(), 'hale-dogstatsd-'))
    const socketPath = join(folder, 'dsd.sock')
    const chunks: Buffer[] = []
    const agent = createServer((socket) => {
      socket.on('data', (chunk) => chunks.push(chunk))
      socket.on('end', () => agent.close())
    }).listen(socketPath)
    await once(agent, 'listening')
    const closed = once(agent, 'close')
    await using health = failing('refused')
    const exporter = createDogstatsdExporter(health, { socketPath })
    await health.report()
    await exporter.close()
    await closed
    const packets: Buffer[] = []
    let rest = Buffer.concat(chunks)
    while (rest.length > 0) {
      const length = rest.readUInt32LE(0)
      expect(rest.length).toBeGreaterThanOrEqual(4 + length)
      packets.push(rest.subarray(4, 4 + length))
      rest = rest.subarray(4 + length)
    }
    expect(readAll(packets)).toContainEqual(expect.objectContaining({ name: 'hale.check.status', status: 2 }))
    expect(exporter.figures).toMatchObject({ dropped: 0, queued: 0 })
    await rm(folder, { recursive: true })
  })

  it('refuses options that cannot work', () => {
    const options = { port: 0, socketPath: 'dsd.sock', tags: { env: 'a b' } }
    expect(() => createDogstatsdExporter(createHealth(), options)).toThrow(/port: 0[^]*socketPath: [^]*tags: /)
  })
})
