import { expect, it } from 'vitest'
import { parent, shortcut } from './shortcuts.ts'

it('Escape goes up one page at a time', () => {
  expect(['/targets/a', '/incidents/1-2', '/incidents', '/', '/login'].map(parent)).toEqual([
    '/',
    '/incidents',
    '/',
    undefined,
    undefined,
  ])
  expect(shortcut('Escape', '/incidents/1-2')).toEqual({ go: '/incidents' })
  expect(shortcut('Escape', '/')).toBeUndefined()
})

it('knows its keys and leaves the rest to the browser', () => {
  expect(['/', '?', 't'].map((key) => shortcut(key, '/'))).toEqual(['filter', 'help', 'theme'])
  expect(shortcut('i', '/')).toEqual({ go: '/incidents' })
  expect(['F5', 'Tab', 'a', 'Enter'].map((key) => shortcut(key, '/'))).toEqual([
    undefined,
    undefined,
    undefined,
    undefined,
  ])
})
