import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { CHECK_TYPES } from '../../packages/monitor/src/serve/check-types/index.ts'
import { describeCheck } from './check-reference/describe-check.ts'

const folder = fileURLToPath(new URL('../../packages/hale/src/checks/', import.meta.url))

/** What a file calls otherwise than the library. Where that is first given a client or an address, a file has `url` or `path`. */
const RENAMED: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'clock-skew': { url: 'source' },
  dns: { record: 'type' },
}

/** Options of the library that no file can give, and why. */
const NOT_IN_A_FILE: Readonly<Record<string, string>> = {
  poolDegraded: "is about the app's own pool, and there is none beside the app",
  poolUnhealthy: "is about the app's own pool, and there is none beside the app",
}

const types = Object.entries(CHECK_TYPES).map(([type, { options }]) => {
  const { options: described, takes } = describeCheck(`${folder}${type}.ts`)
  const keys = Object.keys(options.shape).map((key) => RENAMED[type]?.[key] ?? key)
  return {
    type,
    inLibrary: described.map(({ name }) => name),
    needed: described.filter(({ required }) => required).map(({ name }) => name),
    inFile: keys.filter((key) => !takes.startsWith('source') || (key !== 'url' && key !== 'path')),
    neededInFile: Object.entries(options.shape)
      .filter(([, schema]) => !schema.safeParse(undefined).success)
      .map(([key]) => RENAMED[type]?.[key] ?? key),
  }
})

describe.each(types)('the type $type of hale serve', ({ inFile, inLibrary, needed, neededInFile }) => {
  it("takes every option of the library's check, or there is a reason why not; and nothing that the check does not know", () => {
    const expected = inLibrary.filter((name) => !Object.hasOwn(NOT_IN_A_FILE, name))
    expect(inFile.toSorted()).toEqual(expected.toSorted())
  })

  it('asks for what the check needs', () => {
    // The record of `dns` is A unless told otherwise.
    expect(neededInFile).toEqual(expect.arrayContaining(needed.filter((name) => name !== 'type')))
  })
})

it('names no option that no check has', () => {
  const all = new Set(types.flatMap(({ inLibrary }) => inLibrary))
  expect(Object.keys(NOT_IN_A_FILE).filter((name) => !all.has(name))).toEqual([])
})
