import { STATUSES, type Code, type Status } from 'hale'
import { ByteReader, ByteWriter, CorruptBytesError } from '../bytes.ts'
import type { Phases, Sample, SeriesId } from '../model.ts'
import { fromDurationCode, toDurationCode } from './duration-code.ts'

/**
 * Packs the samples of one shard and one tick into columns, about 3 bytes a sample.
 *
 * The samples are sorted by series, then time. After a version byte and the count come, one after the other:
 * series (runs of consecutive numbers: gap, length), times (runs: offset from `t0` in 10 ms, length; components share
 * their target's), statuses (runs), the codes' texts and the codes (runs), durations (one varint each), phases (only
 * where there are any). `t0` is a wall time not after the first sample; it is kept beside the bytes, not in them.
 */
export function encodeSegment(samples: readonly Sample[], t0: number): Uint8Array {
  const sorted = samples.toSorted((a, b) => a.series - b.series || a.at - b.at)
  const out = new ByteWriter()
  out.byte(VERSION)
  out.varint(sorted.length)
  writeSeries(out, sorted)
  writeRuns(out, sorted, (sample) => Math.round((sample.at - t0) / TIME_STEP_MS))
  writeRuns(out, sorted, (sample) => STATUSES.indexOf(sample.status))

  const codes = new Map<Code, number>()
  for (const { code } of sorted) if (code !== undefined && !codes.has(code)) codes.set(code, codes.size + 1)
  out.varint(codes.size)
  for (const code of codes.keys()) out.text(code)
  writeRuns(out, sorted, ({ code }) => (code === undefined ? 0 : (codes.get(code) ?? 0)))

  for (const { durationMs } of sorted) out.varint(toDurationCode(durationMs))
  writePhases(out, sorted)
  return out.take()
}

/**
 * The samples of a segment, by series, then time; only those of `wanted`, if given.
 * Throws {@link CorruptBytesError} on bytes that {@link encodeSegment} did not write.
 */
export function decodeSegment(bytes: Uint8Array, t0: number, wanted?: ReadonlySet<SeriesId>): readonly Sample[] {
  const reader = new ByteReader(bytes)
  const version = reader.byte()
  if (version !== VERSION) throw new CorruptBytesError(`Segment version ${version} is not one that this Hale can read.`)
  const count = reader.varint()
  // Every sample has a byte for its duration, so a larger count is a lie; it must not become an allocation.
  if (count > reader.remaining) throw new CorruptBytesError(`${count} samples do not fit in ${bytes.length} bytes.`)

  const picked = readSeries(reader, count, wanted)
  const offsets = readRuns(reader, count, picked)
  const statuses = readRuns(reader, count, picked)
  const texts = Array.from({ length: boundedCount(reader) }, () => reader.text())
  const codes = readRuns(reader, count, picked)
  const durations = readDurations(reader, count, picked)
  const phases = readPhases(reader, count)
  reader.end()

  return picked.map(({ series, index }, position): Sample => ({
    series,
    at: t0 + (offsets[position] ?? 0) * TIME_STEP_MS,
    status: statusOf(statuses[position]),
    durationMs: durations[position],
    code: codeOf(texts, codes[position]),
    phases: phases.get(index),
  }))
}

const VERSION = 1
const TIME_STEP_MS = 10
const PHASES = ['dnsMs', 'connectMs', 'tlsMs', 'firstByteMs', 'transferMs'] as const satisfies (keyof Phases)[]

interface Picked {
  readonly series: SeriesId
  /** Place in the segment. */
  readonly index: number
}

function writeSeries(out: ByteWriter, sorted: readonly Sample[]): void {
  let previous = 0
  for (let start = 0; start < sorted.length;) {
    const first = sorted[start]?.series ?? 0
    let length = 1
    while (sorted[start + length]?.series === first + length) length += 1
    out.varint(first - previous)
    out.varint(length)
    previous = first + length - 1
    start += length
  }
}

function readSeries(reader: ByteReader, count: number, wanted: ReadonlySet<SeriesId> | undefined): readonly Picked[] {
  const picked: Picked[] = []
  let previous = 0
  for (let start = 0; start < count;) {
    const first = previous + reader.varint()
    const length = runLength(reader, count - start)
    previous = first + length - 1
    if (!Number.isSafeInteger(previous)) throw new CorruptBytesError('A series number is too large.')
    for (let step = 0; step < length; step += 1) {
      if (wanted === undefined || wanted.has(first + step)) picked.push({ series: first + step, index: start + step })
    }
    start += length
  }
  return picked
}

function writeRuns(out: ByteWriter, sorted: readonly Sample[], valueOf: (sample: Sample) => number): void {
  const values = sorted.map(valueOf)
  for (let start = 0; start < values.length;) {
    const value = values[start] ?? 0
    let length = 1
    while (values[start + length] === value) length += 1
    out.varint(value)
    out.varint(length)
    start += length
  }
}

function readRuns(reader: ByteReader, count: number, picked: readonly Picked[]): readonly number[] {
  const values: number[] = []
  for (let start = 0; start < count;) {
    const value = reader.varint()
    start += runLength(reader, count - start)
    for (let next = picked[values.length]; next !== undefined && next.index < start; next = picked[values.length]) {
      values.push(value)
    }
  }
  return values
}

function runLength(reader: ByteReader, most: number): number {
  const length = reader.varint()
  if (length === 0 || length > most) throw new CorruptBytesError(`A run of ${length} where 1 to ${most} are left.`)
  return length
}

function readDurations(reader: ByteReader, count: number, picked: readonly Picked[]): readonly (number | undefined)[] {
  let position = 0
  const durations = picked.map(({ index }) => {
    reader.skipVarints(index - position)
    position = index + 1
    return fromDurationCode(reader.varint())
  })
  reader.skipVarints(count - position)
  return durations
}

/** How many have phases, then for each: how many samples lie between, which phases, their durations. */
function writePhases(out: ByteWriter, sorted: readonly Sample[]): void {
  const having = sorted.flatMap(({ phases }, index) => (phases === undefined ? [] : [{ phases, index }]))
  out.varint(having.length)
  let next = 0
  for (const { phases, index } of having) {
    out.varint(index - next)
    next = index + 1
    out.byte(PHASES.reduce((mask, name, bit) => (phases[name] === undefined ? mask : mask | (1 << bit)), 0))
    for (const name of PHASES) if (phases[name] !== undefined) out.varint(toDurationCode(phases[name]))
  }
}

function readPhases(reader: ByteReader, count: number): ReadonlyMap<number, Phases> {
  const found = new Map<number, Phases>()
  const having = boundedCount(reader)
  let next = 0
  for (let each = 0; each < having; each += 1) {
    const index = next + reader.varint()
    if (index >= count) throw new CorruptBytesError(`Phases of sample ${index}, but there are ${count}.`)
    next = index + 1
    const mask = reader.byte()
    const phases: Partial<Record<keyof Phases, number>> = {}
    PHASES.forEach((name, bit) => {
      if ((mask & (1 << bit)) === 0) return
      const durationMs = fromDurationCode(reader.varint())
      if (durationMs !== undefined) phases[name] = durationMs
    })
    found.set(index, phases)
  }
  return found
}

function boundedCount(reader: ByteReader): number {
  const count = reader.varint()
  if (count > reader.remaining) throw new CorruptBytesError(`${count} entries do not fit in what is left.`)
  return count
}

function statusOf(index: number | undefined): Status {
  const status = STATUSES[index ?? -1]
  if (status === undefined) throw new CorruptBytesError(`There is no status ${index}.`)
  return status
}

function codeOf(texts: readonly string[], index: number | undefined): Code | undefined {
  if (index === undefined || index === 0) return undefined
  const text = texts[index - 1]
  if (text === undefined) throw new CorruptBytesError(`There is no code ${index}.`)
  return text
}
