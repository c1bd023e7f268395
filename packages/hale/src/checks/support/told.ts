import type { Told } from '../../core/error-sentences.ts'

/** Findings about stores and brokers that the common table of errors does not give. */
export const NOT_FOUND: Told = {
  code: 'NOT_FOUND',
  what: 'What is asked for does not exist{ at}',
  tryThis: 'Correct its name, or create it.',
}

export const POOL_EXHAUSTED: Told = {
  code: 'POOL_EXHAUSTED',
  what: 'No connection of the pool{ to} came free',
  tryThis: 'Look for clients that are not released and for slow queries, or make the pool larger.',
}

export const WRONG_ROLE: Told = {
  code: 'WRONG_ROLE',
  what: 'The server{ at} is not the primary',
  tryThis: 'See whether it failed over, and where the app is sent.',
}

export const NO_LEADER: Told = {
  code: 'NO_LEADER',
  what: 'A partition{ at} has no leader',
  tryThis: 'See which brokers do not run.',
}

export const LOCKED: Told = {
  code: 'LOCKED',
  what: 'Another connection holds the lock{ of}',
  tryThis: 'Look for a long transaction, or another process that writes.',
}

export const READ_ONLY: Told = {
  code: 'READ_ONLY',
  what: 'Nothing can be written{ to}: it takes reads only',
  tryThis: 'See the rights of its file, and how it was opened.',
}

export const NO_ROOM: Told = {
  code: 'NOT_WRITABLE',
  what: 'There is no room left{ at}',
  tryThis: 'Free space on its file system, or raise its limit.',
}

export const CORRUPT: Told = {
  code: 'CORRUPT',
  what: 'The file{ at} is damaged, or no database',
  tryThis: 'Correct the path, or restore a backup.',
}
