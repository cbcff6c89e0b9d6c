/** Where a shortcut acts: single letters and plain keys only outside text fields, the rest everywhere. */
type Reach = 'everywhere' | 'outside text'

interface CommandRow {
  readonly title: string
  readonly group: (typeof commandGroups)[number]
  /** Shortcuts; the first is the one that tooltips and menus show. */
  readonly keys: readonly string[]
  readonly reach: Reach
  /** Left out of the command palette: makes sense by key only. */
  readonly keyOnly?: true
}

/** Commands of the first three groups act in Create. */
export const commandGroups = ['Create', 'Picture', 'View', 'Window', 'Help'] as const

/** All commands. `Ctrl` means ⌘ on macOS. */
export const commands = {
  generate: { title: 'Generate', group: 'Create', keys: ['Ctrl+Enter'], reach: 'everywhere' },
  'generate-first': { title: 'Generate, first in queue', group: 'Create', keys: ['Ctrl+Shift+Enter'], reach: 'everywhere' },
  'toggle-live': { title: 'Draw while typing (live)', group: 'Create', keys: ['Ctrl+L'], reach: 'everywhere' },
  cancel: { title: 'Cancel the running job', group: 'Create', keys: ['Escape'], reach: 'everywhere' },
  'focus-prompt': { title: 'Write a prompt', group: 'Create', keys: ['/'], reach: 'outside text' },
  'older-prompt': { title: 'Older prompt', group: 'Create', keys: ['Alt+ArrowUp'], reach: 'everywhere', keyOnly: true },
  'newer-prompt': { title: 'Newer prompt', group: 'Create', keys: ['Alt+ArrowDown'], reach: 'everywhere', keyOnly: true },
  star: { title: 'Star', group: 'Picture', keys: ['.'], reach: 'outside text' },
  'recall-all': { title: 'Recall all settings', group: 'Picture', keys: ['A'], reach: 'outside text' },
  'recall-prompt': { title: 'Recall the prompt', group: 'Picture', keys: ['P'], reach: 'outside text' },
  'recall-seed': { title: 'Recall the seed', group: 'Picture', keys: ['S'], reach: 'outside text' },
  'recall-size': { title: 'Recall the size', group: 'Picture', keys: ['D'], reach: 'outside text' },
  remix: { title: 'Remix: draw it with a new seed', group: 'Picture', keys: ['R'], reach: 'outside text' },
  refine: { title: 'Refine: same seed, more steps', group: 'Picture', keys: ['F'], reach: 'outside text' },
  'take-off': { title: 'Take off the canvas', group: 'Picture', keys: ['Backspace'], reach: 'outside text' },
  export: { title: 'Export', group: 'Picture', keys: ['Ctrl+E'], reach: 'everywhere' },
  delete: { title: 'Delete', group: 'Picture', keys: ['Delete'], reach: 'outside text' },
  'start-from': { title: 'Start from this picture', group: 'Picture', keys: [], reach: 'everywhere' },
  brush: { title: 'Brush: mark what is drawn anew', group: 'Picture', keys: ['B'], reach: 'outside text' },
  eraser: { title: 'Eraser: unmark', group: 'Picture', keys: ['E'], reach: 'outside text' },
  'smaller-brush': { title: 'Smaller brush', group: 'Picture', keys: ['['], reach: 'outside text', keyOnly: true },
  'larger-brush': { title: 'Larger brush', group: 'Picture', keys: [']'], reach: 'outside text', keyOnly: true },
  compare: { title: 'Compare the two selected last', group: 'Picture', keys: ['C'], reach: 'outside text' },
  undo: { title: 'Undo', group: 'Picture', keys: ['Ctrl+Z'], reach: 'outside text' },
  redo: { title: 'Do again', group: 'Picture', keys: ['Ctrl+Shift+Z', 'Ctrl+Y'], reach: 'outside text' },
  'select-all': { title: 'Select everything', group: 'Picture', keys: ['Ctrl+A'], reach: 'outside text' },
  left: { title: 'Picture to the left', group: 'View', keys: ['ArrowLeft'], reach: 'outside text', keyOnly: true },
  right: { title: 'Picture to the right', group: 'View', keys: ['ArrowRight'], reach: 'outside text', keyOnly: true },
  up: { title: 'Picture above', group: 'View', keys: ['ArrowUp'], reach: 'outside text', keyOnly: true },
  down: { title: 'Picture below', group: 'View', keys: ['ArrowDown'], reach: 'outside text', keyOnly: true },
  fit: { title: 'Fit everything', group: 'View', keys: ['Ctrl+0'], reach: 'everywhere' },
  'actual-size': { title: 'Actual size (100 %)', group: 'View', keys: ['Ctrl+1'], reach: 'everywhere' },
  arrange: { title: 'Lay side by side', group: 'View', keys: ['L'], reach: 'outside text' },
  'clear-canvas': { title: 'Clear the canvas', group: 'View', keys: [], reach: 'everywhere' },
  'toggle-left': { title: 'Show or hide the settings', group: 'View', keys: ['Ctrl+B'], reach: 'everywhere' },
  'toggle-right': { title: 'Show or hide the history', group: 'View', keys: ['Ctrl+Alt+B'], reach: 'everywhere' },
  'search-history': { title: 'Search the history', group: 'View', keys: ['Ctrl+F'], reach: 'everywhere' },
  'go-create': { title: 'Go to Create', group: 'Window', keys: [], reach: 'everywhere' },
  'go-models': { title: 'Go to Models', group: 'Window', keys: [], reach: 'everywhere' },
  'next-workspace': { title: 'Next workspace', group: 'Window', keys: ['Ctrl+PageDown'], reach: 'everywhere' },
  'previous-workspace': { title: 'Previous workspace', group: 'Window', keys: ['Ctrl+PageUp'], reach: 'everywhere' },
  'theme-system': { title: 'Colours: as the system', group: 'Window', keys: [], reach: 'everywhere' },
  'theme-dark': { title: 'Colours: dark', group: 'Window', keys: [], reach: 'everywhere' },
  'theme-light': { title: 'Colours: light', group: 'Window', keys: [], reach: 'everywhere' },
  settings: { title: 'Settings', group: 'Help', keys: ['Ctrl+,'], reach: 'everywhere' },
  palette: { title: 'All commands', group: 'Help', keys: ['Ctrl+K'], reach: 'everywhere' },
  keys: { title: 'All keys', group: 'Help', keys: ['?'], reach: 'outside text' },
} as const satisfies Readonly<Record<string, CommandRow>>

export type CommandId = keyof typeof commands

export const commandIds = Object.keys(commands) as CommandId[]

/** A command's row, without the literal types of the table. */
export function command(id: CommandId): CommandRow {
  return commands[id]
}

/** The shortcut that tooltips and menus show. */
export function shortcutOf(id: CommandId): string | undefined {
  return command(id).keys[0]
}

/** Whether a command needs Create before the eyes; to stop what runs one may be anywhere. */
export function actsInCreate(id: CommandId): boolean {
  const { group } = command(id)
  return group !== 'Window' && group !== 'Help' && id !== 'cancel'
}

/** What the pointer can do on the canvas, for the sheet of keys. */
export const gestures = [
  { title: 'Zoom at the pointer', how: 'Wheel' },
  { title: 'Move the view', how: 'Space + drag, or middle drag' },
  { title: 'Select', how: 'Click, Shift + click for several, drag around them' },
  { title: 'Move a picture', how: 'Drag' },
  { title: 'Flip the compared pictures', how: 'Hold X' },
  { title: 'Recall all settings', how: 'Double click' },
  { title: 'Copy a picture, paste a recipe', how: 'Ctrl + C, Ctrl + V' },
  { title: 'Recall the recipe of a file', how: 'Drop it on the window' },
  { title: 'Choose several in the history', how: 'Ctrl + click, Shift + click' },
] as const
