import { useLocation } from 'preact-iso'
import type { ComponentChildren, VNode } from 'preact'
import { signOut } from '../api/client.ts'
import { connection, leave } from '../live/live.ts'
import { Icon, type IconName } from '../ui/icon.tsx'
import { nextTheme, theme, type Theme } from '../ui/theme.ts'
import { ConnectionNote } from './connection-note.tsx'
import { openHelp } from './help.tsx'
import { VerdictAnnouncer } from './announcer.tsx'
import { Logo } from './logo.tsx'

const THEME_ICONS: Readonly<Record<Theme, IconName>> = { auto: 'monitor', light: 'sun', dark: 'moon' }

/** What surrounds every page: the way round, the connection's state, and who hears of changes. */
export function Shell({ children }: { readonly children: ComponentChildren }): VNode {
  const { path } = useLocation()
  const signedOut = connection.value.phase === 'signed-out'
  return (
    <>
      <a class="skip" href="#main">
        Skip to content
      </a>
      <header class="bar">
        <a class="brand" href="/">
          <Logo />
          Hale
        </a>
        {signedOut ? null : (
          <nav class="nav" aria-label="Pages">
            <PageLink href="/" here={path === '/' || path.startsWith('/targets')} text="Overview" />
            <PageLink href="/incidents" here={path.startsWith('/incidents')} text="Incidents" />
          </nav>
        )}
        <div class="bar-end">
          <BarButton icon={THEME_ICONS[theme.value]} label={`Theme: ${theme.value}`} onClick={nextTheme} />
          <BarButton icon="keyboard" label="Keyboard shortcuts" onClick={openHelp} />
          {signedOut ? null : (
            <BarButton
              icon="leave"
              label="Sign out"
              onClick={() =>
                void signOut()
                  .catch(() => undefined)
                  .then(leave)
              }
            />
          )}
        </div>
      </header>
      <ConnectionNote />
      <main id="main" tabIndex={-1} class={connection.value.phase === 'lost' ? 'is-old' : ''}>
        {children}
      </main>
      <VerdictAnnouncer />
    </>
  )
}

function PageLink({
  href,
  here,
  text,
}: {
  readonly href: string
  readonly here: boolean
  readonly text: string
}): VNode {
  return (
    <a href={href} aria-current={here ? 'page' : undefined}>
      {text}
    </a>
  )
}

interface BarButtonProps {
  readonly icon: IconName
  readonly label: string
  readonly onClick: () => void
}

function BarButton({ icon, label, onClick }: BarButtonProps): VNode {
  return (
    <button type="button" class={`button is-icon is-quiet is-${icon}`} title={label} onClick={onClick}>
      <Icon name={icon} />
      <span class="hidden">{label}</span>
    </button>
  )
}
