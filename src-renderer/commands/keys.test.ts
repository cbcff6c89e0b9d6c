import { describe, expect, it } from 'vitest'
import { ariaShortcut, commandFor, keyLabels, matches, type KeyPress } from './keys'
import { command, commandIds } from './table'

const press = (key: string, held: Partial<KeyPress> = {}): KeyPress => ({
  key,
  ctrlKey: false,
  metaKey: false,
  altKey: false,
  shiftKey: false,
  ...held,
})

describe('shortcuts', () => {
  it('match exactly the modifiers they name', () => {
    expect(matches('Ctrl+Enter', press('Enter', { ctrlKey: true }), false)).toBe(true)
    expect(matches('Ctrl+Enter', press('Enter', { ctrlKey: true, shiftKey: true }), false)).toBe(false)
    expect(matches('Ctrl+Enter', press('Enter'), false)).toBe(false)
    expect(matches('Ctrl+Alt+B', press('b', { ctrlKey: true, altKey: true }), false)).toBe(true)
  })

  it('mean ⌘ on a Mac', () => {
    expect(matches('Ctrl+K', press('k', { metaKey: true }), true)).toBe(true)
    expect(matches('Ctrl+K', press('k', { ctrlKey: true }), true)).toBe(false)
  })

  it('take signs however they are typed', () => {
    expect(matches('?', press('?', { shiftKey: true }), false)).toBe(true)
    expect(matches('/', press('/', { shiftKey: true }), false)).toBe(true)
  })

  it('leave reloading to nobody', () => {
    for (const reload of [press('r', { ctrlKey: true }), press('F5')]) expect(commandFor(reload, false, false)).toBeUndefined()
  })

  it('are written as keys', () => {
    expect(keyLabels('Ctrl+Shift+Enter', false)).toEqual(['Ctrl', 'Shift', '⏎'])
    expect(keyLabels('Ctrl+Alt+B', true)).toEqual(['⌘', '⌥', 'B'])
    expect(ariaShortcut('Ctrl+B', false)).toBe('Control+B')
  })
})

describe('the table', () => {
  it('gives no key two meanings', () => {
    const keys = commandIds.flatMap((id) => command(id).keys)
    expect(new Set(keys).size).toBe(keys.length)
  })

  it('keeps plain keys away from text fields', () => {
    for (const id of commandIds)
      for (const shortcut of command(id).keys)
        if (!/^(Ctrl|Alt)\+|^Escape$/.test(shortcut)) expect(command(id).reach, shortcut).toBe('outside text')
  })

  it('finds commands by key, and single letters not while typing', () => {
    expect(commandFor(press('f'), false, false)).toBe('refine')
    expect(commandFor(press('f'), true, false)).toBeUndefined()
    expect(commandFor(press('Enter', { ctrlKey: true }), true, false)).toBe('generate')
    expect(commandFor(press('Escape'), true, false)).toBe('cancel')
  })
})
