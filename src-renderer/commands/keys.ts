import { command, commandIds, type CommandId } from './table'

/** What of a KeyboardEvent decides. */
export interface KeyPress {
  readonly key: string
  readonly ctrlKey: boolean
  readonly metaKey: boolean
  readonly altKey: boolean
  readonly shiftKey: boolean
}

const isMac = typeof navigator !== 'undefined' && /mac/i.test(navigator.userAgent)

interface Shortcut {
  readonly key: string
  readonly ctrl: boolean
  readonly alt: boolean
  readonly shift: boolean
}

/** Reads "Ctrl+Alt+B". */
function parseShortcut(shortcut: string): Shortcut {
  const parts = shortcut.split('+')
  const has = (name: string) => parts.includes(name)
  return { key: parts.at(-1) ?? '', ctrl: has('Ctrl'), alt: has('Alt'), shift: has('Shift') }
}

/** Whether a key press is this shortcut. Shift is ignored for signs, as it is part of typing them on some keyboards. */
export function matches(shortcut: string, press: KeyPress, mac = isMac): boolean {
  const wanted = parseShortcut(shortcut)
  const ctrl = mac ? press.metaKey : press.ctrlKey
  const other = mac ? press.ctrlKey : press.metaKey
  const isSign = wanted.key.length === 1 && wanted.key.toLowerCase() === wanted.key.toUpperCase() && !/[0-9]/.test(wanted.key)
  return (
    wanted.key.toLowerCase() === press.key.toLowerCase() &&
    wanted.ctrl === ctrl &&
    wanted.alt === press.altKey &&
    !other &&
    (isSign || wanted.shift === press.shiftKey)
  )
}

/** The command of a key press; `typing` says that a text field has the focus. */
export function commandFor(press: KeyPress, typing: boolean, mac = isMac): CommandId | undefined {
  return commandIds.find((id) => {
    const { keys, reach } = command(id)
    return !(typing && reach === 'outside text') && keys.some((shortcut) => matches(shortcut, press, mac))
  })
}

const LABELS: Readonly<Record<string, string>> = {
  Enter: '⏎',
  Escape: 'Esc',
  ArrowLeft: '←',
  ArrowRight: '→',
  ArrowUp: '↑',
  ArrowDown: '↓',
  Backspace: '⌫',
}
const MAC_LABELS: Readonly<Record<string, string>> = { Ctrl: '⌘', Alt: '⌥', Shift: '⇧' }

/** A shortcut as the labels of its keys: "Ctrl+Enter" → Ctrl, ⏎. */
export function keyLabels(shortcut: string, mac = isMac): string[] {
  return shortcut.split('+').map((part) => (mac ? MAC_LABELS[part] : undefined) ?? LABELS[part] ?? part)
}

/** A shortcut in the form that assistive technology reads (aria-keyshortcuts). */
export function ariaShortcut(shortcut: string, mac = isMac): string {
  return shortcut.replace('Ctrl', mac ? 'Meta' : 'Control')
}
