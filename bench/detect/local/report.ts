import { styleText } from 'node:util'
import { cellOf, COLOURS, toBoldCell, toHeld, toTable } from '../report.ts'
import type { LocalRow } from './matrix.ts'

/** Columns of words, before those of figures. */
const WORDS = 3
const MEASURES = ['detectMs', 'recoverMs'] as const

/** A line a fault, for a terminal. */
export function toLocalLines(rows: readonly LocalRow[]): string {
  const labels = rows.map(({ fault: { check, fault } }) => `${check} · ${fault}`)
  const width = Math.max(...labels.map((label) => label.length))
  const lines = rows.map(({ found }, n) => {
    const cells = MEASURES.map((measure) => {
      const { mood, text } = cellOf(found, measure)
      return styleText(COLOURS[mood], text.padStart(11))
    })
    return `${(labels[n] ?? '').padEnd(width)}${cells.join('')}  ${saidOf(found)}`
  })
  const head = `${''.padEnd(width)}${'to detect'.padStart(11)}${'to recover'.padStart(11)}`
  return [styleText('bold', head), ...lines].join('\n')
}

/** The same for a page. */
export function toLocalMarkdown(rows: readonly LocalRow[]): string {
  const heads = ['check', 'fault', 'it says', 'to detect', 'to recover']
  const table = rows.map(({ fault: { check, fault }, found }) => {
    const cells = MEASURES.map((measure) => toBoldCell(found, measure))
    return [check, fault, saidOf(found).replaceAll(/\b[A-Z_]{3,}\b/g, '`$&`'), ...cells]
  })
  return toTable(heads, table, WORDS)
}

export function toLocalRemarks(rows: readonly LocalRow[]): readonly string[] {
  const cells = rows.map(({ found }) => found)
  return [toHeld(cells, "Hale's without a server")]
}

function saidOf(found: LocalRow['found']): string {
  return typeof found === 'string' ? found : [...new Set(found.map(({ said }) => said))].join(', ')
}
