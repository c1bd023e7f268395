/**
 * What no line for a person may hold: control characters, line and paragraph separators, and the marks that reorder or
 * hide text on a screen (Unicode TR 36: bidirectional controls, zero-width characters, the byte order mark, tags).
 */
const UNSAFE =
  /[\p{Cc}\p{Zl}\p{Zp}\u{061C}\u{200B}\u{200E}\u{200F}\u{202A}-\u{202E}\u{2060}-\u{2069}\u{FEFF}\u{FFF9}-\u{FFFB}\u{E0000}-\u{E007F}]+/gu

/**
 * Makes one harmless line of foreign text (S4): what it names as unsafe and runs of white space become one space each,
 * lone surrogates U+FFFD. At most `limit` characters; what is cut off leaves an ellipsis.
 */
export function plainText(text: string, limit: number): string {
  // Bounded before it is worked on, so that a huge text costs no more than a long one.
  const line = text
    .slice(0, limit * 4 + 1)
    .toWellFormed()
    .replaceAll(UNSAFE, ' ')
    .replaceAll(/\s+/gu, ' ')
    .trim()
  if (line.length <= limit && text.length <= limit * 4) return line
  return `${line
    .slice(0, limit - 1)
    .replace(/[\uD800-\uDBFF]$/u, '')
    .trimEnd()}…`
}
