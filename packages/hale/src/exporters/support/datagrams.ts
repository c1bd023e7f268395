/** What fits into one Ethernet frame, and so what StatsD's and Datadog's own documents advise. Bytes. */
const MAX_DATAGRAM = 1_432

/** Packs lines into as few datagrams as hold them; a line that is longer by itself goes alone. */
export function packLines(lines: readonly string[], maxBytes: number = MAX_DATAGRAM): string[] {
  const datagrams: string[] = []
  let current = ''
  let length = 0
  for (const line of lines) {
    const bytes = Buffer.byteLength(line)
    if (current !== '' && length + 1 + bytes > maxBytes) {
      datagrams.push(current)
      current = ''
    }
    length = current === '' ? bytes : length + 1 + bytes
    current = current === '' ? line : `${current}\n${line}`
  }
  return current === '' ? datagrams : [...datagrams, current]
}
