import { REDACTED, isSecretName, redact } from './redact.ts'

const MAX_DEPTH = 8
const MAX_ENTRIES = 1_000

/**
 * A copy of nested data as plain JSON-like data without secrets: every text is redacted by shape, and what stands under
 * a name such as `password` goes altogether. Never throws, whatever getters do.
 *
 * Bounded: 8 levels and 1,000 entries; what is beyond reads `…`. A reference back to a parent reads `(circular)`.
 */
export function redactData(value: unknown): unknown {
  let left = MAX_ENTRIES
  const parents = new Set<object>()

  function copy(value: unknown): unknown {
    if (typeof value === 'string') return redact(value)
    if (typeof value === 'bigint') return String(value)
    if (typeof value === 'function' || typeof value === 'symbol') return undefined
    if (typeof value !== 'object' || value === null) return value
    if (parents.has(value)) return '(circular)'
    if (parents.size >= MAX_DEPTH) return '…'
    parents.add(value)
    try {
      return copyObject(value)
    } catch {
      return '(unreadable)'
    } finally {
      parents.delete(value)
    }
  }

  function copyObject(value: object): unknown {
    if (value instanceof Date) return Number.isNaN(value.getTime()) ? null : value.toISOString()
    if (value instanceof URL || value instanceof RegExp) return redact(String(value))
    if (value instanceof Error) return { name: value.name, message: redact(value.message) }
    if (ArrayBuffer.isView(value) || value instanceof ArrayBuffer) return `(${value.byteLength} bytes)`
    if (value instanceof Map) return copyEntries([...value].map(([key, item]) => [String(key), item]))
    if (Array.isArray(value) || value instanceof Set) return copyItems([...value])
    return copyEntries(Object.entries(value))
  }

  function copyItems(items: readonly unknown[]): unknown[] {
    const taken = items.slice(0, left)
    left -= taken.length
    const copied = taken.map(copy)
    return taken.length < items.length ? [...copied, '…'] : copied
  }

  function copyEntries(entries: readonly (readonly [string, unknown])[]): Record<string, unknown> {
    const taken = entries.slice(0, left)
    left -= taken.length
    const copied = taken.map(([key, item]) => [redact(key), isSecretName(key) ? hide(item) : copy(item)] as const)
    return Object.fromEntries(taken.length < entries.length ? [...copied, ['…', '…'] as const] : copied)
  }

  return copy(value)
}

// Whether there was a secret at all is worth knowing, and is none.
function hide(value: unknown): unknown {
  return value === undefined || value === null || typeof value === 'boolean' ? value : REDACTED
}
