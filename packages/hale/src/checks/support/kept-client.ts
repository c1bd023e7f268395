/** How one kind of client is made, connected and ended. */
export interface ClientKind<C> {
  /** Makes a client that is not connected yet. `onBroken` is to be called when it breaks, also while it is idle. */
  readonly make: (timeoutMs: number, onBroken: () => void) => C | Promise<C>
  readonly connect?: (client: C) => Promise<unknown>
  /** Ends it at once, and what waits on it. */
  readonly end: (client: C) => unknown
}

/** A client of a check's own. */
export interface KeptClient<C> {
  /**
   * The client, connected. Rejects with what connecting rejects with, or when it is dropped meanwhile.
   *
   * @param timeoutMs how long a new connection may take.
   */
  get(timeoutMs: number): Promise<Held<C>>
  /** Gives the client up, and what waits on it; the next `get` makes a new one. */
  drop(): void
}

interface Held<C> {
  readonly client: C
  /** Gives this client up, and no other that came after it. */
  readonly drop: () => void
}

/** Makes a client when it is first needed, keeps it as long as it works, and makes a new one when it broke (E12). */
export function keepClient<C>({ make, connect, end }: ClientKind<C>): KeptClient<C> {
  let current: Slot<C> | undefined
  const endQuietly = async (client: C): Promise<void> => {
    try {
      await end(client)
    } catch {
      // It was broken anyway.
    }
  }
  const drop = (slot = current): void => {
    if (slot === undefined || slot !== current) return
    current = undefined
    if (slot.client !== undefined) void endQuietly(slot.client)
  }
  const open = async (slot: Slot<C>, timeoutMs: number): Promise<Held<C>> => {
    try {
      // Broken while idle: the next run connects anew and says so if it cannot.
      const client = await make(timeoutMs, () => drop(slot))
      if (slot !== current) {
        void endQuietly(client)
        throw new Error('Connection terminated: it was given up while it was made')
      }
      slot.client = client
      await connect?.(client)
      return { client, drop: () => drop(slot) }
    } catch (error) {
      drop(slot)
      throw error
    }
  }
  return {
    get(timeoutMs) {
      current ??= {}
      return (current.ready ??= open(current, timeoutMs))
    },
    drop: () => drop(),
  }
}

interface Slot<C> {
  client?: C
  ready?: Promise<Held<C>>
}

/** The same client under another shape. */
export function reshape<A, B>(kept: KeptClient<A>, toShape: (client: A) => B): KeptClient<B> {
  return {
    drop: () => kept.drop(),
    async get(timeoutMs) {
      const { client, drop } = await kept.get(timeoutMs)
      return { client: toShape(client), drop }
    },
  }
}
