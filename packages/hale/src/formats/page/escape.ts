const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}
// What turns the direction of writing or cannot be seen could make a text pass for another.
const UNSEEN = /[\u200B\u200E\u200F\u2028-\u202E\u2060-\u2069\uFEFF]|[^\P{Cc}\n\t]/gu

/** Text as HTML that shows this text, in an element or a quoted attribute (S4). */
export function escapeHtml(text: string): string {
  return text
    .toWellFormed()
    .replace(UNSEEN, '\u{FFFD}')
    .replace(/[&<>"']/g, (character) => ENTITIES[character] ?? '')
}
