import { once } from 'node:events'
import { connect, createServer, type AddressInfo, type Socket } from 'node:net'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { createFakeClock } from './fake-clock.ts'
import { openFaultProxy, type FaultMode, type FaultProxy } from './fault-proxy.ts'

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
  await proxy.set({ slowMs: 1_000 })
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

it('answers garbage at once and to what is sent', async () => {
  const standing = await reach()
  expect(await answer(standing, 'clear')).toBe('clear')
  await proxy.set('garbage')
  expect(await answer(standing, 'clear')).not.toContain('clear')
  const [first] = (await once(await reach(), 'data')) as [Buffer]
  expect(first[0]).toBe(0)
})

it.each<FaultMode>(['pass', 'refuse', 'reset', 'blackhole', 'garbage', { slowMs: 9e6 }])(
  'E15: closes with nothing left behind in %s',
  async (mode) => {
    const sockets = [await reach(), await reach()]
    for (const socket of sockets) socket.write('x')
    await proxy.set(mode)
    await proxy.close()
    await expect.poll(() => proxy.open).toBe(0)
    await expect.poll(() => sockets.every((socket) => socket.destroyed)).toBe(true)
  },
)
