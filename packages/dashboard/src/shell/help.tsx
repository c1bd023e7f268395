import type { VNode } from 'preact'
import { Icon } from '../ui/icon.tsx'

const ID = 'help'
const KEYS: readonly (readonly [keys: readonly string[], does: string])[] = [
  [['/'], 'Filter targets'],
  [['j', '↓'], 'Next target'],
  [['k', '↑'], 'Previous target'],
  [['Enter'], 'Open it'],
  [['Esc'], 'Back, or clear the filter'],
  [['o'], 'Overview'],
  [['i'], 'Incidents'],
  [['t'], 'Theme: system, light, dark'],
  [['?'], 'This help'],
]

export function openHelp(): void {
  const dialog = document.getElementById(ID)
  if (dialog instanceof HTMLDialogElement && !dialog.open) dialog.showModal()
}

export function Help(): VNode {
  return (
    <dialog id={ID} class="help" aria-labelledby="help-title">
      <form method="dialog">
        <h2 id="help-title">Keyboard</h2>
        <button type="submit" class="button is-icon is-quiet" title="Close">
          <Icon name="close" />
          <span class="hidden">Close</span>
        </button>
      </form>
      <dl>
        {KEYS.map(([keys, does]) => (
          <div key={does}>
            <dt>
              {keys.map((key) => (
                <kbd key={key}>{key}</kbd>
              ))}
            </dt>
            <dd>{does}</dd>
          </div>
        ))}
      </dl>
    </dialog>
  )
}
