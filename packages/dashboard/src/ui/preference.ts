import { effect, signal, type Signal } from '@preact/signals'

/** A choice that outlasts the visit; storage that is blocked or holds something else leaves the first of `options`. */
export function preference<T extends string>(name: string, options: readonly [T, ...T[]]): Signal<T> {
  const key = `hale.${name}`
  const choice = signal<T>(options.find((option) => option === read(key)) ?? options[0])
  effect(() => write(key, choice.value))
  return choice
}

function read(key: string): string | null {
  try {
    return localStorage.getItem(key)
  } catch {
    return null
  }
}

function write(key: string, value: string): void {
  try {
    localStorage.setItem(key, value)
  } catch {
    // Storage is blocked: the choice holds for this visit.
  }
}
