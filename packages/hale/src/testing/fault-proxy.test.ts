import { once } from 'node:events'
import { connect, createServer, type AddressInfo, type Socket } from 'node:net'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { createFakeClock } from './fake-clock.ts'
import type { FaultMode } from './fault-mode.ts'
import { openFaultProxy, type FaultProxy } from './fault-proxy.ts'

const clock = createFakeClock()
const echo = createServer((socket) => socket.on('error', () => {}).pipe(socket))
let proxy: FaultProxy

beforeEach(async () => {
  if (!echo.listening) await once(echo.listen(0, '127.0.0.1'), 'listening')
  proxy = await openFaultProxy({ target: echo.address() as AddressInfo, clock })
})
afterEach(async () => {
  await proxy.close()
  await new Promise((resolve) => echo.close(resolve))
})

const reach = async (): Promise<Socket> => {
  const socket = connect(proxy.port, proxy.host).on('error', () => {})
  await once(socket, 'connect')
  return socket
}
const answer = async (socket: Socket, text: string): Promise<string> => {
  const data = once(socket, 'data')
  socket.write(text)
  return String((await data)[0])
}
const failure = async (socket: Socket): Promise<string | undefined> => {
  const [error] = (await once(socket, 'error')) as [NodeJS.ErrnoException]
  return error.code
}
const turnOfTheLoop = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 20))

it('passes bytes and the end of the stream', async () => {
  const socket = await reach()
  expect(await answer(socket, 'hello')).toBe('hello')
  const big = 'x'.repeat(2_000_000)
  let got = 0
  socket.on('data', (chunk: Buffer) => (got += chunk.length))
  socket.end(big)
  await once(socket, 'end')
  expect(got).toBe(big.length)
})

it('refuses, resets what stands, and is back on the same port', async () => {
  const { port } = proxy
  const standing = await reach()
  const broken = failure(standing)
  await proxy.set('refuse')
  expect(await broken).toBe('ECONNRESET')
  expect(await failure(connect(port, proxy.host))).toBe('ECONNREFUSED')
  await proxy.set('pass')
  expect(proxy.port).toBe(port)
  expect(await answer(await reach(), 'again')).toBe('again')
})

it('resets old connections and new ones', async () => {
  const standing = await reach()
  const broken = failure(standing)
  await proxy.set('reset')
  expect(await broken).toBe('ECONNRESET')
  expect(await failure(connect(proxy.port, proxy.host))).toBe('ECONNRESET')
  expect(proxy.taken).toBe(2)
})

it('swallows bytes in a black hole, and hands them on in order afterwards', async () => {
  const socket = await reach()
  await proxy.set('blackhole')
  const late = await reach()
  let got = ''
  socket.on('data', (chunk: Buffer) => (got += String(chunk)))
  socket.write('one ')
  late.write('hi')
  await turnOfTheLoop()
  socket.write('two')
  await turnOfTheLoop()
  expect(got).toBe('')
  await proxy.set('pass')
  await expect.poll(() => got).toBe('one two')
})

it('delays each chunk by the clock in both directions', async () => {
  await proxy.set({ latencyMs: 1_000 })
  const socket = await reach()
  let got = ''
  socket.on('data', (chunk: Buffer) => (got += String(chunk)))
  socket.write('late')
  await expect.poll(() => clock.timers).toBe(1)
  await clock.advance(1_000)
  await expect.poll(() => clock.timers).toBe(1)
  expect(got).toBe('')
  await clock.advance(1_000)
  await expect.poll(() => got).toBe('late')
})

it('carries chunks side by side: they are late by the latency, not by one another, in their order', async () => {
  const random = [0.9, 0, 0.5]
  await using shaky = await openFaultProxy({
    target: echo.address() as AddressInfo,
    mode: { latencyMs: 100, jitterMs: 50 },
    clock,
    random: () => random.shift() ?? 0,
  })
  const socket = connect(shaky.port, shaky.host)
    .setNoDelay(true)
    .on('error', () => {})
  const got: string[] = []
  socket.on('data', (chunk: Buffer) => got.push(String(chunk)))
  socket.write('one ')
  await expect.poll(() => clock.timers).toBe(1)
  socket.write('two ')
  await turnOfTheLoop()
  const startedAt = clock.now()
  while (got.join('') !== 'one two ') {
    await clock.advance(5)
    await turnOfTheLoop()
  }
  expect(clock.now() - startedAt).toBeGreaterThanOrEqual(200)
  expect(clock.now() - startedAt).toBeLessThan(300) // one after another it would be 400
})

it('lets as many bytes a second through as it has bandwidth', async () => {
  await proxy.set({ bytesPerSecond: 1_000 })
  const socket = await reach()
  const startedAt = clock.now()
  socket.resume().write('x'.repeat(2_000))
  while (socket.bytesRead < 2_000) {
    await turnOfTheLoop()
    if (clock.timers > 0) await clock.advance(50)
  }
  expect(clock.now() - startedAt).toBeGreaterThanOrEqual(2_000)
  expect(clock.now() - startedAt).toBeLessThan(4_200)
}, 10_000)

it('cuts an answer after so many bytes, and the next connection too', async () => {
  await proxy.set({ cutAfterBytes: 5 })
  for (const socket of [await reach(), await reach()]) {
    let got = ''
    socket.on('data', (chunk: Buffer) => (got += String(chunk)))
    const closed = once(socket, 'close')
    socket.write('hel')
    await expect.poll(() => got).toBe('hel')
    socket.write('lo, world')
    await closed
    expect(got).toBe('hello')
  }
})

it('half-closes: the end comes, what is sent still arrives, and old connections stay that way', async () => {
  const received: string[] = []
  const listener = createServer({ allowHalfOpen: true }, (socket) => {
    socket.on('data', (chunk) => received.push(String(chunk))).write('hello')
    socket.on('end', () => socket.end())
  })
  await once(listener.listen(0, '127.0.0.1'), 'listening')
  await using half = await openFaultProxy({ target: listener.address() as AddressInfo })
  const socket = connect({ port: half.port, host: half.host, allowHalfOpen: true })
  const [greeting] = (await once(socket, 'data')) as [Buffer]
  expect(String(greeting)).toBe('hello')
  await half.set('half-close')
  await once(socket, 'end')
  socket.write('still here')
  await expect.poll(() => received).toEqual(['still here'])
  const late = connect({ port: half.port, host: half.host, allowHalfOpen: true }).resume()
  await once(late, 'end')
  await half.set('pass')
  socket.destroy()
  late.destroy()
  await new Promise((resolve) => listener.close(resolve))
})

it.each([
  ['half', /half is no mode; there are pass, refuse/],
  [{ latency: 5 }, /there is no latency; there are latencyMs/],
  [{ bytesPerSecond: 0 }, /bytesPerSecond must be a number from 1 up, not 0/],
  [{ jitterMs: Infinity }, /not Infinity/],
])('refuses the mode %j', async (mode, complaint) => {
  await expect(proxy.set(mode as FaultMode)).rejects.toThrow(complaint)
})

it('answers garbage at once and to what is sent', async () => {
  const standing = await reach()
  expect(await answer(standing, 'clear')).toBe('clear')
  await proxy.set('garbage')
  expect(await answer(standing, 'clear')).not.toContain('clear')
  const [first] = (await once(await reach(), 'data')) as [Buffer]
  expect(first[0]).toBe(0)
})

it.each<FaultMode>([
  'pass',
  'refuse',
  'reset',
  'blackhole',
  'garbage',
  'half-close',
  { latencyMs: 9e6, jitterMs: 5, bytesPerSecond: 1 },
])('E15: closes with nothing left behind in %s', async (mode) => {
  const sockets = [await reach(), await reach()]
  for (const socket of sockets) socket.write('x')
  await proxy.set(mode)
  await proxy.close()
  await expect.poll(() => proxy.open).toBe(0)
  await expect.poll(() => sockets.every((socket) => socket.destroyed)).toBe(true)
})
