import { createRequire } from 'node:module'
import { EngineError } from '../../ir/errors'
import type { Style } from './palette'

interface IconFile {
  readonly icons: Readonly<Record<string, { readonly body: string; readonly width?: number; readonly height?: number }>>
  readonly width?: number
  readonly height?: number
}

/** The drawings of one style, by slug. */
export interface IconSet {
  readonly slugs: readonly string[]
  has(slug: string): boolean
  /** A standalone SVG document. Throws EngineError `starter.icon` for a slug that is not there. */
  svg(slug: string): string
}

/** Opens the icon set of a style (npm, a development dependency: the art itself is not part of the repository). */
export function openIconSet(style: Style): IconSet {
  const file = createRequire(import.meta.url)(`${style.iconSet}/icons.json`) as IconFile
  return {
    slugs: Object.keys(file.icons),
    has: (slug) => slug in file.icons,
    svg: (slug) => {
      const icon = file.icons[slug]
      if (!icon) {
        throw new EngineError('starter.icon', `${style.iconSet} has no icon '${slug}'.`, 'Correct the slug in concepts.ts.')
      }
      const box = `0 0 ${icon.width ?? file.width ?? 16} ${icon.height ?? file.height ?? 16}`
      return `<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="${box}" width="512" height="512">${icon.body}</svg>`
    },
  }
}
