/** Rows of text as a Markdown table, its columns aligned: numbers to the right, the first to the left. */
export function toTable(rows: readonly Readonly<Record<string, string>>[]): string {
  const heads = Object.keys(rows[0] ?? {})
  const widths = heads.map((head) => Math.max(head.length, ...rows.map((row) => row[head]?.length ?? 0)))
  const line = (cells: readonly string[]): string => {
    const padded = cells.map((cell, n) => (n === 0 ? cell.padEnd(widths[n] ?? 0) : cell.padStart(widths[n] ?? 0)))
    return `| ${padded.join(' | ')} |`
  }
  const rule = widths.map((width, n) => (n === 0 ? '-'.repeat(width) : `${'-'.repeat(width - 1)}:`))
  return [line(heads), line(rule), ...rows.map((row) => line(heads.map((head) => row[head] ?? '')))].join('\n')
}
