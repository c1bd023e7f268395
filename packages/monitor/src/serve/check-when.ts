import { findPath } from 'hale/core/condition-problems'
import type { ConfigPath } from '../config/problem.ts'
import type { Reading } from '../config/reading.ts'
import { suggest } from 'hale/core/suggest'
import { isMapping, refuseSetup, type Mapping } from './refuse.ts'

/** A `when` that asks for another check. */
interface Reference {
  readonly from: string
  readonly to: string
  readonly path: ConfigPath
}

/** Notes what is wrong with the `when` of all checks and what their schema cannot see: names, circles, levels, windows. */
export async function checkWhens(
  checks: Mapping,
  reading: Reading,
  isInstalled: (name: string) => boolean,
): Promise<void> {
  const references: Reference[] = []
  for (const [name, options] of Object.entries(checks)) {
    if (!isMapping(options)) continue
    const found: Part[] = partsOf(options['when'], ['checks', name, 'when'])
    for (const part of found) {
      refuseNoLevel(part, reading)
      await refuseWindow(part, reading, isInstalled)
      const to = part.value['check']
      if (typeof to === 'string') references.push({ from: name, to, path: [...part.path, 'check'] })
    }
  }
  refuseNames(references, Object.keys(checks), reading)
  refuseCircles(references, reading)
}

interface Part {
  readonly value: Mapping
  readonly path: ConfigPath
}

/** A condition and those within it, whatever their shape. */
function partsOf(when: unknown, path: ConfigPath): Part[] {
  if (Array.isArray(when)) return when.flatMap((each, index) => partsOf(each, [...path, index]))
  if (!isMapping(when)) return []
  return [
    { value: when, path },
    ...['all', 'any', 'not'].flatMap((key) => (Object.hasOwn(when, key) ? partsOf(when[key], [...path, key]) : [])),
  ]
}

function refuseNoLevel({ path, value }: Part, { refuseFurther }: Reading): void {
  for (const [key, example] of [
    ['load', '2'],
    ['memory', '80%'],
  ] as const) {
    const level = value[key]
    if (isMapping(level) && Object.keys(level).length === 0)
      refuseFurther([...path, key], `needs a level: above or below, as in { above: ${example} }`)
  }
  if (Object.keys(value).length === 0)
    refuseFurther(path, 'is empty; say load, memory, window, check, all, any or not, or leave it out')
}

async function refuseWindow(
  { path, value }: Part,
  reading: Reading,
  isInstalled: (name: string) => boolean,
): Promise<void> {
  const given = value['window']
  const at = [...path, 'window']
  if (!isMapping(given)) return
  if (!isInstalled('croner')) {
    reading.refuse(at, 'needs the package croner, which is not installed; run: npm install croner', { at: 'key' })
    return
  }
  const { window } = await import('hale/conditions/window')
  const { cron, for: lasting, timeZone } = given
  // What has been refused is stood in for by what is right.
  const options = {
    cron: typeof cron === 'string' ? cron : '0 2 * * *',
    for: typeof lasting === 'string' ? lasting : '1h',
    timeZone: typeof timeZone === 'string' ? timeZone : 'UTC',
  }
  try {
    window(options)
  } catch (error) {
    refuseSetup(error, reading, (_check, field) => [...at, field.replace('window.', '')])
  }
}

function refuseNames(references: readonly Reference[], names: readonly string[], { refuse }: Reading): void {
  for (const { path, to } of references) {
    if (names.includes(to)) continue
    const suggestion = suggest(to, names)
    const others = suggestion === undefined ? `; there are ${names.join(', ')}` : ''
    refuse(path, `there is no check "${to}"${others}`, { suggestion })
  }
}

function refuseCircles(references: readonly Reference[], { refuseFurther }: Reading): void {
  const below = (name: string): readonly string[] => references.filter(({ from }) => from === name).map(({ to }) => to)
  for (const { from, path, to } of references) {
    const way = from === to ? undefined : findPath(to, from, below)
    if (from === to) refuseFurther(path, 'the check would wait for itself')
    else if (way !== undefined) refuseFurther(path, `the checks wait for each other: ${[from, ...way].join(' → ')}`)
  }
}
