import { styleText } from 'node:util'
import type { Status } from 'hale'
import { statusMark } from './status-mark.ts'

type Style = Parameters<typeof styleText>[0]

/** Gives text a style of the terminal, or leaves it as it is. */
export type Paint = (style: Style, text: string) => string

const STYLES: Readonly<Record<Status, Style>> = {
  healthy: 'green',
  degraded: 'yellow',
  unhealthy: ['red', 'bold'],
  unknown: 'magenta',
  maintenance: 'blue',
  skipped: 'gray',
}

/** As wide as the longest status word, `maintenance`. */
const STATUS_WIDTH = 11

export function createPaint(colour: boolean): Paint {
  return (style, text) => (colour ? styleText(style, text, { validateStream: false }) : text)
}

/** A status as every line of the terminal has it: mark and word, in its colour. */
export function statusWord(paint: Paint, status: Status): string {
  return paint(STYLES[status], `${statusMark(status)} ${status.padEnd(STATUS_WIDTH)}`)
}
