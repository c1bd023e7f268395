import { execFile } from 'node:child_process'
import { closeSync, openSync } from 'node:fs'
import { open, readFile, rm, type FileHandle } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { eventLoop } from 'hale/checks/event-loop'
import { heap } from 'hale/checks/heap'
import { heartbeat } from 'hale/checks/heartbeat'
import { openFiles } from 'hale/checks/open-files'
import { rss } from 'hale/checks/rss'
import { threadPool } from 'hale/checks/thread-pool'
import type { Mend } from '../../../packages/hale/test/subjects/subject.ts'
import type { LocalFault, LocalOpened } from './fault.ts'

/** What the app's process may have: files, and MiB of heap. */
export const MOST_FILES = 256
export const MOST_HEAP_MIB = 64

/** How long the event loop is held in one go, and free in between; ms. */
const HELD_MS = 400
const FREE_MS = 20
/** libuv's, unless told otherwise. */
const THREADS = 4
const WORK_EVERY_MS = 200
const LEAKED_MIB = 0.95 * MOST_HEAP_MIB
const BUFFER_MIB = 300

function holdLoop(): Mend {
  let timer: NodeJS.Timeout | undefined
  const hold = (): void => {
    const until = performance.now() + HELD_MS
    while (performance.now() < until);
    timer = setTimeout(hold, FREE_MS)
  }
  // Not at once: that it is brought about is said first.
  timer = setTimeout(hold, FREE_MS)
  return async () => clearTimeout(timer)
}

/** Opening a pipe for reading holds a thread until somebody opens it for writing, as a network drive that hangs does. */
async function holdThreads(folder: string): Promise<Mend> {
  const pipe = join(folder, 'pipe')
  await promisify(execFile)('mkfifo', [pipe])
  const held = Array.from({ length: THREADS }, () => readFile(pipe))
  return async () => {
    closeSync(openSync(pipe, 'r+'))
    await Promise.all(held)
    await rm(pipe)
  }
}

/** As many as leave the endpoint some to answer with. */
async function leakFiles(): Promise<Mend> {
  const files: FileHandle[] = []
  while (files.length < 0.9 * MOST_FILES) files.push(await open('/dev/null'))
  return () => Promise.all(files.map((file) => file.close()))
}

function leakHeap(): Mend {
  const leaked: unknown[] = []
  while (process.memoryUsage().heapUsed < LEAKED_MIB * 2 ** 20) leaked.push(Array.from({ length: 1_000 }, () => ({})))
  collect()
  return async () => {
    leaked.length = 0
    collect()
  }
}

function takeMemory(): Mend {
  const taken = [Buffer.alloc(BUFFER_MIB * 2 ** 20, 1)]
  return async () => {
    taken.length = 0
    collect()
  }
}

/** Sooner or later V8 does so by itself: how soon is not what is measured. */
function collect(): void {
  if (globalThis.gc === undefined) throw new Error('started without --expose-gc')
  globalThis.gc()
}

function openHeartbeat(): LocalOpened {
  const work = heartbeat({ every: '1s' })
  const begin = (): NodeJS.Timeout => setInterval(() => work.beat(), WORK_EVERY_MS)
  let timer = begin()
  return {
    check: work.check,
    bring() {
      clearInterval(timer)
      return async () => (timer = begin())
    },
  }
}

export const PROCESS_FAULTS: readonly LocalFault[] = [
  {
    check: 'event-loop',
    fault: `held for ${HELD_MS} ms at a time`,
    open: () => ({ check: eventLoop(), bring: holdLoop }),
  },
  {
    check: 'thread-pool',
    fault: 'all threads wait for a drive that hangs',
    open: (folder) => ({ check: threadPool(), bring: () => holdThreads(folder) }),
  },
  {
    check: 'open-files',
    fault: 'files are opened and not closed',
    open: () => ({ check: openFiles(), bring: leakFiles }),
  },
  { check: 'heap', fault: 'a leak fills the heap', open: () => ({ check: heap(), bring: leakHeap }) },
  {
    check: 'rss',
    fault: `${BUFFER_MIB} MiB taken beside the heap`,
    open: () => ({ check: rss({ degraded: `${BUFFER_MIB}MiB`, unhealthy: '4GiB' }), bring: takeMemory }),
  },
  { check: 'heartbeat', fault: 'the work is not done', open: openHeartbeat },
]
