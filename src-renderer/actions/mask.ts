import { decodeBitmap, encodeBitmap, type Bitmap } from '#shared/mask/bitmap'
import type { CanvasPoint } from '../canvas/kernels/geometry'
import {
  around,
  emptyMask,
  invert,
  isEmpty,
  paintLine,
  patchOf,
  putBack,
  type MaskArea,
  type MaskPatch,
} from '../canvas/kernels/mask'
import { studio } from '../ipc/client'
import { forgetMask, useMask, type MaskTool } from '../state/mask'
import { showProblem } from '../state/problems'
import { useSettings } from '../state/settings'
import { patchStart } from './start-from'

/** A mask is kept this long after its last stroke, so that a crash loses at most that. */
const PAUSE_MS = 250
/** Strokes that can be taken back. */
const MOST_DONE = 100
const MOST_SIZE = 1024

let timer: ReturnType<typeof setTimeout> | undefined
let stroke: { readonly before: Uint8Array; readonly value: 0 | 1; at: CanvasPoint; area: MaskArea | undefined } | undefined

/** The mask of the picture to start from, empty where none was painted; undefined without a picture. */
export async function openMask(): Promise<Bitmap | undefined> {
  const { start } = useSettings.getState().draft
  if (start === null) {
    forgetMask()
    return undefined
  }
  const known = useMask.getState()
  if (known.of === start.picture.sha256 && known.mask !== undefined) return known.mask
  const { sha256, width, height } = start.picture
  const kept = start.mask === null ? undefined : await studio.call('start/mask', { mask: start.mask })
  const read = kept?.ok === true ? decodeBitmap(kept.value.bytes) : undefined
  const fits = read?.width === width && read.height === height
  const mask = fits ? read : emptyMask(width, height)
  useMask.setState({ of: sha256, mask, changed: { x: 0, y: 0, width, height }, done: [], undone: [] })
  return mask
}

/** Takes a tool into the hand, or lays it down where it is there already. */
export async function takeTool(tool: MaskTool | undefined): Promise<void> {
  if (useSettings.getState().draft.start === null) return
  await openMask()
  useMask.setState((state) => ({ tool: state.tool === tool ? undefined : tool }))
}

export function resizeBrush(factor: number): void {
  useMask.setState(({ size }) => ({ size: Math.min(MOST_SIZE, Math.max(1, Math.round(size * factor))) }))
}

/** The brush comes down on the picture; points are in its pixels. */
export function beginStroke(at: CanvasPoint): void {
  const { mask, tool } = useMask.getState()
  if (mask === undefined || tool === undefined) return
  stroke = { before: mask.pixels.slice(), value: tool === 'brush' ? 1 : 0, at, area: undefined }
  strokeTo(at)
}

export function strokeTo(at: CanvasPoint): void {
  const { mask, size } = useMask.getState()
  if (mask === undefined || stroke === undefined) return
  const changed = paintLine(mask, stroke.at, at, size / 2, stroke.value)
  stroke.at = at
  stroke.area = around(stroke.area, changed)
  if (changed !== undefined) useMask.setState({ changed: { ...changed } })
}

export function endStroke(): void {
  const { mask } = useMask.getState()
  const ended = stroke
  stroke = undefined
  if (mask === undefined || ended?.area === undefined) return
  remember(patchOf({ ...mask, pixels: ended.before }, ended.area))
}

export function invertMask(): void {
  void changeWhole((mask) => invert(mask))
}

export function clearMask(): void {
  void changeWhole((mask) => mask.pixels.fill(0))
}

async function changeWhole(change: (mask: Bitmap) => void): Promise<void> {
  const mask = await openMask()
  if (mask === undefined) return
  const whole = { x: 0, y: 0, width: mask.width, height: mask.height }
  const before = patchOf(mask, whole)
  change(mask)
  useMask.setState({ changed: whole })
  remember(before)
}

/** Takes the last stroke back. Says whether there was one, while a tool is in the hand. */
export function undoStroke(): boolean {
  return step('done', 'undone')
}

export function redoStroke(): boolean {
  return step('undone', 'done')
}

function step(from: 'done' | 'undone', to: 'done' | 'undone'): boolean {
  const state = useMask.getState()
  const patch = state[from].at(-1)
  if (state.tool === undefined || state.mask === undefined || patch === undefined) return false
  const inverse = putBack(state.mask, patch)
  const { x, y, width, height } = patch
  useMask.setState({ [from]: state[from].slice(0, -1), [to]: [...state[to], inverse], changed: { x, y, width, height } })
  keepSoon()
  return true
}

function remember(patch: MaskPatch): void {
  useMask.setState(({ done }) => ({ done: [...done, patch].slice(-MOST_DONE), undone: [] }))
  keepSoon()
}

function keepSoon(): void {
  clearTimeout(timer)
  timer = setTimeout(() => void keepMask(), PAUSE_MS)
}

/** Has the mask kept as it is now, if it changed since. */
export async function keepMask(): Promise<void> {
  if (timer === undefined) return
  clearTimeout(timer)
  timer = undefined
  const { mask, of } = useMask.getState()
  if (mask === undefined) return
  if (isEmpty(mask)) return patchStart({ mask: null })
  const kept = await studio.call('start/keep-mask', { bytes: encodeBitmap(mask) })
  if (useSettings.getState().draft.start?.picture.sha256 !== of) return
  if (kept.ok) patchStart({ mask: kept.value.mask })
  else showProblem('start', kept.failure)
}
