import { isStatus, type Status } from '../../core/status.ts'
import type { Said } from './status-words.ts'

/**
 * What the extra key `haleStatus` says more than the word beside it: a format has fewer words than Hale has statuses. It
 * cannot turn the word round: one that is written as another word says nothing.
 *
 * @param words what each status is called in the format.
 */
export function readMeant(key: unknown, word: unknown, words: Readonly<Record<Status, string>>): Said | undefined {
  return isStatus(key) && words[key] === word ? { status: key } : undefined
}
