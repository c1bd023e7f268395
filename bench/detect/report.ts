import { styleText } from 'node:util'
import { FAULTS, type Fault } from '../../packages/hale/test/subjects/subject.ts'
import { EVERY_MS, TIMEOUT_MS } from './contender.ts'
import type { Trial } from './cell.ts'
import type { Row } from './matrix.ts'

/** What must hold of every cell; a reading comes late by up to the time between two readings, and by the machine. */
export const BOUND_MS = TIMEOUT_MS + EVERY_MS
const SLACK_MS = 50

export type Measure = 'detectMs' | 'recoverMs'

/** How a cell is to be read at a glance. */
type Mood = 'well' | 'late' | 'never' | 'none'

interface Cell {
  readonly text: string
  readonly mood: Mood
}

export const COLOURS = { well: 'green', late: 'yellow', never: 'red', none: 'gray' } as const

export function cellOf(found: readonly Trial[] | string, measure: Measure): Cell {
  if (typeof found === 'string') return { text: '–', mood: 'none' }
  const all = found.map((trial) => trial[measure])
  const times = all.filter((ms) => ms !== undefined).toSorted((a, b) => a - b)
  if (times.length < all.length) return { text: 'never', mood: 'never' }
  const worst = times.at(-1) ?? NaN
  const middle = times[Math.floor(times.length / 2)] ?? NaN
  return { text: `${inSeconds(middle)} ${inSeconds(worst)}`, mood: isKept(worst, measure) ? 'well' : 'late' }
}

export function isKept(ms: number, measure: Measure): boolean {
  return ms <= (measure === 'detectMs' ? BOUND_MS : 3 * EVERY_MS) + SLACK_MS
}

function inSeconds(ms: number): string {
  return (ms / 1_000).toFixed(ms < 9_950 ? 1 : 0)
}

function labelOf({ contender: { check, label, maker } }: Row): string {
  return maker === 'Hale' ? `${check} · ${label}` : `  ${maker} · ${label}`
}

/** One measure of all rows, for a terminal. */
export function toLines(rows: readonly Row[], measure: Measure): string {
  const labels = rows.map(labelOf)
  const width = Math.max(...labels.map((label) => label.length))
  const head = ['', ...FAULTS].map((name, n) => (n === 0 ? name.padEnd(width) : name.padStart(11))).join('')
  const lines = rows.map((row, n) => {
    const cells = FAULTS.map((fault) => {
      const { mood, text } = cellOf(row.cells[fault], measure)
      return styleText(COLOURS[mood], text.padStart(11))
    })
    return (labels[n] ?? '').padEnd(width) + cells.join('')
  })
  return [styleText('bold', head), ...lines].join('\n')
}

/** One measure of all rows, for a page: what is beyond its bound is bold. */
export function toMarkdown(rows: readonly Row[], measure: Measure): string {
  const table = rows.map((row) => {
    const { check, label, maker } = row.contender
    const cells = FAULTS.map((fault) => toBoldCell(row.cells[fault], measure))
    return [maker === 'Hale' ? `${check}, ${label}` : `_${maker}: ${label}_`, ...cells]
  })
  return toTable(['', ...FAULTS], table)
}

export function toBoldCell(found: readonly Trial[] | string, measure: Measure): string {
  const { mood, text } = cellOf(found, measure)
  const shown = text.replace(' ', ' / ')
  return mood === 'late' || mood === 'never' ? `**${shown}**` : shown
}

/** The first columns are of words, so many, the others of figures. */
export function toTable(heads: readonly string[], table: readonly (readonly string[])[], words = 1): string {
  const widths = heads.map((name, n) => Math.max(name.length, ...table.map((cells) => cells[n]?.length ?? 0), 3))
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell, n) => (n < words ? cell.padEnd(widths[n] ?? 0) : cell.padStart(widths[n] ?? 0))).join(' | ')} |`
  const rule = widths.map((width, n) => (n < words ? '-'.repeat(width) : `${'-'.repeat(width - 1)}:`))
  return [line(heads), line(rule), ...table.map(line)].join('\n')
}

/** In how many cells the bound held, and what was said where it did not; then why cells lack. */
export function toRemarks(rows: readonly Row[]): readonly string[] {
  return [
    ...[true, false].map((own) => heldBy(rows.filter(({ contender }) => (contender.maker === 'Hale') === own))),
    ...rows.flatMap((row) => FAULTS.flatMap((fault) => remarksOn(row, fault))),
    ...reasons(rows),
  ]
}

function heldBy(rows: readonly Row[]): string {
  const cells = rows.flatMap((row) => FAULTS.map((fault) => row.cells[fault]))
  return toHeld(cells, rows[0]?.contender.maker === 'Hale' ? "Hale's" : "the others'")
}

export function toHeld(all: readonly (readonly Trial[] | string)[], whose: string): string {
  const cells = all.filter((cell) => typeof cell !== 'string')
  const held = cells.filter((trials) => trials.every(({ detectMs = Infinity }) => isKept(detectMs, 'detectMs')))
  const trials = cells.flat().length
  return `Detected within ${BOUND_MS / 1_000} s (timeout + one period) in ${held.length} of ${cells.length} cells of ${whose} (${trials} trials).`
}

function remarksOn(row: Row, fault: Fault): readonly string[] {
  const found = row.cells[fault]
  if (typeof found === 'string') return []
  const where = `${labelOf(row).trim()}, ${fault}`
  const missed = found.find(({ detectMs = Infinity }) => !isKept(detectMs, 'detectMs'))
  const slow = found.find(({ recoverMs = Infinity }) => !isKept(recoverMs, 'recoverMs'))
  const spell = (ms: number | undefined): string => (ms === undefined ? 'never' : `after ${inSeconds(ms)} s`)
  return [
    ...(missed === undefined ? [] : [`${where}: detected ${spell(missed.detectMs)} (${missed.said})`]),
    ...(slow === undefined ? [] : [`${where}: recovered ${spell(slow.recoverMs)}`]),
  ]
}

function reasons(rows: readonly Row[]): readonly string[] {
  const byReason = new Map<string, string[]>()
  for (const row of rows) {
    for (const fault of FAULTS) {
      const found = row.cells[fault]
      if (typeof found !== 'string') continue
      const reason = `– ${fault}: ${found}`
      byReason.set(reason, [...(byReason.get(reason) ?? []), labelOf(row).trim()])
    }
  }
  return [...byReason].map(([reason, who]) => `${reason} (${who.join(', ')})`)
}
