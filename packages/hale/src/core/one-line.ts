/**
 * Text from outside as part of a message: in one line, without colours, control characters and the full stop at its end, cut
 * after so many characters. Redact it before: half a secret has lost the shape that it would be known by.
 */
export function oneLine(text: string, most: number): string {
  const line = text
    .replace(/\p{Cc}\[[\d;]*m/gu, '')
    .replace(/[\s\p{Cc}]+/gu, ' ')
    .replace(/[ .]+$/, '')
    .trimStart()
  return line.length > most ? `${line.slice(0, most - 1)}…` : line
}
