/** Bytes that are not what they claim to be: truncated, of a later version, or not ours at all. */
export class CorruptBytesError extends Error {
  constructor(message: string) {
    super(message)
    this.name = 'CorruptBytesError'
  }
}

/** Writes unsigned varints (LEB128: 7 bits a byte, lowest first) and text into a growing buffer. */
export class ByteWriter {
  #bytes = new Uint8Array(1_024)
  #length = 0

  byte(value: number): void {
    if (this.#length === this.#bytes.length) this.#grow(1)
    this.#bytes[this.#length++] = value
  }

  /** `value` is an integer from 0 to 2^53 - 1. */
  varint(value: number): void {
    if (!Number.isSafeInteger(value) || value < 0) throw new RangeError(`Not an unsigned safe integer: ${value}.`)
    let rest = value
    while (rest > 0x7f) {
      this.byte((rest % 0x80) | 0x80)
      rest = Math.floor(rest / 0x80)
    }
    this.byte(rest)
  }

  text(value: string): void {
    const encoded = UTF8.encode(value)
    this.varint(encoded.length)
    if (this.#length + encoded.length > this.#bytes.length) this.#grow(encoded.length)
    this.#bytes.set(encoded, this.#length)
    this.#length += encoded.length
  }

  /** What was written, as a copy of its own. */
  take(): Uint8Array {
    return this.#bytes.slice(0, this.#length)
  }

  #grow(needed: number): void {
    const larger = new Uint8Array(Math.max(this.#bytes.length * 2, this.#length + needed))
    larger.set(this.#bytes)
    this.#bytes = larger
  }
}

/** Reads what {@link ByteWriter} wrote. Throws {@link CorruptBytesError} on anything else, never reads outside. */
export class ByteReader {
  readonly #bytes: Uint8Array
  #position = 0

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes
  }

  get remaining(): number {
    return this.#bytes.length - this.#position
  }

  byte(): number {
    const value = this.#bytes[this.#position]
    if (value === undefined)
      throw new CorruptBytesError(`The bytes end at ${this.#position}, in the middle of a value.`)
    this.#position += 1
    return value
  }

  varint(): number {
    let value = this.byte()
    if (value < 0x80) return value
    value &= 0x7f
    for (let weight = 0x80; ; weight *= 0x80) {
      const next = this.byte()
      value += (next & 0x7f) * weight
      if (!Number.isSafeInteger(value)) throw new CorruptBytesError(`The number before ${this.#position} is too large.`)
      if (next < 0x80) return value
    }
  }

  /** Passes over `count` varints without decoding them. */
  skipVarints(count: number): void {
    for (let left = count; left > 0;) if (this.byte() < 0x80) left -= 1
  }

  text(): string {
    const length = this.varint()
    if (length > this.remaining) throw new CorruptBytesError(`A text of ${length} bytes does not fit in what is left.`)
    const end = this.#position + length
    const value = FROM_UTF8.decode(this.#bytes.subarray(this.#position, end))
    this.#position = end
    return value
  }

  /** Throws unless everything has been read. */
  end(): void {
    if (this.remaining > 0) throw new CorruptBytesError(`${this.remaining} bytes are left over.`)
  }
}

const UTF8 = new TextEncoder()
// Not fatal: text that is not UTF-8 reads with replacement characters instead of an error of another type.
const FROM_UTF8 = new TextDecoder()
