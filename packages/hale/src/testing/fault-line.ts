import type { Socket } from 'node:net'
import { Transform } from 'node:stream'
import type { Clock } from '../core/clock.ts'
import type { FaultMode, Strain } from './fault-mode.ts'

/** What all lines of a proxy have in common. */
export interface Way {
  readonly mode: FaultMode
  readonly clock: Clock
  readonly random: () => number
  /** Waits so many milliseconds, or until the mode changes. */
  wait(ms: number): Promise<void>
}

/** Neither HTTP nor TLS nor what any database speaks. */
export const GARBAGE: Buffer = Buffer.from([0x00, 0xff, 0x13, 0x37, 0x0d, 0x0a, 0xde, 0xad, 0xbe, 0xef, 0x0d, 0x0a])

/** Chunks that may be under way at one time; more are not read, so that a slow line pushes back. */
const UNDER_WAY = 64

/** Slices a second of a line with little bandwidth, so that bytes trickle instead of coming in bursts. */
const SLICES_PER_SECOND = 20

interface Chunk {
  readonly bytes: Buffer
  /** Monotonic ms at which it was read. */
  readonly at: number
}

/** One direction of one connection. */
export class FaultLine {
  readonly #from: Socket
  readonly #to: Socket
  /** True from the server to the client. */
  readonly #answers: boolean
  readonly #way: Way
  #counted: FaultMode | undefined
  #answered = 0

  constructor(options: { readonly from: Socket; readonly to: Socket; readonly answers: boolean; readonly way: Way }) {
    this.#from = options.from
    this.#to = options.to
    this.#answers = options.answers
    this.#way = options.way
  }

  /** Carries bytes until the stream ends or breaks. Never rejects. */
  async carry(): Promise<void> {
    try {
      for await (const chunk of this.#readAhead()) await this.#carry(chunk as Chunk)
      await this.#throughBlackHole()
      this.#to.end()
    } catch {
      this.#to.destroy() // `from` broke, which its error listener has dealt with
    }
  }

  /** Notes when each chunk came, so that chunks are late by the latency and not by one another's. */
  #readAhead(): Transform {
    const { clock } = this.#way
    const ahead = new Transform({
      readableObjectMode: true,
      readableHighWaterMark: UNDER_WAY,
      transform: (bytes: Buffer, _encoding, done) => done(null, { bytes, at: clock.now() } satisfies Chunk),
    })
    this.#from.once('close', () => {
      if (!ahead.writableEnded) ahead.destroy()
    })
    return this.#from.pipe(ahead)
  }

  async #carry({ bytes, at }: Chunk): Promise<void> {
    await this.#throughBlackHole()
    const { clock, mode, random } = this.#way
    if (mode === 'garbage') return this.#garble()
    if (typeof mode === 'string') return this.#write(bytes)

    const { bytesPerSecond = Infinity, jitterMs = 0, latencyMs = 0 } = mode
    await this.#waitIn(mode, at + latencyMs + random() * jitterMs - clock.now())
    const sliceBytes = Math.max(1, Math.floor(bytesPerSecond / SLICES_PER_SECOND))
    for (let start = 0; start < bytes.length; start += sliceBytes) {
      const slice = bytes.subarray(start, start + sliceBytes)
      await this.#waitIn(mode, (slice.length / bytesPerSecond) * 1_000)
      await this.#throughBlackHole()
      await this.#write(slice)
    }
  }

  async #throughBlackHole(): Promise<void> {
    while (this.#way.mode === 'blackhole') await this.#way.wait(Infinity)
  }

  async #waitIn(mode: Strain, ms: number): Promise<void> {
    if (ms > 0 && this.#way.mode === mode) await this.#way.wait(ms)
  }

  async #garble(): Promise<void> {
    if (this.#answers) await this.#write(GARBAGE)
    else this.#from.write(GARBAGE)
  }

  async #write(bytes: Buffer): Promise<void> {
    if (this.#to.writableEnded) return // half-closed: the answer goes nowhere
    const allowed = this.#allowance()
    if (bytes.length < allowed) {
      this.#answered += bytes.length
      if (!this.#to.write(bytes)) await drained(this.#to)
    } else {
      this.#to.write(bytes.subarray(0, allowed))
      this.#to.destroySoon()
      this.#from.destroy()
    }
  }

  /** Bytes that may be answered before the line is cut. */
  #allowance(): number {
    const { mode } = this.#way
    if (!this.#answers || typeof mode === 'string' || mode.cutAfterBytes === undefined) return Infinity
    if (this.#counted !== mode) this.#answered = 0
    this.#counted = mode
    return mode.cutAfterBytes - this.#answered
  }
}

function drained(socket: Socket): Promise<void> {
  return new Promise((resolve) => {
    const settle = (): void => {
      socket.off('drain', settle).off('close', settle)
      resolve()
    }
    socket.on('drain', settle).on('close', settle)
  })
}
