import { useEffect, useState } from 'preact/hooks'
import { isSignedOut } from '../api/client.ts'
import { leave } from '../live/live.ts'

export interface Resource<T> {
  readonly data: T | undefined
  readonly error: Error | undefined
}

/**
 * Loads something, again whenever a part of `when` changes. What was loaded before stays until its successor is there,
 * and beside an error, so that nothing flashes; a request that was overtaken is aborted.
 */
export function useResource<T>(load: (signal: AbortSignal) => Promise<T>, when: readonly unknown[]): Resource<T> {
  const [resource, setResource] = useState<Resource<T>>({ data: undefined, error: undefined })
  useEffect(() => {
    const abort = new AbortController()
    load(abort.signal).then(
      (data) => abort.signal.aborted || setResource({ data, error: undefined }),
      (error: unknown) => {
        if (abort.signal.aborted) return
        if (isSignedOut(error)) leave()
        setResource(({ data }) => ({ data, error: error instanceof Error ? error : new Error(String(error)) }))
      },
    )
    return () => abort.abort()
  }, when)
  return resource
}
