import type { Finding } from '../../core/error-sentences.ts'
import { NOT_FOUND, LOCKED, NO_ROOM, READ_ONLY, CORRUPT } from './told.ts'

/** https://www.sqlite.org/rescode.html, the lowest byte; node:sqlite has the number, better-sqlite3 the name. */
export function codeOfSqlite(error: unknown): Finding | undefined {
  const { code, errcode, message } = (error ?? {}) as { code?: unknown; errcode?: unknown; message?: unknown }
  if (code === 'ENOENT') return NOT_FOUND
  const number = typeof errcode === 'number' ? errcode & 0xff : undefined
  const name = typeof code === 'string' && code.startsWith('SQLITE_') ? code : ''
  if (number === undefined && name === '') {
    return /^The database connection is not open|^database is not open/.test(String(message))
      ? 'CONNECTION_FAILED'
      : undefined
  }
  return BY_RESULT.find(([result, prefix]) => number === result || name.startsWith(prefix))?.[2] ?? 'QUERY_FAILED'
}

const BY_RESULT: readonly (readonly [number, string, Finding])[] = [
  [5, 'SQLITE_BUSY', LOCKED],
  [6, 'SQLITE_LOCKED', LOCKED],
  [8, 'SQLITE_READONLY', READ_ONLY],
  [11, 'SQLITE_CORRUPT', CORRUPT],
  [13, 'SQLITE_FULL', NO_ROOM],
  [14, 'SQLITE_CANTOPEN', NOT_FOUND],
  [26, 'SQLITE_NOTADB', CORRUPT],
]
