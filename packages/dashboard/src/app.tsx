import { LocationProvider, Route, Router, useLocation } from 'preact-iso'
import type { VNode } from 'preact'
import { useEffect } from 'preact/hooks'
import { IncidentListPage } from './incidents/incident-list-page.tsx'
import { IncidentPage } from './incidents/incident-page.tsx'
import { connection, picture } from './live/live.ts'
import { LoginPage } from './login/login-page.tsx'
import { OverviewPage } from './overview/overview-page.tsx'
import { Help } from './shell/help.tsx'
import { Shell } from './shell/shell.tsx'
import { pageTitle } from './shell/title.ts'
import { useShortcuts } from './shell/use-shortcuts.ts'
import { TargetPage } from './target/target-page.tsx'

export function App(): VNode {
  return (
    <LocationProvider>
      <Pages />
      <Help />
    </LocationProvider>
  )
}

function Pages(): VNode {
  const { path, url, route } = useLocation()
  const { phase } = connection.value
  useShortcuts()
  useEffect(() => {
    if (phase === 'signed-out' && path !== '/login') route(`/login?next=${encodeURIComponent(url)}`, true)
  }, [phase, path])
  return (
    <Shell>
      {path === '/login' ? <LoginPage /> : picture.value === undefined ? <Waiting phase={phase} /> : <Routes />}
    </Shell>
  )
}

function Routes(): VNode {
  return (
    <Router onRouteChange={arrive}>
      <Route path="/" component={OverviewPage} />
      <Route path="/targets/:id" component={TargetPage} />
      <Route path="/incidents" component={IncidentListPage} />
      <Route path="/incidents/:id" component={IncidentPage} />
      <Route default component={NotFound} />
    </Router>
  )
}

/** A new page begins at its top, and the keyboard and screen reader begin there too. */
function arrive(url: string): void {
  if (url === '/' || url.startsWith('/?')) pageTitle.value = ''
  else scrollTo({ top: 0 })
  requestAnimationFrame(() => {
    if (document.activeElement === document.body)
      document.querySelector<HTMLElement>('h1')?.focus({ preventScroll: true })
  })
}

function Waiting({ phase }: { readonly phase: string }): VNode {
  return (
    <div class="empty">
      <h1 tabIndex={-1}>{phase === 'lost' ? 'The monitor does not answer' : 'Looking …'}</h1>
      {phase === 'lost' ? <p>It may be restarting. This page tries again by itself.</p> : null}
    </div>
  )
}

function NotFound(): VNode {
  return (
    <div class="empty">
      <h1 tabIndex={-1}>There is no such page</h1>
      <p>
        <a href="/">To the overview</a>
      </p>
    </div>
  )
}
