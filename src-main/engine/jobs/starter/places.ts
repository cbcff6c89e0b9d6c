/** Side of the pictures in pixels. */
export const SIDE = 128
/** Side of a cell: the room of a small thing. Cells lie on the borders of tokens, so a thing has the same latents in each. */
export const CELL = 64

/** Margins around a thing that has the picture, or a cell, to itself: size and offset in pixels. */
export const homePlace = { side: SIDE, size: 108, offset: 10 } as const
export const cellPlace = { side: CELL, size: 56, offset: 4 } as const

/** How things stand in a picture. */
export interface Arrangement {
  readonly name: string
  /** Cells by their left upper corner in pixels, and which of the picture's things each shows; none: one thing fills the picture. */
  readonly cells: readonly { readonly left: number; readonly top: number; readonly thing: 0 | 1 }[]
}

const cell = (left: number, top: number, thing: 0 | 1 = 0): Arrangement['cells'][number] => ({ left, top, thing })

export const arrangements = {
  whole: { name: 'whole', cells: [] },
  small: { name: 'small', cells: [cell(32, 32)] },
  topLeft: { name: 'topLeft', cells: [cell(0, 0)] },
  topRight: { name: 'topRight', cells: [cell(64, 0)] },
  bottomLeft: { name: 'bottomLeft', cells: [cell(0, 64)] },
  bottomRight: { name: 'bottomRight', cells: [cell(64, 64)] },
  two: { name: 'two', cells: [cell(0, 32), cell(64, 32)] },
  three: { name: 'three', cells: [cell(32, 0), cell(0, 64), cell(64, 64)] },
  four: { name: 'four', cells: [cell(0, 0), cell(64, 0), cell(0, 64), cell(64, 64)] },
  beside: { name: 'beside', cells: [cell(0, 32, 0), cell(64, 32, 1)] },
  stacked: { name: 'stacked', cells: [cell(32, 0, 0), cell(32, 64, 1)] },
} as const satisfies Record<string, Arrangement>

export type ArrangementName = keyof typeof arrangements
