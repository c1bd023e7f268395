import { createHmac } from 'node:crypto'
import { stripVTControlCharacters } from 'node:util'
import { createFakeClock } from 'hale/testing'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Message } from '../model.ts'
import { createGuard } from '../probes/guard.ts'
import { aMessage } from '../../test/a-message.ts'
import type { ChannelEnvironment } from './channel.ts'
import { escapeHtml, toMail } from './email-message.ts'
import { channelDefinitions, channelSchemas, openChannels } from './index.ts'
import { sign } from './signature.ts'
import { toWebhookBody } from './webhook-body.ts'

const signal = new AbortController().signal

function environment(changes: Partial<ChannelEnvironment> = {}): ChannelEnvironment & { readonly lines: string[] } {
  const lines: string[] = []
  return {
    print: (line) => void lines.push(line),
    colour: false,
    guard: createGuard({ private: false, allow: [] }),
    clock: createFakeClock(),
    lines,
    ...changes,
  }
}

async function printed(message: Message, colour: boolean): Promise<string> {
  const world = environment({ colour })
  const [channel] = await openChannels([{ name: 'console', kind: 'console', options: undefined }], world)
  await channel?.send(message, { key: 'k', signal })
  return world.lines.join('\n')
}

describe('openChannels', () => {
  it('names everything that is wrong at once', async () => {
    const opening = openChannels(
      [
        { name: 'a', kind: 'pigeon', options: {} },
        { name: 'hook', kind: 'webhook', options: { url: 'ftp://x', sekret: 'y' } },
        { name: 'console', kind: 'console', options: {} },
        { name: 'console', kind: 'console', options: {} },
        { name: 'mail', kind: 'email', options: { host: 'mx', from: 'a@b.c', to: 'x@y.z, q@y.z' } },
      ],
      environment(),
    )
    const problem = await opening.catch((error: unknown) => String(error))
    expect(problem).toContain('"a": "pigeon" is not a kind of channel; there are console, webhook, email')
    expect(problem).toMatch(/"hook": url: .*sekret/s)
    expect(problem).toContain('"console": the name is taken')
    expect(problem).toContain('"mail": to')
  })

  it('has a schema and a sentence for every kind', () => {
    expect([...channelSchemas.keys()]).toEqual(channelDefinitions.map(({ kind }) => kind))
    for (const { summary } of channelDefinitions) expect(summary).toMatch(/^[A-Z].*\.$/)
  })
})

describe('console', () => {
  it('M3: a line that could not be written is not delivered, and is tried again', async () => {
    const world = environment({ print: () => 'ENOSPC' })
    const [channel] = await openChannels([{ name: 'console', kind: 'console', options: undefined }], world)
    expect(await channel?.send(aMessage({}), { key: 'k', signal })).toEqual({
      outcome: 'retry',
      detail: 'the terminal cannot be written: ENOSPC',
    })
  })

  it('says the status by shape and word, with or without colour', async () => {
    const message = aMessage({ status: 'unhealthy', title: 'payments did not answer in time' })
    const plain = await printed(message, false)
    expect(plain).toMatch(/^\d\d:\d\d:\d\d {2}✖ unhealthy {4}payments did not answer in time$/)
    const painted = await printed(message, true)
    expect(painted).not.toBe(plain)
    expect(stripVTControlCharacters(painted)).toBe(plain)
  })

  it('S4: foreign text cannot steer the terminal', async () => {
    expect(await printed(aMessage({ title: 'a\u001B[2J\nb\u202Ec' }), false)).toMatch(/ {2}a \[2J b c$/)
  })
})

describe('webhook', () => {
  it('M3: every try sends the same bytes, also after the message has been stored', () => {
    const message = aMessage({ observed: { value: 3 }, code: undefined })
    const stored = JSON.parse(JSON.stringify(message)) as Message
    expect(JSON.stringify(toWebhookBody('k', stored))).toBe(JSON.stringify(toWebhookBody('k', message)))
  })

  it('has the documented shape', () => {
    const part = aMessage({ kind: 'firing', title: 'one' })
    const body = toWebhookBody(
      '7-1:2:hook',
      aMessage({ kind: 'digest', parts: [{ key: '7-1:1:hook', message: part }] }),
    )
    expect(Object.keys(body)).toEqual([
      'version',
      'key',
      'kind',
      'title',
      'text',
      'status',
      'severity',
      'code',
      'observed',
      'target',
      'incident',
      'at',
      'runbook',
      'link',
      'parts',
    ])
    expect(body).toMatchObject({ version: 1, key: '7-1:2:hook', kind: 'digest', incident: { id: '7-1' } })
    expect(body.parts.map(({ key, kind, title }) => ({ key, kind, title }))).toEqual([
      { key: '7-1:1:hook', kind: 'firing', title: 'one' },
    ])
  })

  it('signs the time and the body', () => {
    const mac = createHmac('sha256', 'a secret of some length').update('1764000000.{"a":1}').digest('hex')
    expect(sign('a secret of some length', '{"a":1}', 1_764_000_000_999)).toBe(`t=1764000000,v1=${mac}`)
  })
})

describe('e-mail', () => {
  const parties = { from: 'Hale <hale@example.org>', to: ['ops@example.org'], domain: 'example.org' }

  it('M3: the same message and key make the same bytes; another key another Message-ID', async () => {
    const message = aMessage({ title: 'größe ✖', text: 'one\ntwo' })
    const [first, again, other] = await Promise.all([
      toMail(message, 'a', parties),
      toMail(message, 'a', parties),
      toMail(message, 'b', parties),
    ])
    expect(again.equals(first)).toBe(true)
    expect(messageId(other)).not.toBe(messageId(first))
  })

  it('threads the mails of one incident', async () => {
    const references = async (changes: Partial<Message>, key: string): Promise<string | undefined> =>
      /^References: (.*)$/m.exec(headOf(await toMail(aMessage(changes), key, parties)))?.[1]
    expect(await references({ kind: 'firing' }, 'a')).toBe(await references({ kind: 'resolved' }, 'b'))
    expect(await references({ incidentId: '9-9' }, 'c')).not.toBe(await references({}, 'a'))
  })

  it('S4: nothing in a message can add a header, a line to one, or markup', async () => {
    const foreign = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 200 }),
      fc.constantFrom('a\r\nBcc: evil@example.org', 'x\n\n<script>', '=?utf-8?Q?=0D=0ABcc:_e@x?=', '"><img src=x>'),
    )
    await fc.assert(
      fc.asyncProperty(foreign, foreign, foreign, async (title, text, key) => {
        const mail = await toMail(aMessage({ title, text }), key, parties)
        const names = headOf(mail)
          .split('\r\n')
          .filter((line) => !/^\s/.test(line))
          .map((line) => line.split(':')[0])
        // An empty subject has no header.
        const found = new Set(names).add('Subject')
        expect(found).toEqual(
          new Set([
            'Auto-Submitted',
            'Content-Type',
            'Date',
            'From',
            'In-Reply-To',
            'MIME-Version',
            'Message-ID',
            'References',
            'Subject',
            'To',
          ]),
        )
        expect(headOf(mail)).not.toMatch(/[^\r]\n|\r[^\n]/)
      }),
      { numRuns: 30 },
    )
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => !/[<>"']/.test(escapeHtml(text))))
  })
})

function headOf(mail: Buffer): string {
  const text = mail.toString('latin1')
  return text.slice(0, text.indexOf('\r\n\r\n'))
}

function messageId(mail: Buffer): string | undefined {
  return /^Message-ID: (.*)$/im.exec(headOf(mail))?.[1]
}
