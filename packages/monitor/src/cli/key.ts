import { createKeys, type AccessScope, type Keys } from '../api/access/keys.ts'
import { openStore } from '../store/open.ts'
import { notWritten, type Terminal } from './terminal.ts'
import { UsageError } from './usage.ts'

/** `hale key …`: works on the store itself, whether the monitor runs or not. `store`: its address. */
export async function addKey(store: string, name: string, scope: AccessScope, terminal: Terminal): Promise<void> {
  const { secret, record } = await withKeys(store, (keys) => keys.add(name, scope))
  const hindrance = terminal.print(secret)
  if (hindrance !== undefined) {
    await withKeys(store, (keys) => keys.remove(record.id))
    throw new UsageError(`${notWritten(hindrance)} Nobody has seen the key, so it is gone again.`)
  }
  process.stderr.write(`Key ${record.id} (${name}, ${scope}). It is shown this once.\n`)
}

export async function listKeys(store: string, terminal: Terminal): Promise<void> {
  const records = await withKeys(store, (keys) => keys.list())
  if (records.length === 0) terminal.print('There are no keys yet: hale up makes the first, hale key add another.')
  for (const { id, scope, createdAt, name } of records) {
    terminal.print(`${id}  ${scope.padEnd(5)}  ${new Date(createdAt).toISOString().slice(0, 10)}  ${name}`)
  }
}

export async function removeKey(store: string, id: string, terminal: Terminal): Promise<void> {
  const removed = await withKeys(store, (keys) => keys.remove(id))
  if (!removed) throw new UsageError(`There is no key ${id}. hale key list names those there are.`)
  terminal.print(`Key ${id} is gone, and every session with it.`)
}

async function withKeys<T>(address: string, use: (keys: Keys) => Promise<T>): Promise<T> {
  await using store = await openStore(address)
  return await use(createKeys(store.access))
}
