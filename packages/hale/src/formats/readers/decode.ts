const UTF8 = new TextDecoder()

/**
 * The text of a body. UTF-16 is told by its mark, or by the empty halves of its first letters (RFC 4627, 3): a document in it
 * would else be no document, and its code alone would speak.
 */
export function toText(body: string | Uint8Array): string {
  if (typeof body === 'string') return body.replace(/^\uFEFF/, '')
  const [first, second] = body
  const little = (first === 0xff && second === 0xfe) || (first !== 0 && second === 0)
  const big = (first === 0xfe && second === 0xff) || (first === 0 && second !== 0)
  return little || big ? new TextDecoder(little ? 'utf-16le' : 'utf-16be').decode(body) : UTF8.decode(body)
}

/** The JSON of a text; undefined when it is none. Python's `NaN` and `Infinity`, which are not JSON, are read as null. */
export function toJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return /\b(?:NaN|Infinity)\b/.test(text) && /^[[{]/.test(text) ? toJsonOfPython(text) : undefined
  }
}

function toJsonOfPython(text: string): unknown {
  try {
    return JSON.parse(
      // A text that does not end is taken to the end of all, or a search would begin at each quote within it.
      text.replace(/"(?:[^"\\]|\\.)*(?:"|$)|-?\b(?:NaN|Infinity)\b/g, (found) =>
        found.startsWith('"') ? found : 'null',
      ),
    )
  } catch {
    return undefined
  }
}
