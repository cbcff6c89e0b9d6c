import type { GenerationId } from '#shared/schema/id'
import { create } from 'zustand'

export interface ToastMessage {
  readonly id: number
  readonly text: string
  readonly duration: number
  readonly action?: { readonly title: string; readonly run: () => void } | undefined
}

interface WindowState {
  /** The dialog that is open. */
  readonly dialog: 'palette' | 'keys' | 'settings' | 'export' | undefined
  /** The pictures that the dialog of exporting is about. */
  readonly exporting: readonly GenerationId[]
  readonly toasts: readonly ToastMessage[]
}

export const useWindow = create<WindowState>()(() => ({ dialog: undefined, exporting: [], toasts: [] }))

let lastToast = 0

/** Shows a short message; returns its number, with which it can be taken away before its time. */
export function showToast(text: string, duration: number, action?: ToastMessage['action']): number {
  const id = ++lastToast
  useWindow.setState(({ toasts }) => ({ toasts: [...toasts, { id, text, duration, action }] }))
  return id
}

export function dropToast(id: number): void {
  useWindow.setState(({ toasts }) => ({ toasts: toasts.filter((toast) => toast.id !== id) }))
}
