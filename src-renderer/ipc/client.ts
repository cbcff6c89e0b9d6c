import type { Studio } from '#shared/ipc/contract'

declare global {
  interface Window {
    /** Put there by preload. */
    readonly studio: Studio
  }
}

/** Requests to main and news from it: `await studio.call('generate/start', { recipe, count })`, `studio.on('generate/step', listener)`. */
export const studio: Studio = window.studio
