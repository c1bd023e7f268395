import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { stripVTControlCharacters } from 'node:util'
import { pino } from 'pino'
import { channelSchemas } from '../src/channels/index.ts'
import { parseConfig } from '../src/config/parse-config.ts'
import { run, type Running } from '../src/run.ts'

/** A whole monitor at work: what `hale up` runs, on a free port and with a store of its own. */
export interface RunningMonitor extends Running, AsyncDisposable {
  /** The store's folder. */
  readonly folder: string
  readonly key: string
  /** What it printed, line by line. */
  readonly printed: readonly string[]
  ask(path: string): Promise<Response>
}

/** @param yaml the configuration, without `server` and `store`. */
export async function runMonitor(yaml: string, dashboardFolder?: string): Promise<RunningMonitor> {
  const folder = await mkdtemp(join(tmpdir(), 'hale-run-'))
  const parsed = parseConfig(yaml, { file: 'hale.yaml', env: {}, channelSchemas })
  const stop = new AbortController()
  const printed: string[] = []
  let ended: Promise<void> | undefined
  const running = await new Promise<Running>((resolve, reject) => {
    ended = run(
      { ...parsed, store: `sqlite:${folder}`, server: { ...parsed.server, port: 0 } },
      {
        signal: stop.signal,
        logger: pino({ level: 'silent' }),
        version: '1.2.3',
        print: (line) => void printed.push(stripVTControlCharacters(line)),
        colour: false,
        onReady: resolve,
        ...(dashboardFolder === undefined ? {} : { dashboardFolder }),
      },
    )
    ended.catch(reject)
  })
  const { firstKey: key } = running
  if (key === undefined) throw new Error('a new store has no key')
  return {
    ...running,
    folder,
    key,
    printed,
    ask: (path) => fetch(new URL(path, running.address), { headers: { 'x-api-key': key } }),
    async [Symbol.asyncDispose]() {
      stop.abort()
      await ended
      await rm(folder, { recursive: true })
    },
  }
}
