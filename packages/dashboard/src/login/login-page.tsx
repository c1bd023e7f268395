import { useLocation } from 'preact-iso'
import type { VNode } from 'preact'
import { useEffect, useRef, useState } from 'preact/hooks'
import { ApiError, signIn } from '../api/client.ts'
import { reconnect } from '../live/live.ts'
import { localPath } from './local-path.ts'

const USED_LINK = 'That link was used already or has run out. Start the monitor again for a new one, or paste a key.'

export function LoginPage(): VNode {
  const { query, route } = useLocation()
  const field = useRef<HTMLInputElement>(null)
  const [problem, setProblem] = useState(query['problem'] === 'link' ? USED_LINK : '')
  const [busy, setBusy] = useState(false)
  useEffect(() => field.current?.focus(), [])

  const submit = async (event: Event): Promise<void> => {
    event.preventDefault()
    const key = field.current?.value.trim() ?? ''
    if (key === '') return setProblem('Paste a key first.')
    setBusy(true)
    try {
      await signIn(key)
      reconnect()
      route(localPath(query['next']), true)
    } catch (error) {
      setProblem(explain(error))
      setBusy(false)
      field.current?.select()
    }
  }
  return (
    <section class="login">
      <h1 tabIndex={-1}>Sign in</h1>
      <form onSubmit={(event) => void submit(event)}>
        <label for="key">Key</label>
        <input
          id="key"
          ref={field}
          type="password"
          autocomplete="current-password"
          aria-describedby="key-help"
          aria-invalid={problem !== ''}
          onInput={() => setProblem('')}
        />
        <p class="problem" role="alert">
          {problem}
        </p>
        <button type="submit" class="button is-primary" disabled={busy}>
          {busy ? 'Signing in …' : 'Sign in'}
        </button>
        <p id="key-help" class="quiet">
          The monitor shows its key once, at its first start. When it starts it also prints a link that signs you in
          with one click.
        </p>
      </form>
    </section>
  )
}

function explain(error: unknown): string {
  if (!(error instanceof ApiError)) return 'Signing in failed. Try again.'
  if (error.status === 401 || error.status === 403) {
    return 'The monitor does not know this key. Check that all of it was copied, and that it was not replaced since.'
  }
  if (error.status === 429) return 'Too many tries. Wait a minute, then try again.'
  return error.message
}
