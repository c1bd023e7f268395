import { once } from 'node:events'
import { connect, type NetConnectOpts, type Socket } from 'node:net'

export interface StreamSender {
  /** Rejects when it cannot be written; the next call connects anew. */
  send(data: Buffer, signal: AbortSignal): Promise<void>
  close(): void
}

/** Writes to one connection, opened with the first write. What the other side says is not read but thrown away. */
export function createStreamSender(to: NetConnectOpts): StreamSender {
  let socket: Socket | undefined
  const open = async (signal: AbortSignal): Promise<Socket> => {
    const opened = connect(to)
    socket = opened
    opened
      .on('error', () => undefined)
      .on('close', () => {
        if (socket === opened) socket = undefined
      })
    opened.resume()
    // Kept, it does not keep the process alive; what is being written does (E15).
    opened.unref()
    await once(opened, 'connect', { signal })
    return opened
  }
  const write = async (data: Buffer, signal: AbortSignal, again: boolean): Promise<void> => {
    const kept = socket
    try {
      const opened = kept ?? (await open(signal))
      await new Promise<void>((resolve, reject) => {
        signal.addEventListener('abort', () => reject(new Error('aborted')), { once: true })
        opened.write(data, (error) => (error === undefined || error === null ? resolve() : reject(error)))
      })
    } catch (error) {
      // Half a message may be on its way: what follows must not be read as its other half.
      socket?.destroy()
      socket = undefined
      // The other side may have left a kept connection long ago.
      if (kept !== undefined && again && !signal.aborted) return write(data, signal, false)
      throw error
    }
  }
  return {
    send: (data, signal) => write(data, signal, true),
    // Not `end`, which leaves it open until the other side, which may hang, closes it too.
    close: () => socket?.destroySoon(),
  }
}
